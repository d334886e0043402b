/** What happened to a record, for people. */
import type { Database } from '../db/client.ts';
import type { App } from './app.ts';
import { columnName, inSchema, isMany, tableOf } from './column.ts';
import type { Link, Value } from './link.ts';
import { isId } from './save.ts';
import { linkOf, titleSql } from './select.ts';
import { asApp, createParams, run, type Sql } from './session.ts';
import { type Entity, entityOf, type Field } from './spec.ts';
import { printValue } from './value-print.ts';

const changeActions = ['created', 'changed', 'moved', 'deleted', 'restored'] as const;
export type ChangeAction = (typeof changeActions)[number];
/** `by` is the name of who did it, where it is known; `field` is its label; `from` and `to` are printed for people, '' for nothing. */
export type Change = {
  at: Date;
  by: string | null;
  action: ChangeAction;
  changes: { field: string; from: string; to: string }[];
};

type Entry = {
  at: Date;
  by: string | null;
  action: ChangeAction;
  xid: string;
  changes: { field: Field; old: string[]; new: string[] }[];
};

/** The newest first; what one save changed is one entry. */
export function listChanges(
  db: Database,
  app: App,
  entityKey: string,
  id: string,
  limit: number,
): Promise<Change[]> {
  if (!isId(id)) return Promise.resolve([]);
  const entity = entityOf(app.spec, entityKey);
  return asApp(db, app, async (sql) => {
    const entries = await readEntries(
      sql,
      app,
      entity,
      id,
      Math.max(1, Math.min(500, Math.trunc(limit) || 50)),
    );
    const titles = await readTitles(sql, app, entries);
    return entries.map(({ at, by, action, changes }) => ({
      at,
      by,
      action,
      changes: changes.map((change) => ({
        field: change.field.label,
        from: printed(app, change.field, change.old, titles),
        to: printed(app, change.field, change.new, titles),
      })),
    }));
  });
}

async function readEntries(
  sql: Sql,
  app: App,
  entity: Entity,
  id: string,
  limit: number,
): Promise<Entry[]> {
  const params = createParams();
  const texts = (side: string) =>
    `(select jsonb_object_agg(key, value) from jsonb_each_text(c.${side})) as ${side}`;
  const lines = await run(
    sql,
    // Long texts are cut: a history shows that they changed, not twice 100,000 characters.
    `select c.at, c.action, c.person_name as by, c.xid::text as xid, ${texts('old')}, ${texts('new')} from ${inSchema(app, '_changes')} c
     where c.entity = ${params.add(entity.key)} and c.record_id = ${params.add(id, 'bigint')} order by c.id desc limit ${limit * 4}`,
    params,
  );
  const entries: Entry[] = [];
  for (const line of lines) {
    const before = asTexts(line['old']);
    const after = asTexts(line['new']);
    const changes = entity.fields.flatMap((field) => {
      const key = isMany(field) ? field.key : columnName(entity, field);
      const [was, is] = [before[key], after[key]];
      return isBlank(was) && isBlank(is)
        ? []
        : [{ field, old: isBlank(was) ? [] : [was], new: isBlank(is) ? [] : [is] }];
    });
    const last = entries.at(-1);
    if (last && last.xid === line['xid']) merge(last, changes, line['action'] as ChangeAction);
    else
      entries.push({
        at: new Date(String(line['at'])),
        by: typeof line['by'] === 'string' ? line['by'] : null,
        action: line['action'] as ChangeAction,
        xid: String(line['xid']),
        changes,
      });
  }
  return entries.slice(0, limit);
}

const isBlank = (text: string | null | undefined): text is null | undefined | '' =>
  text === null || text === undefined || text === '';

const asTexts = (value: unknown): Record<string, string | null> =>
  value !== null && typeof value === 'object' ? (value as Record<string, string | null>) : {};

/** Links are noted one by one; the record's own line says what the whole save was. */
function merge(entry: Entry, changes: Entry['changes'], action: ChangeAction): void {
  if (action !== 'changed') entry.action = action;
  for (const change of changes) {
    const same = entry.changes.find((each) => each.field === change.field);
    if (same) {
      same.old.unshift(...change.old);
      same.new.unshift(...change.new);
    } else entry.changes.push(change);
  }
}

/** Titles of every linked record that is mentioned: one statement per linked entity. */
async function readTitles(sql: Sql, app: App, entries: Entry[]): Promise<Map<string, Link>> {
  const wanted = new Map<string, Set<string>>();
  for (const { field, old, new: now } of entries.flatMap((entry) => entry.changes)) {
    if (field.type !== 'relation') continue;
    const ids = wanted.get(field.to) ?? new Set();
    for (const id of [...old, ...now]) if (isId(id)) ids.add(id);
    wanted.set(field.to, ids);
  }
  const titles = new Map<string, Link>();
  for (const [key, ids] of wanted) {
    const target = entityOf(app.spec, key);
    const params = createParams();
    const text = `select ${titleSql(app, target, 'r', 1)} as link from ${tableOf(app, target)} r where r.id = any(${params.add(`{${[...ids].join(',')}}`, 'bigint[]')})`;
    for (const line of await run(sql, text, params)) {
      const link = linkOf(app, target, line['link']);
      titles.set(`${key} ${link.id}`, link);
    }
  }
  return titles;
}

function printed(app: App, field: Field, texts: string[], titles: Map<string, Link>): string {
  if (field.type === 'relation') {
    return texts.map((id) => titles.get(`${field.to} ${id}`)?.title ?? `#${id}`).join(', ');
  }
  return texts
    .map((text) => printValue(field, textValue(field, text), app.spec))
    .join(', ')
    .slice(0, 2000);
}

function textValue(field: Field, text: string): Value {
  if (field.type === 'boolean') return text === 'true';
  return field.type === 'time' ? text.slice(0, 5) : text;
}
