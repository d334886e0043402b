/** Workspaces: a Slack team, a Teams tenant, or the local one. Every other row belongs to one. */
import { eq } from 'drizzle-orm';
import { pgTable, text } from 'drizzle-orm/pg-core';
import type { Tx } from './client.ts';
import { createdColumn, oneOf } from './column.ts';
import { workspacePolicy } from './policy.ts';

export const workspaceKinds = ['local', 'slack', 'teams'] as const;

export const workspaces = pgTable(
  'workspaces',
  {
    id: text().primaryKey(),
    kind: text({ enum: workspaceKinds }).notNull(),
    name: text().notNull(),
    locale: text().notNull().default('en-US'),
    currency: text().notNull().default('USD'),
    timezone: text().notNull().default('UTC'),
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
  workspace: Omit<Workspace, 'createdAt'>,
): Promise<void> {
  await tx.insert(workspaces).values(workspace).onConflictDoNothing();
}

export async function getWorkspace(tx: Tx, id: string): Promise<Workspace> {
  const [row] = await tx.select().from(workspaces).where(eq(workspaces.id, id));
  if (!row) throw new Error(`No workspace ${id}.`);
  return row;
}
