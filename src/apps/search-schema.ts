/**
 * The `_search` column: everything a record is found by, folded, kept by triggers.
 * It holds the titles of linked records too: a condition over two tables would
 * keep the planner from using either index.
 */
import type { Database } from '../db/client.ts';
import type { App } from './app.ts';
import { columnName, columnOf, inSchema, isMany, oneFields, tableOf } from './column.ts';
import { type Ddl, ddl } from './ddl.ts';
import { trigramClass } from './extension.ts';
import { ownName, quoteLiteral, quoteName } from './identifier.ts';
import { type Entity, entityOf, type Field } from './spec.ts';

/** Of a long text only so much is searched, in characters. */
const searchedLength = 10_000;

/** The trigger that fills `_search` and its trigram index (none where pg_trgm is missing). */
export function createSearch(db: Database, app: App, entity: Entity): Promise<void> {
  return ddl(db, async (run) => {
    const table = tableOf(app, entity);
    const fill = inSchema(app, ownName('fill', entity.key));
    const words = searchedFields(entity).flatMap((field) => wordsOf(app, entity, field, 'new'));
    // The empty first word makes a leading space: it marks the start of a word, as all others have it.
    const body = `begin
      new._search := ${inSchema(app, '_fold')}(pg_catalog.regexp_replace(pg_catalog.concat_ws(' ', ${["''", ...words].join(', ')}), '\\s+', ' ', 'g'));
      return new;
    end`;
    await run(
      `create or replace function ${fill}() returns trigger language plpgsql as ${quoteLiteral(body)}`,
    );
    await run(
      `create or replace trigger _fill before insert or update on ${table} for each row execute function ${fill}()`,
    );
    await run(`update ${table} set _search = '' where _search = ''`);
    const trigrams = await trigramClass(run);
    if (trigrams) {
      // Without fastupdate no reader pays for the pending entries of earlier writers.
      await run(
        `create index if not exists ${quoteName(ownName('search', entity.key))} on ${table} using gin (_search ${trigrams}) with (fastupdate = off)`,
      );
    }
    await followTitles(run, app, entity);
  });
}

/** Titles, fields marked for search and linked ones. */
function searchedFields(entity: Entity): Field[] {
  return entity.fields.filter(
    (field) =>
      !isMany(field) &&
      (field.search || field.type === 'relation' || entity.title.includes(field.key)),
  );
}

/** SQL expressions for the words of a field of the record `alias`. */
function wordsOf(app: App, entity: Entity, field: Field, alias: string): string[] {
  const value = `${alias}.${columnOf(entity, field)}`;
  switch (field.type) {
    case 'phone':
      return [value, `pg_catalog.regexp_replace(${value}, '\\D', '', 'g')`];
    case 'choice':
    case 'status': {
      const whens = field.options.map(
        (option) => `when ${quoteLiteral(option.key)} then ${quoteLiteral(option.label)}`,
      );
      return [`case ${value} ${whens.join(' ')} end`];
    }
    case 'relation': {
      const target = entityOf(app.spec, field.to);
      const words = titleFields(target).flatMap((own) => wordsOf(app, target, own, 'linked'));
      if (words.length === 0) return [];
      return [
        `(select pg_catalog.concat_ws(' ', ${words.join(', ')}) from ${tableOf(app, target)} linked where linked.id = ${value})`,
      ];
    }
    case 'boolean':
      return [];
    case 'datetime':
      return [`pg_catalog.to_char(${value} at time zone 'UTC', 'YYYY-MM-DD')`];
    case 'date':
      return [`pg_catalog.to_char(${value}, 'YYYY-MM-DD')`];
    case 'longtext':
      return [`pg_catalog.left(${value}, ${searchedLength})`];
    default:
      return [`${value}::text`];
  }
}

/** One level only: the title of a linked record's own links is not searched. */
const titleFields = (entity: Entity): Field[] =>
  entity.fields.filter((field) => entity.title.includes(field.key) && field.type !== 'relation');

/** Triggers on the linked tables: when a title changes, the records that show it are found by the new one. */
export async function followTitles(run: Ddl, app: App, entity: Entity): Promise<void> {
  for (const field of oneFields(entity)) {
    const target = entityOf(app.spec, field.to);
    const titles = titleFields(target).map((title) => columnOf(target, title));
    const [found] = await run(
      `select pg_catalog.to_regclass(${quoteLiteral(tableOf(app, target))}) is not null as there`,
    );
    if (titles.length === 0 || !found?.['there']) continue;
    const name = ownName('follow', entity.key, field.key);
    const column = quoteName(columnName(entity, field));
    const body = `begin
      update ${tableOf(app, entity)} set _search = '' where ${column} = new.id;
      return null;
    end`;
    await run(
      `create or replace function ${inSchema(app, name)}() returns trigger language plpgsql as ${quoteLiteral(body)}`,
    );
    const changed = titles
      .map((title) => `old.${title} is distinct from new.${title}`)
      .join(' or ');
    await run(
      `create or replace trigger ${quoteName(name)} after update on ${tableOf(app, target)} for each row when (${changed}) execute function ${inSchema(app, name)}()`,
    );
  }
}
