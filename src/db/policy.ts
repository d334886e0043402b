/** What a workspace lets tools do: effect × tool → auto, ask or deny (F143–F147, R9–R12). */
import { and, asc, eq } from 'drizzle-orm';
import { boolean, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { createdColumn, oneOf, workspaceColumn } from './column.ts';
import { workspacePolicy } from './row-security.ts';
import type { Tx } from './tx.ts';

/** What a tool does to the world. */
export const effects = ['read', 'write', 'send', 'delete', 'external', 'structural'] as const;
export type Effect = (typeof effects)[number];
export const policyDecisions = ['auto', 'ask', 'deny'] as const;
export type PolicyDecision = (typeof policyDecisions)[number];

/** The word for "every tool with this effect". */
export const anyTool = '*';

export const policies = pgTable(
  'policies',
  {
    workspaceId: workspaceColumn(),
    effect: text({ enum: effects }).notNull(),
    /** A tool's name, or `*`; the row that names the tool wins. */
    tool: text().notNull().default(anyTool),
    decision: text({ enum: policyDecisions }).notNull(),
    /** Who is asked; empty means the requester and the workspace's approvers. */
    approvers: jsonb().$type<string[]>().notNull().default([]),
    /** How many of them have to agree. */
    needed: integer().notNull().default(1),
    /** Whether the requester may approve what they asked for themselves. */
    selfApproval: boolean().notNull().default(true),
    updatedBy: text().notNull(),
    updatedAt: createdColumn(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.effect, table.tool] }),
    oneOf('policies_effect_check', table.effect, effects),
    oneOf('policies_decision_check', table.decision, policyDecisions),
    workspacePolicy('policies', table.workspaceId),
  ],
);
export type Policy = typeof policies.$inferSelect;

/** The rows that somebody has set; the defaults are the engine's. */
export async function listPolicies(tx: Tx): Promise<Policy[]> {
  return tx.select().from(policies).orderBy(asc(policies.effect), asc(policies.tool));
}

export async function setPolicy(tx: Tx, policy: Omit<Policy, 'updatedAt'>): Promise<void> {
  const change = { ...policy, updatedAt: new Date() };
  await tx
    .insert(policies)
    .values(change)
    .onConflictDoUpdate({
      target: [policies.workspaceId, policies.effect, policies.tool],
      set: change,
    });
}

/** Back to the default; false when there was no such row. */
export async function removePolicy(tx: Tx, effect: Effect, tool: string): Promise<boolean> {
  const rows = await tx
    .delete(policies)
    .where(and(eq(policies.effect, effect), eq(policies.tool, tool)))
    .returning({ tool: policies.tool });
  return rows.length > 0;
}
