/** Generated apps: where each one's tables live and what it is made of. */
import { and, desc, eq, getTableColumns, isNull } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { moment, oneOf } from './column.ts';
import { newId } from './id.ts';
import { rowReader } from './json-row.ts';
import { readTogether } from './part.ts';
import { workspacePolicy } from './row-security.ts';
import { writeLater } from './rows.ts';
import { runs } from './run.ts';
import { queryAside, type Tx } from './tx.ts';
import type { Statement } from './write.ts';

export const appStatuses = ['building', 'live', 'removed'] as const;
export type AppStatus = (typeof appStatuses)[number];

export const apps = pgTable(
  'apps',
  {
    id: text().primaryKey(),
    workspaceId: text().notNull(),
    /** The task that made it. */
    taskId: text(),
    /** The dry run that it was made for; such an app is never live and goes with its run. */
    rehearsalRunId: text(),
    slug: text().notNull(),
    name: text().notNull(),
    /** The Postgres schema of its tables, and the role that may touch nothing else. */
    schemaName: text().notNull().unique(),
    roleName: text().notNull().unique(),
    /** An AppSpec; the layer above validates it on every read. */
    spec: jsonb().notNull(),
    version: integer().notNull().default(1),
    status: text({ enum: appStatuses }).notNull().default('building'),
    createdAt: moment().notNull().defaultNow(),
    updatedAt: moment().notNull().defaultNow(),
  },
  (table) => [
    oneOf('apps_status_check', table.status, appStatuses),
    // One namespace of addresses: /apps/<slug> must mean one app whoever asks.
    uniqueIndex('apps_slug_key').on(table.slug),
    index('apps_task_index').on(table.taskId),
    workspacePolicy('apps', table.workspaceId),
  ],
);
export type AppRow = typeof apps.$inferSelect;

type NewApp = Pick<AppRow, 'workspaceId' | 'taskId' | 'slug' | 'name' | 'spec'>;

/** Whose app it is: that of a task, or what a dry run of the task makes and takes away again. */
export type AppOwner = { taskId: string; rehearsalRunId: string | null };

/** Registers an app under the wished address, or under that address with the next free number. */
export async function createApp(tx: Tx, app: NewApp): Promise<AppRow> {
  for (let attempt = 1; attempt < 1000; attempt += 1) {
    const id = newId('app');
    const slug = attempt === 1 ? app.slug : `${app.slug.slice(0, 44)}-${attempt}`;
    const [row] = await tx
      .insert(apps)
      .values({ ...app, id, slug, schemaName: id, roleName: `${id}_role` })
      .onConflictDoNothing({ target: apps.slug })
      .returning();
    if (row) return row;
  }
  throw new Error(`No free address for ${app.slug}.`);
}

/** Registers what a dry run makes: at an address that nobody wished for, and of no task. */
export async function createRehearsal(
  tx: Tx,
  app: Pick<NewApp, 'workspaceId' | 'name' | 'spec'>,
  rehearsalRunId: string,
): Promise<AppRow> {
  const id = newId('app');
  const slug = `rehearsal-${id.slice(id.indexOf('_') + 1)}`;
  const names = { id, slug, schemaName: id, roleName: `${id}_role` };
  const [row] = await tx
    .insert(apps)
    .values({ ...app, ...names, rehearsalRunId, taskId: null })
    .returning();
  if (!row) throw new Error('An app was not stored.');
  return row;
}

/** The app that a visitor's address means. What a dry run makes is shown to nobody. */
export async function findAppBySlug(tx: Tx, slug: string): Promise<AppRow | undefined> {
  const [row] = await tx
    .select()
    .from(apps)
    .where(and(eq(apps.slug, slug), isNull(apps.rehearsalRunId)));
  return row;
}

/** The same for the engine, which looks at the pages of its dry runs too. */
export async function findAnyAppBySlug(tx: Tx, slug: string): Promise<AppRow | undefined> {
  const [row] = await tx.select().from(apps).where(eq(apps.slug, slug));
  return row;
}

/** The app that work of this owner is about: in a dry run never the task's own. */
export async function findAppOf(tx: Tx, owner: AppOwner): Promise<AppRow | undefined> {
  if (owner.rehearsalRunId === null) return findAppByTask(tx, owner.taskId);
  const [row] = await tx
    .select()
    .from(apps)
    .where(eq(apps.rehearsalRunId, owner.rehearsalRunId))
    .orderBy(apps.createdAt)
    .limit(1);
  return row;
}

const asideText = {
  tasks: `select to_json(app) as app from apps as app
    where app.task_id = any(array(select json_array_elements_text($1::text::json)))`,
  rehearsal:
    'select to_json(app) as app from apps as app where app.rehearsal_run_id = $1 order by app.created_at limit 1',
};
const readApp = rowReader(apps);

/** The same in a transaction that does not write it, besides what that has put off. */
export async function findAppAside(tx: Tx, owner: AppOwner): Promise<AppRow | undefined> {
  const { taskId, rehearsalRunId } = owner;
  if (rehearsalRunId === null) return readTogether(tx, loadAppsAside, taskId, { isAside: true });
  const [row] = await queryAside<{ app: object }>(tx, asideText.rehearsal, [rehearsalRunId]);
  return row && readApp(row.app);
}

async function loadAppsAside(tx: Tx, taskIds: string[]): Promise<Map<string, AppRow>> {
  const rows = await queryAside<{ app: object }>(tx, asideText.tasks, [JSON.stringify(taskIds)]);
  const found = rows.map(({ app }) => readApp(app));
  return new Map(found.map((app) => [app.taskId ?? '', app]));
}

export async function findAppByTask(tx: Tx, taskId: string): Promise<AppRow | undefined> {
  const [row] = await tx.select().from(apps).where(eq(apps.taskId, taskId));
  return row;
}

/** What the dry runs of a task have made and is still there. */
export async function listRehearsals(tx: Tx, taskId: string): Promise<AppRow[]> {
  return tx
    .select(getTableColumns(apps))
    .from(apps)
    .innerJoin(runs, eq(runs.id, apps.rehearsalRunId))
    .where(eq(runs.taskId, taskId));
}

export async function listApps(tx: Tx): Promise<AppRow[]> {
  return tx.select().from(apps).where(eq(apps.status, 'live')).orderBy(desc(apps.createdAt));
}

/** Stores a changed spec; returns undefined when somebody else changed the app since `version`. */
export async function updateAppSpec(
  tx: Tx,
  app: Pick<AppRow, 'id' | 'version'>,
  spec: unknown,
): Promise<AppRow | undefined> {
  const [row] = await tx
    .update(apps)
    .set({ spec, version: app.version + 1, updatedAt: new Date() })
    .where(and(eq(apps.id, app.id), eq(apps.version, app.version)))
    .returning();
  return row;
}

/** What a dry run has made is never live. */
export async function setAppStatus(tx: Tx, id: string, status: AppStatus): Promise<void> {
  const isAllowed = status === 'live' ? isNull(apps.rehearsalRunId) : undefined;
  await tx
    .update(apps)
    .set({ status, updatedAt: new Date() })
    .where(and(eq(apps.id, id), isAllowed));
}

/** What a task has built is live once the task is done. */
export function setTaskAppLive(tx: Tx, taskId: string): void {
  writeLater(tx, goingLive, { task: taskId });
}

const goingLive: Statement = {
  columns: 'task text',
  text: (given) =>
    `update apps set status = 'live', updated_at = now() from ${given} where task_id = given.task and rehearsal_run_id is null`,
};

export async function deleteApp(tx: Tx, id: string): Promise<void> {
  await tx.delete(apps).where(eq(apps.id, id));
}
