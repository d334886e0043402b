/** Writing records inside an app's transaction. */
import type { App } from './app.ts';
import {
  columnFields,
  columnOf,
  inSchema,
  isMany,
  linkTableOf,
  manyFields,
  tableOf,
  typeOf,
} from './column.ts';
import { arrayOf } from './filter.ts';
import { given, type Input, readInput, sameValue, storedOf } from './input.ts';
import type { Stored } from './link.ts';
import { goneMessage, refusedFrom } from './problem.ts';
import type { Saved } from './record.ts';
import type { Row } from './row.ts';
import { noticesOf } from './rule.ts';
import { rowOf, selectColumns } from './select.ts';
import { createParams, run, type Sql } from './session.ts';
import { type Entity, entityOf, type FieldOf } from './spec.ts';
import { parseValue } from './value-parse.ts';

export const isId = (id: string): boolean => /^-?\d{1,18}$/.test(id);

/** The record unless it is deleted; `lock` holds it until the transaction ends. */
export async function readRecord(
  sql: Sql,
  app: App,
  entity: Entity,
  id: string,
  lock = false,
): Promise<Row | undefined> {
  if (!isId(id)) return undefined;
  const params = createParams();
  const [line] = await run(
    sql,
    `select ${selectColumns(app, entity, 'r')} from ${tableOf(app, entity)} r where r.id = ${params.add(id, 'bigint')} and r.deleted_at is null${lock ? ' for update of r' : ''}`,
    params,
  );
  return line && rowOf(app, entity, line);
}

/** @param id for samples of checks: a number of its own leaves no gap in the sequence */
export async function createIn(
  sql: Sql,
  app: App,
  entity: Entity,
  input: Input,
  now: Date,
  id?: string,
): Promise<Saved> {
  const { values, errors } = readInput(app, entity, input, true);
  for (const field of entity.fields) {
    const wanted = values.get(field.key);
    if (field.type === 'status' && wanted !== field.initial && typeof wanted === 'string') {
      return refusedFrom(entity, field, undefined, wanted);
    }
  }
  Object.assign(errors, await goneLinks(sql, app, entity, values));
  if (Object.keys(errors).length > 0) return { kind: 'invalid', errors };
  const params = createParams();
  const fields = columnFields(entity).filter((field) => values.has(field.key));
  const columns = fields.map((field) => columnOf(entity, field));
  const places = fields.map((field) => params.add(plain(values.get(field.key)), typeOf(field)));
  if (id !== undefined) {
    columns.push('id');
    places.push(params.add(id, 'bigint'));
  }
  const into = `insert into ${tableOf(app, entity)}`;
  const [made] = await run(
    sql,
    columns.length === 0
      ? `${into} default values returning id::text as id`
      : `${into} (${columns.join(', ')}) ${id === undefined ? '' : 'overriding system value'} values (${places.join(', ')}) returning id::text as id`,
    params,
  );
  const newId = String(made?.['id']);
  await writeLinks(sql, app, entity, newId, values);
  return saved(sql, app, entity, newId, undefined, now);
}

/** What the author changed against what he saw, merged with what others changed since. */
export async function updateIn(
  sql: Sql,
  app: App,
  entity: Entity,
  id: string,
  version: number,
  input: Input,
  seen: Input | undefined,
  now: Date,
): Promise<Saved> {
  const current = await readRecord(sql, app, entity, id, true);
  if (!current) return { kind: 'missing' };
  const edited = seen ? withoutUnchanged(app, entity, input, seen) : input;
  const { values, errors } = readInput(app, entity, edited, false);
  const stored = (key: string): Stored => storedOf(current.values[key] ?? null);
  const fields = entity.fields.filter(
    (field) =>
      values.has(field.key) && !sameValue(field, values.get(field.key) ?? null, stored(field.key)),
  );
  if (version !== current.version) {
    const since = seen ? undefined : await changedSince(sql, app, entity, id, version);
    const fought = fields.filter((field) => {
      const raw = seen && given(seen, field.key);
      if (since || raw === undefined) return since ? since.has(columnKey(entity, field)) : true;
      const saw = parseValue({ ...field, required: false }, raw, app.spec, now);
      return !saw.ok || !sameValue(field, saw.value, sameDetail(field.type, stored(field.key)));
    });
    if (fought.length > 0)
      return { kind: 'conflict', current, fields: fought.map((field) => field.key) };
  }
  for (const field of fields) {
    const to = values.get(field.key);
    if (field.type !== 'status' || typeof to !== 'string') continue;
    const from = String(current.values[field.key]);
    if (!isAllowed(field, from, to)) return refusedFrom(entity, field, from, to);
  }
  const changed = new Map(fields.map((field) => [field.key, values.get(field.key) ?? null]));
  Object.assign(errors, await goneLinks(sql, app, entity, changed, current));
  if (Object.keys(errors).length > 0) return { kind: 'invalid', errors };
  if (changed.size === 0) return { kind: 'saved', row: current, notices: [] };
  await writeLinks(sql, app, entity, id, changed);
  await writeColumns(sql, app, entity, id, changed);
  return saved(sql, app, entity, id, current, now);
}

export async function moveIn(
  sql: Sql,
  app: App,
  entity: Entity,
  id: string,
  field: FieldOf<'status'>,
  to: string,
  now: Date,
): Promise<Saved> {
  const current = await readRecord(sql, app, entity, id, true);
  if (!current) return { kind: 'missing' };
  const from = String(current.values[field.key]);
  if (from === to) return { kind: 'saved', row: current, notices: [] };
  if (!isAllowed(field, from, to)) return refusedFrom(entity, field, from, to);
  await writeColumns(sql, app, entity, id, new Map([[field.key, to]]));
  return saved(sql, app, entity, id, current, now);
}

