/** Runs acceptance checks against an app's real tables and pages. */
import { begin } from '../db/begin.ts';
import type { Database } from '../db/client.ts';
import { sentenceOf } from '../errors.ts';
import type { App } from './app.ts';
import { columnsOf } from './catalog.ts';
import type { Check } from './check.ts';
import { columnName, columnOf, isMany, linkTableName, tableOf } from './column.ts';
import { readWidgetIn, type WidgetData } from './dashboard.ts';
import { readPage } from './page.ts';
import { countAll, type Rehearsal, rehearse } from './rehearsal.ts';
import { noticesOf } from './rule.ts';
import { createSample, inputPassing, walkTo } from './sample.ts';
import { moveIn } from './save.ts';
import { asApp, createParams, run, sqlState } from './session.ts';
import { type Entity, entityOf, type FieldOf } from './spec.ts';
import { refusedMove } from './workflow-schema.ts';

/** Answers one of the app's pages by its full path, `/apps/<slug>/…`, as a browser would get it. */
type Render = (path: string) => Promise<{ status: number; body: string }>;
/** `app` is undefined as long as there is none. */
export type CheckDeps = { db: Database; app?: App | undefined; render: Render };
/** `evidence` is one sentence: what was seen. */
export type CheckResult = { passed: boolean; evidence: string };

const passed = (evidence: string): CheckResult => ({ passed: true, evidence });
const failed = (evidence: string): CheckResult => ({ passed: false, evidence });
const noTable = 'There is no such table yet.';

/** Runs one check. What cannot be run has failed, and says why. Leaves nothing behind. */
export async function runCheck(deps: CheckDeps, check: Check): Promise<CheckResult> {
  if (!deps.app) return failed(noTable);
  try {
    return await runKind(deps, deps.app, check);
  } catch (error) {
    // No table, schema or role yet; a schema that the role may not enter yet.
    if (['42P01', '3F000', '42704', '22023', '42501'].includes(sqlState(error) ?? ''))
      return failed(noTable);
    return failed(`It could not be tried: ${sentenceOf(error)}`);
  }
}

function runKind(deps: CheckDeps, app: App, check: Check): Promise<CheckResult> {
  switch (check.kind) {
    case 'table_has_columns':
      return tableHasColumns(deps.db, app, check);
    case 'view_answers':
      return viewAnswers(deps, app, check);
    case 'search_finds':
      return searchFinds(deps.db, app, check);
    case 'transition_refused':
    case 'transition_allowed':
      return transition(deps.db, app, check);
    case 'rule_fires':
      return ruleFires(deps.db, app, check);
    case 'widget_answers':
      return widgetAnswers(deps.db, app, check);
  }
}

type CheckOf<K extends Check['kind']> = Extract<Check, { kind: K }>;

async function tableHasColumns(
  db: Database,
  app: App,
  check: CheckOf<'table_has_columns'>,
): Promise<CheckResult> {
  const entity = entityOf(app.spec, check.entity);
  const there = new Set(await columnsOf(db, app, entity.key));
  if (there.size === 0) return failed(noTable);
  const lacking = [];
  for (const key of check.columns) {
    const field = entity.fields.find((candidate) => candidate.key === key);
    const found =
      field &&
      (isMany(field)
        ? await hasTable(db, app, linkTableName(entity, field))
        : there.has(columnName(entity, field)));
    if (!found) lacking.push(field?.label ?? key);
  }
  if (lacking.length > 0) return failed(`The table ${entity.key} lacks ${lacking.join(', ')}.`);
  return passed(
    `The table ${entity.key} has all ${check.columns.length}: ${check.columns.join(', ')}.`,
  );
}

function hasTable(db: Database, app: App, name: string): Promise<boolean> {
  return begin(db.raw, async (sql) => {
    const rows =
      await sql`select 1 from pg_tables where schemaname = ${app.schemaName} and tablename = ${name}`;
    return rows.length > 0;
  });
}

async function viewAnswers(
  deps: CheckDeps,
  app: App,
  check: CheckOf<'view_answers'>,
): Promise<CheckResult> {
  if (!app.spec.views.some((view) => view.key === check.view))
    return failed(`There is no view "${check.view}".`);
  const path = `/apps/${app.slug}/v/${check.view}`;
  const { status, body } = await deps.render(path);
  if (status !== 200) return failed(`${path} answered ${status}.`);
  const text = decodeEntities(body);
  const absent = check.contains.filter((words) => !text.includes(words));
  if (absent.length > 0)
    return failed(
      `${path} opens but does not show ${absent.map((words) => `"${words}"`).join(', ')}.`,
    );
  return passed(
    `${path} answered 200${check.contains.length > 0 ? ` and shows ${check.contains.map((words) => `"${words}"`).join(', ')}` : ''}.`,
  );
}

