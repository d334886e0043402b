/** What the app-building tools share: the app of the task, and publishing parts of its spec. */
import { type App, toApp } from '../../apps/app.ts';
import { countRecords } from '../../apps/catalog.ts';
import { AppSpec } from '../../apps/spec.ts';
import {
  createApp,
  createRehearsal,
  findAppByTask,
  findAppOf,
  updateAppSpec,
} from '../../db/app.ts';
import { transaction } from '../../db/client.ts';
import { findRun } from '../../db/run.ts';
import { lockTask } from '../../db/task.ts';
import type { Tx } from '../../db/tx.ts';
import { conflict, FactotumError } from '../../errors.ts';
import { isUnderWay, removeApp } from '../discard.ts';
import type { ToolContext } from './tool.ts';

/** The spec that the plan promised. */
export const plannedSpec = (context: Pick<ToolContext, 'subject'>): AppSpec =>
  specOf(context.subject);

/** @throws ZodError when the plan's subject is no app */
export function specOf(subject: unknown): AppSpec {
  if (typeof subject !== 'object' || subject === null) return AppSpec.parse(subject);
  const spec = planned.get(subject) ?? AppSpec.parse(subject);
  planned.set(subject, spec);
  return spec;
}

/** Checked once for each plan: every part of every step asks for it. */
const planned = new WeakMap<object, AppSpec>();

/** What the tables and all that stands on them are made from: everything but views and rules. */
export function foundationOf(spec: AppSpec): Omit<AppSpec, 'views' | 'rules'> {
  const { views, rules, ...foundation } = spec;
  return foundation;
}

/**
 * Registers the app, without views, rules or search yet: each appears when its step has made it. An app
 * that an earlier version of the plan has begun with other tables is removed and begun again.
 * @throws CONFLICT when people have entered something there already
 */
export async function registerApp(context: ToolContext): Promise<App> {
  const spec = plannedSpec(context);
  await clearOutdated(context, spec);
  const row = await transaction(context.db, context.scope, async (tx) => {
    const { taskId, rehearsalRunId } = context;
    if (rehearsalRunId !== null) await assertUnderWay(tx, taskId, rehearsalRunId);
    const known = await findAppOf(tx, context);
    if (known) return known;
    const app = {
      ...context.scope,
      name: spec.name,
      spec: { ...spec, views: [], rules: [] },
    };
    return rehearsalRunId === null
      ? createApp(tx, { ...app, taskId, slug: spec.slug })
      : createRehearsal(tx, app, rehearsalRunId);
  });
  return toApp(row);
}

/** A step that has outlived its dry run begins nothing: there is nobody any more who would remove it. */
async function assertUnderWay(tx: Tx, taskId: string, runId: string): Promise<void> {
  const task = await lockTask(tx, taskId);
  if (!isUnderWay(runId, task, await findRun(tx, taskId)))
    throw conflict('This dry run is over. Start another one.');
}

async function clearOutdated(context: ToolContext, spec: AppSpec): Promise<void> {
  const { db, scope } = context;
  const row = await transaction(db, scope, (tx) => findAppOf(tx, context));
  const known = row && toApp(row);
  const print = (one: AppSpec) => JSON.stringify(foundationOf(one));
  if (!known || (known.status !== 'removed' && print(known.spec) === print(spec))) return;
  const records = await countRecords(db, known);
  if (known.status === 'live' || records > 0) {
    const words = `${known.name} has ${records} ${records === 1 ? 'record' : 'records'} already, and the plan now has other tables.`;
    throw conflict(`${words} Cancel this task and start over to begin with an empty app.`);
  }
  await removeApp(db, scope, known);
}

/** @throws NOT_READY when the step that makes the app has not run */
export async function appOf(context: ToolContext): Promise<App> {
  const row = await transaction(context.db, context.scope, (tx) => findAppOf(tx, context));
  if (!row) throw new FactotumError('NOT_READY', 'The app has no tables yet.');
  return toApp(row);
}

/** Adds parts to the app as it stands; what is there already (by id) is replaced, so a repetition is harmless. */
export async function publish(
  context: ToolContext,
  parts: Partial<Pick<AppSpec, 'views' | 'rules'>>,
): Promise<App> {
  const planned = plannedSpec(context);
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const app = await appOf(context);
    // Parts of a sound spec in their planned order make a sound spec: no need to check it again.
    const spec: AppSpec = {
      ...app.spec,
      views: inPlannedOrder(planned.views, [...app.spec.views, ...(parts.views ?? [])]),
      rules: inPlannedOrder(planned.rules, [...app.spec.rules, ...(parts.rules ?? [])]),
    };
    const row = await transaction(context.db, context.scope, (tx) => updateAppSpec(tx, app, spec));
    if (row) return toApp(row);
  }
  throw new FactotumError(
    'CONFLICT',
    'The app is being changed by somebody else at the same time.',
    { transient: true },
  );
}

/** What an earlier version of the plan has published and this one no longer has is left out. */
function inPlannedOrder<T extends { id: string }>(planned: T[], present: T[]): T[] {
  const known = new Map(present.map((part) => [part.id, part]));
  return planned.flatMap((part) => known.get(part.id) ?? []);
}

/**
 * Takes out of the app of a task what an earlier version of its plan has published and this one no longer
 * has, also where no step of the new one publishes anything.
 */
export async function withdrawUnplanned(tx: Tx, taskId: string, subject: unknown): Promise<void> {
  const [row, planned] = [await findAppByTask(tx, taskId), AppSpec.safeParse(subject)];
  if (!row || row.status === 'live' || !planned.success) return;
  const { spec } = toApp(row);
  const views = inPlannedOrder(planned.data.views, spec.views);
  const rules = inPlannedOrder(planned.data.rules, spec.rules);
  if (views.length + rules.length < spec.views.length + spec.rules.length)
    await updateAppSpec(tx, row, { ...spec, views, rules });
}

/** The page must answer: what cannot be shown is not made. */
export async function expectPage(
  context: ToolContext,
  path: string,
  contains: string[],
): Promise<void> {
  const page = await context.renderPage(path);
  if (page.status !== 200)
    throw new FactotumError('INTERNAL', `The page ${path} answers ${page.status}.`);
  const missing = contains.find((text) => !page.body.includes(text));
  if (missing) throw new FactotumError('INTERNAL', `The page ${path} does not show "${missing}".`);
}
