/** People, and where the bot may speak to each of them alone: a copy of an approval card goes there. */
import { inArray } from 'drizzle-orm';
import { pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { Tx } from './client.ts';
import { createdColumn, workspaceColumn } from './column.ts';
import { workspacePolicy } from './row-security.ts';

export const people = pgTable(
  'people',
  {
    workspaceId: workspaceColumn(),
    /** As the channel names them, the same as `requested_by` and approvers. */
    id: text().notNull(),
    channel: text().notNull(),
    /** The private conversation with them. */
    conversation: text().notNull(),
    updatedAt: createdColumn(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id, table.channel] }),
    workspacePolicy('people', table.workspaceId),
  ],
);
export type Person = typeof people.$inferSelect;

/** Remembers where somebody is reached, replacing what was known of that channel. */
export async function rememberPerson(tx: Tx, person: Omit<Person, 'updatedAt'>): Promise<void> {
  const row = { ...person, updatedAt: new Date() };
  await tx
    .insert(people)
    .values(row)
    .onConflictDoUpdate({ target: [people.workspaceId, people.id, people.channel], set: row });
}

export async function listPeople(tx: Tx, ids: string[]): Promise<Person[]> {
  if (ids.length === 0) return [];
  return tx.select().from(people).where(inArray(people.id, ids));
}
