/** One record: read, made, changed, moved, removed and brought back. */
import type { Database } from '../db/client.ts';
import type { App } from './app.ts';
import { columnOf, isMany, linkTableOf, tableOf } from './column.ts';
import type { Input } from './input.ts';
import { cappedCount, totalOf } from './page.ts';
import { problemOf } from './problem.ts';
import { incoming, linkingSql } from './query.ts';
import type { Row } from './row.ts';
import { createIn, isId, moveIn, readRecord, updateIn } from './save.ts';
import { asApp, createParams, run, type Sql, sqlState } from './session.ts';
import { type Entity, entityOf, type FieldOf } from './spec.ts';

export type { Input } from './input.ts';
export type { Row } from './row.ts';

export type Saved =
  /** `notices`: messages of rules that hold for the record now. */
  | { kind: 'saved'; row: Row; notices: string[] }
  /** Field key → sentence; '' for the form as a whole. */
  | { kind: 'invalid'; errors: Record<string, string> }
  /** Somebody else changed these fields since; nothing was written. */
  | { kind: 'conflict'; current: Row; fields: string[] }
  /** The workflow forbids this status; `allowed` are the moves that are open. */
  | { kind: 'refused'; message: string; allowed: { key: string; label: string }[] }
  | { kind: 'missing' };

export type Deleted =
  | { kind: 'deleted' }
  | { kind: 'referenced'; by: { label: string; count: number }[] }
  | { kind: 'missing' };

/** Undefined when there is none, also when it was deleted. */
export function getRecord(
  db: Database,
  app: App,
  entityKey: string,
  id: string,
): Promise<Row | undefined> {
  return asApp(db, app, (sql) => readRecord(sql, app, entityOf(app.spec, entityKey), id));
}

/** Absent fields are empty; a status starts at its beginning. */
export function createRecord(
  db: Database,
  app: App,
  entityKey: string,
  input: Input,
): Promise<Saved> {
  return save(db, app, entityKey, (sql, entity) => createIn(sql, app, entity, input, new Date()));
}

/**
 * Saves what the author changed. Absent fields stay as they are.
 * @param version the one the author's form showed
 * @param seen the values it showed: edits of different fields by two people merge, of the same
 *   field conflict. Without it the history says what changed since `version`.
 */
export function updateRecord(
  db: Database,
  app: App,
  entityKey: string,
  id: string,
  version: number,
  input: Input,
  seen?: Input,
): Promise<Saved> {
  return save(db, app, entityKey, (sql, entity) =>
    updateIn(sql, app, entity, id, version, input, seen, new Date()),
  );
}

/** Moves a record to another status (a card dragged on a board). */
export function moveRecord(
  db: Database,
  app: App,
  entityKey: string,
  id: string,
  fieldKey: string,
  to: string,
): Promise<Saved> {
  return save(db, app, entityKey, async (sql, entity) => {
    const field = entity.fields.find((candidate) => candidate.key === fieldKey);
    if (field?.type !== 'status')
      return { kind: 'invalid', errors: { '': 'Only a status can be moved.' } };
    return moveIn(sql, app, entity, id, field, to, new Date());
  });
}

async function save(
  db: Database,
  app: App,
  entityKey: string,
  work: (sql: Sql, entity: Entity) => Promise<Saved>,
): Promise<Saved> {
  const entity = entityOf(app.spec, entityKey);
  try {
    return await asApp(db, app, (sql) => work(sql, entity));
  } catch (error) {
    const problem = problemOf(app, entity, error);
    if (problem) return problem;
    throw error;
  }
}

/** Hides the record; it can be restored. Refused while others need it; links that may be cleared are. */
export function deleteRecord(
  db: Database,
  app: App,
  entityKey: string,
  id: string,
): Promise<Deleted> {
  const entity = entityOf(app.spec, entityKey);
  return asApp(db, app, async (sql): Promise<Deleted> => {
    // Locked first: nobody links to it between the count and the deletion.
    if (!(await readRecord(sql, app, entity, id, true))) return { kind: 'missing' };
    const links = incoming(app, entityKey);
    const by = await references(
      sql,
      app,
      links.filter(({ field }) => !isCleared(field)),
      entity,
      id,
    );
    if (by.length > 0) return { kind: 'referenced', by };
    for (const link of links.filter(({ field }) => isCleared(field)))
      await clear(sql, app, link, id);
    const params = createParams();
    await run(
      sql,
      `update ${tableOf(app, entity)} set deleted_at = now(), updated_at = now(), version = version + 1 where id = ${params.add(id, 'bigint')}`,
      params,
    );
    return { kind: 'deleted' };
  });
}

type Incoming = { entity: Entity; field: FieldOf<'relation'> };

/** A required link cannot be empty: there the deletion is refused, whatever the spec says. */
const isCleared = (field: FieldOf<'relation'>): boolean =>
  field.onDelete === 'clear' && (!field.required || field.many);

async function references(
  sql: Sql,
  app: App,
  links: Incoming[],
  target: Entity,
  id: string,
): Promise<{ label: string; count: number }[]> {
  if (links.length === 0) return [];
  const params = createParams();
  const place = params.add(id, 'bigint');
  const counts = links.map(({ entity, field }, index) => {
    const { from, where } = linkingSql(app, entity, field, place);
    // A record that links to itself does not stand in its own way.
    return `${cappedCount(from, entity === target ? `${where} and r.id <> ${place}` : where)} as n${index}`;
  });
  const [line] = await run(sql, `select ${counts.join(', ')}`, params);
  return links.flatMap(({ entity, field }, index) => {
    const { count } = totalOf(line?.[`n${index}`]);
    const twice = links.filter((link) => link.entity === entity).length > 1;
    return count > 0
      ? [{ label: twice ? `${entity.label} (${field.label})` : entity.label, count }]
      : [];
  });
}

async function clear(sql: Sql, app: App, { entity, field }: Incoming, id: string): Promise<void> {
  const params = createParams();
  const place = params.add(id, 'bigint');
  if (isMany(field)) {
    await run(
      sql,
      `update ${linkTableOf(app, entity, field)} set deleted_at = now() where to_id = ${place} and deleted_at is null`,
      params,
    );
  } else {
    const column = columnOf(entity, field);
    await run(
      sql,
      `update ${tableOf(app, entity)} set ${column} = null, version = version + 1, updated_at = now() where ${column} = ${place} and deleted_at is null`,
      params,
    );
  }
}

/** False when there is nothing to restore, or another record has taken its unique value meanwhile. */
export async function restoreRecord(
  db: Database,
  app: App,
  entityKey: string,
  id: string,
): Promise<boolean> {
  if (!isId(id)) return false;
  const table = tableOf(app, entityOf(app.spec, entityKey));
  const params = createParams();
  const text = `update ${table} set deleted_at = null, updated_at = now(), version = version + 1 where id = ${params.add(id, 'bigint')} and deleted_at is not null returning id`;
  try {
    return (await asApp(db, app, (sql) => run(sql, text, params))).length > 0;
  } catch (error) {
    if (sqlState(error) === '23505') return false;
    throw error;
  }
}
