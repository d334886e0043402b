/** Agents: who may be asked within a workspace, with instructions, rules, tools and the shape of what they answer (R26). */
import { asc, eq, sql } from 'drizzle-orm';
import { boolean, integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { createdColumn, moment, oneOf, workspaceColumn } from './column.ts';
import { newId } from './id.ts';
import { workspacePolicy } from './row-security.ts';
import type { Tx } from './tx.ts';

/** A bot of the workflow language and a team of people's work are agents too. */
export const agentKinds = ['bot', 'agent', 'team'] as const;

/** What a field of a result may be; a `list` is one of texts. */
export const resultTypes = ['text', 'number', 'boolean', 'choice', 'list'] as const;
/** @property options of a `choice`, else empty */
export type ResultField = {
  name: string;
  type: (typeof resultTypes)[number];
  options: string[];
  about: string;
};
/** `steps` are answers of a language model, `tokens` all that they and what they were given take. */
export type AgentLimits = { steps: number; tokens: number; seconds: number };

/** A few calls and an answer, and not more than a person would wait for. */
export const defaultLimits: AgentLimits = { steps: 12, tokens: 40_000, seconds: 120 };

export const agents = pgTable(
  'agents',
  {
    id: text().primaryKey(),
    workspaceId: workspaceColumn(),
    /** As it was written; the same whatever its case. */
    name: text().notNull(),
    kind: text({ enum: agentKinds }).notNull(),
    /** What it is told to do, by whoever looks after the workspace. */
    instructions: text().notNull(),
    /** Names of the tools that it may use by itself, as far as the policies let them run by themselves. */
    tools: jsonb().$type<string[]>().notNull().default([]),
    /** What it is good for, in words for people. */
    capabilities: jsonb().$type<string[]>().notNull().default([]),
    /** Rules, one a line; empty for none. */
    rules: text().notNull(),
    /** The fields that it answers with, besides a text. */
    result: jsonb().$type<ResultField[]>().notNull().default([]),
    limits: jsonb().$type<AgentLimits>().notNull(),
    enabled: boolean().notNull().default(true),
    /** Counts its changes, from 1. */
    version: integer().notNull().default(1),
    updatedBy: text().notNull(),
    createdAt: createdColumn(),
    updatedAt: moment().notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('agents_name_key').on(table.workspaceId, sql`lower(${table.name})`),
    oneOf('agents_kind_check', table.kind, agentKinds),
    workspacePolicy('agents', table.workspaceId),
  ],
);
export type Agent = typeof agents.$inferSelect;
/** What people set for one. */
export type AgentSettings = Pick<
  Agent,
  | 'name'
  | 'kind'
  | 'instructions'
  | 'tools'
  | 'capabilities'
  | 'rules'
  | 'result'
  | 'limits'
  | 'enabled'
>;

export async function listAgents(tx: Tx): Promise<Agent[]> {
  return tx
    .select()
    .from(agents)
    .orderBy(asc(sql`lower(${agents.name})`));
}

export async function findAgent(tx: Tx, name: string): Promise<Agent | undefined> {
  const [row] = await tx
    .select()
    .from(agents)
    .where(eq(sql`lower(${agents.name})`, name.trim().toLowerCase()));
  return row;
}

/** Makes it or replaces what was set; the version counts on. */
export async function putAgent(
  tx: Tx,
  agent: AgentSettings & Pick<Agent, 'workspaceId' | 'updatedBy'>,
): Promise<Agent> {
  const [made] = await tx
    .insert(agents)
    .values({ ...agent, id: newId('agent') })
    .onConflictDoNothing()
    .returning();
  if (made) return made;
  const [row] = await tx
    .update(agents)
    .set({ ...agent, version: sql`${agents.version} + 1`, updatedAt: new Date() })
    .where(eq(sql`lower(${agents.name})`, agent.name.toLowerCase()))
    .returning();
  if (!row) throw new Error('An agent was not stored.');
  return row;
}

/** False when there is none of that name. */
export async function deleteAgent(tx: Tx, id: string): Promise<boolean> {
  const rows = await tx.delete(agents).where(eq(agents.id, id)).returning({ id: agents.id });
  return rows.length > 0;
}