const isAllowed = (field: FieldOf<'status'>, from: string, to: string): boolean =>
  field.options.find((option) => option.key === from)?.next.includes(to) ?? false;

async function saved(
  sql: Sql,
  app: App,
  entity: Entity,
  id: string,
  before: Row | undefined,
  now: Date,
): Promise<Saved> {
  const row = await readRecord(sql, app, entity, id);
  if (!row) return { kind: 'missing' };
  return { kind: 'saved', row, notices: noticesOf(app, entity, row, before, now) };
}

/** The input without the fields that still hold what the form showed. */
function withoutUnchanged(app: App, entity: Entity, input: Input, seen: Input): Input {
  const changed = entity.fields.filter((field) => {
    const [now, before] = [given(input, field.key), given(seen, field.key)];
    if (now === undefined) return false;
    if (before === undefined) return true;
    const [a, b] = [now, before].map((raw) =>
      parseValue({ ...field, required: false }, raw, app.spec),
    );
    return a?.ok && b?.ok ? !sameValue(field, a.value, b.value) : String(now) !== String(before);
  });
  return Object.fromEntries(changed.map((field) => [field.key, given(input, field.key)]));
}

/** A form shows a datetime in minutes: its seconds are no difference. */
const sameDetail = (type: string, value: Stored): Stored =>
  type === 'datetime' && typeof value === 'string' ? `${value.slice(0, 16)}:00.000Z` : value;

/** Keys (columns, and fields of many links) that changed after `version`, from the history. */
async function changedSince(
  sql: Sql,
  app: App,
  entity: Entity,
  id: string,
  version: number,
): Promise<Set<string> | undefined> {
  const changes = inSchema(app, '_changes');
  const name = createParams();
  const [there] = await run(
    sql,
    `select pg_catalog.to_regclass(${name.add(changes)}) is not null as there`,
    name,
  );
  if (!there?.['there']) return undefined;
  const params = createParams();
  const own = `entity = ${params.add(entity.key)} and record_id = ${params.add(id, 'bigint')}`;
  const lines = await run(
    sql,
    `select distinct k.key from ${changes} c cross join lateral jsonb_object_keys(coalesce(c.new, c.old)) k(key)
     where ${own} and c.id > coalesce((select max(id) from ${changes} where ${own} and version <= ${params.add(version, 'int')}), 0)`,
    params,
  );
  return new Set(lines.map((line) => String(line['key'])));
}

const columnKey = (entity: Entity, field: Entity['fields'][number]): string =>
  isMany(field) ? field.key : columnOf(entity, field).slice(1, -1);

async function writeColumns(
  sql: Sql,
  app: App,
  entity: Entity,
  id: string,
  values: Map<string, Stored>,
): Promise<void> {
  const params = createParams();
  const sets = columnFields(entity)
    .filter((field) => values.has(field.key))
    .map(
      (field) =>
        `${columnOf(entity, field)} = ${params.add(plain(values.get(field.key)), typeOf(field))}`,
    );
  sets.push('version = version + 1', 'updated_at = now()');
  await run(
    sql,
    `update ${tableOf(app, entity)} set ${sets.join(', ')} where id = ${params.add(id, 'bigint')}`,
    params,
  );
}

async function writeLinks(
  sql: Sql,
  app: App,
  entity: Entity,
  id: string,
  values: Map<string, Stored>,
): Promise<void> {
  for (const field of manyFields(entity)) {
    const ids = values.get(field.key);
    if (!Array.isArray(ids)) continue;
    const link = linkTableOf(app, entity, field);
    const params = createParams();
    const from = params.add(id, 'bigint');
    const to = params.add(arrayOf(ids), 'bigint[]');
    await run(
      sql,
      `update ${link} set deleted_at = now() where from_id = ${from} and deleted_at is null and not (to_id = any(${to}))`,
      params,
    );
    await run(
      sql,
      `insert into ${link} (from_id, to_id, position) select ${from}, t, o from unnest(${to}) with ordinality u(t, o)
       on conflict (from_id, to_id) do update set deleted_at = null, position = excluded.position`,
      params,
    );
  }
}

/** Sentences for links to records that are gone. The targets stay locked against deletion meanwhile. */
async function goneLinks(
  sql: Sql,
  app: App,
  entity: Entity,
  values: Map<string, Stored>,
  before?: Row,
): Promise<Record<string, string>> {
  const params = createParams();
  const linked = entity.fields.flatMap((field) => {
    const value = values.get(field.key) ?? null;
    if (field.type !== 'relation' || value === null || value === '') return [];
    const kept = storedOf(before?.values[field.key] ?? null);
    // A link that was there before may point at a deleted record: only new ones are checked.
    const ids = [value]
      .flat()
      .map(String)
      .filter((id) => ![kept].flat().includes(id));
    return ids.length > 0 ? [{ field, ids }] : [];
  });
  if (linked.length === 0) return {};
  const counts = linked.map(({ field, ids }, index) => {
    const target = tableOf(app, entityOf(app.spec, field.to));
    return `(select count(*) from (select 1 from ${target} where id = any(${params.add(arrayOf(ids), 'bigint[]')}) and deleted_at is null for share) f) as n${index}`;
  });
  const [line] = await run(sql, `select ${counts.join(', ')}`, params);
  const gone = linked.filter(({ ids }, index) => Number(line?.[`n${index}`]) !== ids.length);
  return Object.fromEntries(gone.map(({ field }) => [field.key, goneMessage(field)]));
}

const plain = (value: Stored | undefined): string | number | boolean | null =>
  value === undefined || Array.isArray(value) ? null : value;
