/** What agents remember: values by agent and key, with their history (F277, F305–F308). */
import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  pgView,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { createdColumn, moment, oneOf, workspaceColumn } from './column.ts';
import { workspacePolicy } from './row-security.ts';

/** Who sees it: everybody in the workspace, or nobody outside of the chat or channel that it comes from. */
export const visibilities = ['workspace', 'conversation'] as const;
export type Visibility = (typeof visibilities)[number];

/** How a version came about. */
export const memoryChanges = ['set', 'share', 'sync', 'undo'] as const;

export const memories = pgTable(
  'agent_memory',
  {
    id: text().primaryKey(),
    workspaceId: workspaceColumn(),
    agent: text().notNull(),
    key: text().notNull(),
    /** "slack:C123" where it is only seen there; empty for the workspace. */
    place: text().notNull(),
    visibility: text({ enum: visibilities }).notNull(),
    /** Null in a link, whose value is that of another memory. */
    value: jsonb(),
    /** Counts from 1 wherever it was set first; a copy has the version of what it was copied from. */
    version: integer().notNull(),
    linkId: text().references((): AnyPgColumn => memories.id, { onDelete: 'cascade' }),
    /** The agent that it was shared by or synced from. */
    fromAgent: text(),
    taskId: text(),
    changedBy: text().notNull(),
    expiresAt: moment(),
    createdAt: createdColumn(),
    updatedAt: createdColumn(),
  },
  (table) => [
    oneOf('agent_memory_visibility_check', table.visibility, visibilities),
    uniqueIndex('agent_memory_key').on(table.workspaceId, table.agent, table.key, table.place),
    index('agent_memory_link_index').on(table.linkId).where(sql`link_id is not null`),
    index('agent_memory_expires_index').on(table.expiresAt).where(sql`expires_at is not null`),
    workspacePolicy('agent_memory', table.workspaceId),
  ],
);
export type Memory = typeof memories.$inferSelect;

export const memoryHistory = pgTable(
  'agent_memory_history',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    workspaceId: workspaceColumn(),
    memoryId: text()
      .notNull()
      .references(() => memories.id, { onDelete: 'cascade' }),
    version: integer().notNull(),
    value: jsonb(),
    change: text({ enum: memoryChanges }).notNull(),
    /** The call that made it: the same call again makes no other version. */
    callKey: text(),
    /** The version that was taken back. */
    undoes: integer(),
    changedBy: text().notNull(),
    taskId: text(),
    at: createdColumn(),
  },
  (table) => [
    oneOf('agent_memory_history_change_check', table.change, memoryChanges),
    index('agent_memory_history_memory_index').on(table.memoryId, table.id),
    uniqueIndex('agent_memory_history_call_key')
      .on(table.memoryId, table.callKey)
      .where(sql`call_key is not null`),
    workspacePolicy('agent_memory_history', table.workspaceId),
  ],
);

/** F277: what bots have of one another. Runs with the reader's rights; a link shows the value that it leads to. */
export const botSharedMemory = pgView('bot_shared_memory', {
  workspaceId: workspaceColumn(),
  sourceBot: text(),
  targetBot: text().notNull(),
  memoryKey: text().notNull(),
  memoryValue: jsonb(),
  isLink: boolean().notNull(),
  sharedAt: moment().notNull(),
})
  .with({ securityInvoker: true })
  .as(
    sql`select own.workspace_id, own.from_agent as source_bot, own.agent as target_bot, own.key as memory_key, coalesce(shown.value, own.value) as memory_value, own.link_id is not null as is_link, own.updated_at as shared_at from agent_memory as own left join agent_memory as shown on shown.id = own.link_id where own.from_agent is not null`,
  );
