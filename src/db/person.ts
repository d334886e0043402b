/** People, and where the bot may speak to each of them alone: a copy of an approval card goes there. */
import { and, eq, inArray, isNotNull, ne, or } from 'drizzle-orm';
import { index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { hideSecrets } from '../secret.ts';
import { createdColumn, oneOf, workspaceColumn } from './column.ts';
import { workspacePolicy } from './row-security.ts';
import type { Tx } from './tx.ts';

/** What somebody is told without having asked. */
export const notifyChoices = ['all', 'approvals', 'none'] as const;
export type NotifyChoice = (typeof notifyChoices)[number];

export const people = pgTable(
  'people',
  {
    workspaceId: workspaceColumn(),
    /** As the channel names them, the same as `requested_by` and approvers. */
    id: text().notNull(),
    channel: text().notNull(),
    /** The private conversation with them. */
    conversation: text().notNull(),
    name: text(),
    /** What the platform calls them towards this bot, where that is another name than `id`. */
    account: text(),
    /** As the platform vouches for it, in lower case: plans name approvers by it. */
    email: text(),
    /** Null where the platform does not say: the workspace's. */
    timezone: text(),
    /** Everything, approvals and results, or nothing. */
    notify: text({ enum: notifyChoices }).notNull().default('all'),
    /** Minutes since midnight in the person's zone; both or none. May pass midnight. */
    quietFrom: integer(),
    quietTo: integer(),
    updatedAt: createdColumn(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id, table.channel] }),
    oneOf('people_notify_check', table.notify, notifyChoices),
    index('people_email_index').on(table.workspaceId, table.email),
    workspacePolicy('people', table.workspaceId),
  ],
);
export type Person = typeof people.$inferSelect;

/** Remembers where somebody is reached, and what else is given; what is not given stays as it was known. */
export async function rememberPerson(
  tx: Tx,
  person: Omit<typeof people.$inferInsert, 'updatedAt'>,
): Promise<void> {
  // Platforms let people call themselves anything, and names are shown outside of cards too.
  const name = person.name ? { name: hideSecrets(person.name) } : {};
  const row = { ...person, ...name, updatedAt: new Date() };
  await tx
    .insert(people)
    .values(row)
    .onConflictDoUpdate({ target: [people.workspaceId, people.id, people.channel], set: row });
}

/** Those with one of these names: ids as channels give them, or e-mail addresses that a platform vouches for. */
export async function listPeople(tx: Tx, names: string[]): Promise<Person[]> {
  if (names.length === 0) return [];
  const emails = names.map((name) => name.toLowerCase());
  return tx
    .select()
    .from(people)
    .where(or(inArray(people.id, names), inArray(people.email, emails)));
}

export async function findPerson(tx: Tx, id: string, channel: string): Promise<Person | undefined> {
  const [row] = await tx
    .select()
    .from(people)
    .where(and(eq(people.id, id), eq(people.channel, channel)));
  return row;
}

/** Whoever is spoken to alone in this conversation. */
export async function findPersonAt(
  tx: Tx,
  channel: string,
  conversation: string,
): Promise<Person | undefined> {
  const [row] = await tx
    .select()
    .from(people)
    .where(and(eq(people.channel, channel), eq(people.conversation, conversation)));
  return row;
}

/** The addresses by which plans may name somebody, in lower case. */
export async function emailsOf(tx: Tx, id: string): Promise<string[]> {
  const rows = await tx
    .select({ email: people.email })
    .from(people)
    .where(and(eq(people.id, id), isNotNull(people.email)));
  return rows.flatMap(({ email }) => email ?? []);
}

/** Takes an address from everybody but whoever has it now. */
export async function forgetEmail(
  tx: Tx,
  channel: string,
  email: string,
  owner: string | undefined,
): Promise<void> {
  const others = owner === undefined ? undefined : ne(people.id, owner);
  await tx
    .update(people)
    .set({ email: null })
    .where(and(eq(people.channel, channel), eq(people.email, email), others));
}

/** Whether one of the names of somebody is this one; people of other companies have no address here. */
export const isNamed = ({ id, email }: Pick<Person, 'id' | 'email'>, name: string): boolean =>
  id === name || (email !== null && !id.includes('/') && email === name.toLowerCase());