/** What escaping made of the five characters that HTML gives a meaning. */
const decodeEntities = (html: string): string =>
  html
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replace(/&#0?39;|&#x27;|&apos;/gi, "'")
    .replaceAll('&amp;', '&');

async function searchFinds(
  db: Database,
  app: App,
  check: CheckOf<'search_finds'>,
): Promise<CheckResult> {
  const entity = entityOf(app.spec, check.entity);
  return rehearse(db, app, async (rehearsal) => {
    const before = await countAll(rehearsal.sql, app);
    const row = await createSample(
      rehearsal,
      app,
      entity,
      { [check.field]: check.sample },
      new Date(),
    );
    const { rows } = await readPage(rehearsal.sql, app, entity, { q: check.sample });
    const strayed = await strayRows(rehearsal, app, before);
    if (strayed) return failed(strayed);
    if (!rows.some((found) => found.id === row.id))
      return failed(`A sample with "${check.sample}" was saved, but the search does not find it.`);
    if (rows.length > 1)
      return failed(`Searching "${check.sample}" finds ${rows.length} records instead of one.`);
    return passed(
      `Searching "${check.sample}" found exactly the sample ${row.title}; it was taken back.`,
    );
  });
}

/** A sentence about tables that have gained or lost records beyond the samples. */
async function strayRows(
  rehearsal: Rehearsal,
  app: App,
  before: Map<string, number>,
): Promise<string | undefined> {
  const after = await countAll(rehearsal.sql, app);
  const strayed = [...after].filter(
    ([key, count]) => count !== (before.get(key) ?? 0) + (rehearsal.made.get(key) ?? 0),
  );
  return strayed.length > 0
    ? `The sample changed other tables: ${strayed.map(([key]) => key).join(', ')}.`
    : undefined;
}

async function transition(
  db: Database,
  app: App,
  check: CheckOf<'transition_refused' | 'transition_allowed'>,
): Promise<CheckResult> {
  const entity = entityOf(app.spec, check.entity);
  const field = entity.fields.find((candidate) => candidate.key === check.field);
  if (field?.type !== 'status') return failed(`${entity.label} has no status "${check.field}".`);
  const label = (key: string) =>
    `"${field.options.find((option) => option.key === key)?.label ?? key}"`;
  const move = `${label(check.from)} to ${label(check.to)}`;
  return rehearse(db, app, async (rehearsal) => {
    const now = new Date();
    const sample = await createSample(rehearsal, app, entity, {}, now);
    const { row } = await walkTo(rehearsal, app, entity, sample, field, check.from, now);
    const moved = await moveIn(rehearsal.sql, app, entity, row.id, field, check.to, now);
    if (check.kind === 'transition_allowed') {
      const arrived = moved.kind === 'saved' && moved.row.values[field.key] === check.to;
      return arrived
        ? passed(`A sample moved from ${move}; it was taken back.`)
        : failed(`A sample could not be moved from ${move}.`);
    }
    if (moved.kind !== 'refused')
      return failed(`A sample moved from ${move} although that is forbidden.`);
    if (!(await isForgeryRefused(rehearsal, app, entity, field, row.id, check.to))) {
      return failed(`The page refuses ${move}, but the database does not.`);
    }
    return passed(`The move from ${move} was refused, by the database too: ${moved.message}`);
  });
}

/** Writes the status past all code of ours, as an attacker would. */
async function isForgeryRefused(
  rehearsal: Rehearsal,
  app: App,
  entity: Entity,
  field: FieldOf<'status'>,
  id: string,
  to: string,
): Promise<boolean> {
  const params = createParams();
  const text = `update ${tableOf(app, entity)} set ${columnOf(entity, field)} = ${params.add(to)} where id = ${params.add(id, 'bigint')}`;
  await rehearsal.sql`savepoint forgery`;
  try {
    await run(rehearsal.sql, text, params);
    return false;
  } catch (error) {
    if (sqlState(error) !== refusedMove) throw error;
    await rehearsal.sql`rollback to savepoint forgery`;
    return true;
  }
}

async function ruleFires(
  db: Database,
  app: App,
  check: CheckOf<'rule_fires'>,
): Promise<CheckResult> {
  const rule = app.spec.rules.find((candidate) => candidate.id === check.rule);
  if (!rule) return failed('There is no such rule.');
  const entity = entityOf(app.spec, rule.entity);
  // Only this rule, so that its message cannot be another's.
  const alone: App = {
    ...app,
    spec: { ...app.spec, rules: [{ ...rule, on: rule.on === 'create' ? 'create' : 'update' }] },
  };
  return rehearse(db, alone, async (rehearsal) => {
    const now = new Date();
    const { input, statuses } = inputPassing(alone, entity, rule.when, now);
    let row = await createSample(rehearsal, alone, entity, input, now);
    let notices: string[] = [];
    for (const [field, to] of statuses)
      ({ row, notices } = await walkTo(rehearsal, alone, entity, row, field, to, now));
    if (notices.length === 0) notices = noticesOf(alone, entity, row, undefined, now);
    if (notices.length === 0) return failed(`A sample that fits "${rule.label}" raised no notice.`);
    return passed(
      `A sample ${entity.singular.toLowerCase()} raised "${notices[0]}"; it was taken back.`,
    );
  });
}

async function widgetAnswers(
  db: Database,
  app: App,
  check: CheckOf<'widget_answers'>,
): Promise<CheckResult> {
  const view = app.spec.views.find((candidate) => candidate.key === check.view);
  const widget = view?.kind === 'dashboard' ? view.widgets[check.widget] : undefined;
  if (!widget) return failed('There is no such widget.');
  const data = await asApp(db, app, (sql) => readWidgetIn(sql, app, widget, new Date()));
  return passed(`"${widget.label}" answered ${answerOf(data)}.`);
}

function answerOf(data: WidgetData): string {
  switch (data.kind) {
    case 'number':
      return data.value;
    case 'series':
      return `${data.points.length} points, ${data.total} in all`;
    case 'bars':
      return `${data.bars.length} bars`;
    case 'records':
      return `${data.rows.length} records`;
  }
}
