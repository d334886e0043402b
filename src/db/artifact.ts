/**
 * What a task has written: drafts, in versions that never change. Each edit is a version more, so what somebody
 * has approved or sent can be read as it was. Also where a version was sent to.
 */
import { and, desc, eq, sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { redact } from '../redact.ts';
import { createdColumn, oneOf, workspaceColumn } from './column.ts';
import { newId } from './id.ts';
import { workspacePolicy } from './row-security.ts';
import { type Task, type TaskStatus, tasks } from './task.ts';
import type { Tx } from './tx.ts';

export const artifactKinds = [
  'email',
  'reply',
  'message',
  'summary',
  'outline',
  'agenda',
  'status_report',
  'action_items',
  'minutes',
  'text',
] as const;
export type ArtifactKind = (typeof artifactKinds)[number];

export const artifacts = pgTable(
  'artifacts',
  {
    id: text().primaryKey(),
    workspaceId: workspaceColumn(),
    taskId: text()
      .notNull()
      .references(() => tasks.id, { onDelete: 'cascade' }),
    /** From 1, without gaps. */
    version: integer().notNull(),
    kind: text({ enum: artifactKinds }).notNull(),
    title: text().notNull(),
    /** For whom it is, in the person's own words; never a model's. */
    recipient: text(),
    /** The subject line of a mail. */
    subject: text(),
    text: text().notNull(),
    /** What it says and nothing that it was made of does: to be checked. Only what a model wrote has any. */
    unverified: jsonb().$type<string[]>().notNull().default([]),
    /** How this version came to be, one sentence each; the first has none. */
    changes: jsonb().$type<string[]>().notNull().default([]),
    /** A person, or `factotum`. */
    madeBy: text().notNull(),
    createdAt: createdColumn(),
  },
  (table) => [
    oneOf('artifacts_kind_check', table.kind, artifactKinds),
    uniqueIndex('artifacts_version').on(table.taskId, table.version),
    workspacePolicy('artifacts', table.workspaceId),
  ],
);
export type Artifact = typeof artifacts.$inferSelect;
export type NewArtifact = Omit<Artifact, 'id' | 'version' | 'createdAt'> & { id?: string };

/** A version that is to be sent, by a task of its own. */
export const artifactSends = pgTable(
  'artifact_sends',
  {
    /** The task that sends it. */
    sendTaskId: text()
      .primaryKey()
      .references(() => tasks.id, { onDelete: 'cascade' }),
    workspaceId: workspaceColumn(),
    /** The task that wrote it. */
    taskId: text()
      .notNull()
      .references(() => tasks.id, { onDelete: 'cascade' }),
    version: integer().notNull(),
    recipient: text().notNull(),
    createdAt: createdColumn(),
  },
  (table) => [
    index('artifact_sends_task_index').on(table.taskId),
    workspacePolicy('artifact_sends', table.workspaceId),
  ],
);
export type ArtifactSend = Pick<typeof artifactSends.$inferSelect, 'version' | 'recipient'> & {
  sendTaskId: string;
  status: TaskStatus;
};

/**
 * Stores the next version, without secrets; the same `id` once.
 * @returns its number
 */
export async function insertArtifact(tx: Tx, artifact: NewArtifact): Promise<number> {
  const { id = newId('artifact'), taskId } = artifact;
  const next = sql<number>`(select coalesce(max(version), 0) + 1 from artifacts where task_id = ${taskId})`;
  const { text: words, title, subject, changes } = redact(artifact);
  const [row] = await tx
    .insert(artifacts)
    .values({ ...artifact, text: words, title, subject, changes, id, version: next })
    .onConflictDoNothing({ target: artifacts.id })
    .returning({ version: artifacts.version });
  if (row) return row.version;
  const [known] = await tx.select().from(artifacts).where(eq(artifacts.id, id));
  if (!known) throw new Error('An artifact conflicts with one that cannot be seen.');
  return known.version;
}

/** All versions, oldest first. */
export async function listArtifacts(tx: Tx, taskId: string): Promise<Artifact[]> {
  return tx.select().from(artifacts).where(eq(artifacts.taskId, taskId)).orderBy(artifacts.version);
}

/** The newest version, or the one of that number. */
export async function findArtifact(
  tx: Tx,
  taskId: string,
  version?: number,
): Promise<Artifact | undefined> {
  const [row] = await tx
    .select()
    .from(artifacts)
    .where(
      and(
        eq(artifacts.taskId, taskId),
        version === undefined ? undefined : eq(artifacts.version, version),
      ),
    )
    .orderBy(desc(artifacts.version))
    .limit(1);
  return row;
}

/** Takes back what a task has written. */
export async function deleteArtifacts(tx: Tx, taskId: string): Promise<void> {
  await tx.delete(artifacts).where(eq(artifacts.taskId, taskId));
}

/** The newest task of a conversation that has written something. */
export async function findWriter(tx: Tx, conversation: string): Promise<Task | undefined> {
  const [row] = await tx
    .select({ task: tasks })
    .from(tasks)
    .innerJoin(artifacts, and(eq(artifacts.taskId, tasks.id), eq(artifacts.version, 1)))
    .where(eq(tasks.conversation, conversation))
    .orderBy(desc(tasks.createdAt))
    .limit(1);
  return row?.task;
}

export async function insertSend(
  tx: Tx,
  send: Omit<typeof artifactSends.$inferInsert, 'createdAt'>,
): Promise<void> {
  await tx.insert(artifactSends).values(send).onConflictDoNothing();
}

/** The task that wrote what this one sends; undefined for one that sends no draft. */
export async function findWriterOf(tx: Tx, sendTaskId: string): Promise<string | undefined> {
  const [row] = await tx
    .select({ taskId: artifactSends.taskId })
    .from(artifactSends)
    .where(eq(artifactSends.sendTaskId, sendTaskId));
  return row?.taskId;
}

/** Where a task's versions are sent to, and how far that is, oldest first. */
export async function listSends(tx: Tx, taskId: string): Promise<ArtifactSend[]> {
  return tx
    .select({
      sendTaskId: artifactSends.sendTaskId,
      version: artifactSends.version,
      recipient: artifactSends.recipient,
      status: tasks.status,
    })
    .from(artifactSends)
    .innerJoin(tasks, eq(tasks.id, artifactSends.sendTaskId))
    .where(eq(artifactSends.taskId, taskId))
    .orderBy(artifactSends.createdAt);
}
