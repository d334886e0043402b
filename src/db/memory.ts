/** What agents remember: values by agent and key, with their history (F277, F305–F308). */
import { and, asc, count, desc, eq, gt, inArray, isNull, lte, or, sql } from 'drizzle-orm';
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
import { newId } from './id.ts';
import { workspacePolicy } from './row-security.ts';
import type { Tx } from './tx.ts';

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
export type NewMemory = Omit<Memory, 'id' | 'createdAt' | 'updatedAt'>;

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
export type MemoryVersion = typeof memoryHistory.$inferSelect;

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

/** Which memory it is, wherever its value is. */
export type MemoryName = Pick<Memory, 'agent' | 'key' | 'place'>;

const named = ({ agent, key, place }: MemoryName) =>
  and(eq(memories.agent, agent), eq(memories.key, key), eq(memories.place, place));

/** Locked until commit; also one whose time is over. */
export async function lockMemory(tx: Tx, name: MemoryName): Promise<Memory | undefined> {
  const [row] = await tx.select().from(memories).where(named(name)).for('update');
  return row;
}

export async function lockMemoryById(tx: Tx, id: string): Promise<Memory | undefined> {
  const [row] = await tx.select().from(memories).where(eq(memories.id, id)).for('update');
  return row;
}

/** Undefined when somebody else has made it meanwhile. */
export async function insertMemory(tx: Tx, memory: NewMemory): Promise<Memory | undefined> {
  const [row] = await tx
    .insert(memories)
    .values({ ...memory, id: newId('memory') })
    .onConflictDoNothing()
    .returning();
  return row;
}

export async function updateMemory(
  tx: Tx,
  id: string,
  change: Partial<Omit<NewMemory, 'workspaceId' | 'agent' | 'key' | 'place'>>,
): Promise<Memory> {
  const [row] = await tx
    .update(memories)
    .set({ ...change, updatedAt: sql`now()` })
    .where(eq(memories.id, id))
    .returning();
  if (!row) throw new Error('A memory was not stored.');
  return row;
}

export async function insertVersion(
  tx: Tx,
  version: Omit<MemoryVersion, 'id' | 'at'>,
): Promise<void> {
  await tx.insert(memoryHistory).values(version);
}

/** The version that a call has made, or that took another one back. */
export async function findVersion(
  tx: Tx,
  memoryId: string,
  of: { callKey: string } | { undoes: number } | { before: number },
): Promise<MemoryVersion | undefined> {
  const wanted =
    'callKey' in of
      ? eq(memoryHistory.callKey, of.callKey)
      : 'undoes' in of
        ? eq(memoryHistory.undoes, of.undoes)
        : sql`${memoryHistory.version} < ${of.before}`;
  const [row] = await tx
    .select()
    .from(memoryHistory)
    .where(and(eq(memoryHistory.memoryId, memoryId), wanted))
    .orderBy(desc(memoryHistory.id))
    .limit(1);
  return row;
}

type Look = {
  agent?: string | undefined;
  key?: string | undefined;
  /** Only what is seen there: its own, and the workspace's. Everything, where none is given. */
  place?: string | undefined;
  now: Date;
  limit?: number;
};

/** A memory with the value that it shows: its own, or that of the one that it leads to. */
export type ShownMemory = Memory & { shown: unknown; shownVersion: number };

/** What is remembered at a moment, by agent and key; of one key, what belongs to the place first. */
export async function listMemories(
  tx: Tx,
  { agent, key, place, now, limit = 1000 }: Look,
): Promise<ShownMemory[]> {
  const rows = await tx
    .select()
    .from(memories)
    .where(
      and(
        agent === undefined ? undefined : eq(memories.agent, agent),
        key === undefined ? undefined : eq(memories.key, key),
        place === undefined ? undefined : inArray(memories.place, [place, '']),
        or(isNull(memories.expiresAt), gt(memories.expiresAt, now)),
      ),
    )
    .orderBy(asc(memories.agent), asc(memories.key), desc(memories.place))
    .limit(limit);
  const ids = rows.flatMap(({ linkId }) => linkId ?? []);
  const linked =
    ids.length === 0 ? [] : await tx.select().from(memories).where(inArray(memories.id, ids));
  const sources = new Map(linked.map((row) => [row.id, row]));
  return rows.flatMap((row) => {
    const source = row.linkId === null ? row : sources.get(row.linkId);
    const isOver = !source || (source.expiresAt !== null && source.expiresAt <= now);
    return isOver ? [] : [{ ...row, shown: source.value, shownVersion: source.version }];
  });
}

/** Oldest first. @param of these memories, or all of the workspace */
export async function listVersions(tx: Tx, of: string[] | 'all'): Promise<MemoryVersion[]> {
  return tx
    .select()
    .from(memoryHistory)
    .where(of === 'all' ? undefined : inArray(memoryHistory.memoryId, of))
    .orderBy(asc(memoryHistory.id));
}

export async function countMemories(tx: Tx, agent: string): Promise<number> {
  const [row] = await tx.select({ count: count() }).from(memories).where(eq(memories.agent, agent));
  return row?.count ?? 0;
}

/** With its history, and whatever only leads to it. @returns how many of those that were meant were there */
export async function deleteMemories(
  tx: Tx,
  which: { id: string } | { agent: string } | { ids: string[] },
): Promise<number> {
  const meant =
    'id' in which
      ? eq(memories.id, which.id)
      : 'ids' in which
        ? inArray(memories.id, which.ids)
        : eq(memories.agent, which.agent);
  const rows = await tx.delete(memories).where(meant).returning({ id: memories.id });
  return rows.length;
}

/** Forgets what was to be remembered until then, over all workspaces. */
export async function forgetMemories(tx: Tx, now: Date): Promise<void> {
  await tx.delete(memories).where(lte(memories.expiresAt, now));
}
