/** Workspaces: a Slack team, a Teams tenant, or the local one. Every other row belongs to one. */
import { eq } from 'drizzle-orm';
import { jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { createdColumn, oneOf } from './column.ts';
import { workspacePolicy } from './row-security.ts';
import type { Tx } from './tx.ts';

export const workspaceKinds = ['local', 'slack', 'teams'] as const;

/** Minutes since midnight in the workspace's zone; days 1 (Monday) to 7. */
export type WorkingHours = { days: number[]; from: number; to: number };

export const workspaces = pgTable(
  'workspaces',
  {
    id: text().primaryKey(),
    kind: text({ enum: workspaceKinds }).notNull(),
    name: text().notNull(),
    locale: text().notNull().default('en-US'),
    currency: text().notNull().default('USD'),
    timezone: text().notNull().default('UTC'),
    /** Who may approve, besides the requester, where nobody is named. */
    approvers: jsonb().$type<string[]>().notNull().default([]),
    /** Who is asked when an approval's time is over and nobody else is named (R8). */
    fallbackApprover: text(),
    /** Reminders and deadlines wait for these; null means always. */
    workingHours: jsonb().$type<WorkingHours>(),
    /** The Slack organisation that it is part of. */
    organisation: text(),
    createdAt: createdColumn(),
  },
  (table) => [
    oneOf('workspaces_kind_check', table.kind, workspaceKinds),
    workspacePolicy('workspaces', table.id),
  ],
);
export type Workspace = typeof workspaces.$inferSelect;

/** The workspace of the web chat and the terminal. */
export const localWorkspaceId = 'wsp_local';

/** Makes sure that it exists; its settings are only set the first time. */
export async function ensureWorkspace(
  tx: Tx,
  workspace: typeof workspaces.$inferInsert,
): Promise<void> {
  await tx.insert(workspaces).values(workspace).onConflictDoNothing();
}

/** Which Slack organisation it is part of, as the platform says now. */
export async function setOrganisation(tx: Tx, id: string, organisation: string): Promise<void> {
  await tx.update(workspaces).set({ organisation }).where(eq(workspaces.id, id));
}

export async function findWorkspace(tx: Tx, id: string): Promise<Workspace | undefined> {
  const [row] = await tx.select().from(workspaces).where(eq(workspaces.id, id));
  return row;
}

export async function getWorkspace(tx: Tx, id: string): Promise<Workspace> {
  const row = await findWorkspace(tx, id);
  if (!row) throw new Error(`No workspace ${id}.`);
  return row;
}

/** Changes what people set for it, and returns it as it stands afterwards. */
export async function updateWorkspace(
  tx: Tx,
  id: string,
  change: Partial<Pick<Workspace, 'approvers' | 'fallbackApprover' | 'workingHours'>>,
): Promise<Workspace> {
  const [row] = await tx.update(workspaces).set(change).where(eq(workspaces.id, id)).returning();
  if (!row) throw new Error(`No workspace ${id}.`);
  return row;
}
