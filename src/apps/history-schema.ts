/** The append-only `_changes` table: written by triggers only, so nobody can write or rewrite history. */
import type { Database } from '../db/client.ts';
import type { App } from './app.ts';
import { columnName, inSchema, linkTableOf, manyFields, tableOf } from './column.ts';
import { type Ddl, ddl } from './ddl.ts';
import { quoteLiteral, quoteName } from './identifier.ts';
import type { Entity } from './spec.ts';

/** The table and the triggers of every entity (or of one) whose table exists. */
export function createHistory(db: Database, app: App, only?: Entity): Promise<void> {
  return ddl(db, async (run) => {
    const changes = inSchema(app, '_changes');
    await run(`create table if not exists ${changes} (
      id bigint generated always as identity primary key, entity text not null, record_id bigint not null,
      version int, action text not null, old jsonb, new jsonb, xid bigint not null, at timestamptz not null,
      person text default ${settingOf('person')}, person_name text default ${settingOf('person_name')})`);
    await run(`create index if not exists _changes_of on ${changes} (entity, record_id, id)`);
    await run(`revoke all on ${changes} from ${quoteName(app.roleName)}`);
    await run(`grant select on ${changes} to ${quoteName(app.roleName)}`);
    await createFunctions(run, app, changes);
    for (const entity of only ? [only] : app.spec.entities) await watch(run, app, entity);
  });
}

/** What `enterApp` says about who works in this transaction; null for the program itself. */
const settingOf = (name: string): string => `nullif(current_setting('factotum.${name}', true), '')`;

async function watch(run: Ddl, app: App, entity: Entity): Promise<void> {
  const statuses = entity.fields
    .filter((field) => field.type === 'status')
    .map((field) => columnName(entity, field));
  const args = [entity.key, JSON.stringify(statuses)].map(quoteLiteral).join(', ');
  if (!(await exists(run, tableOf(app, entity)))) return;
  await run(
    `create or replace trigger _history after insert or update on ${tableOf(app, entity)} for each row execute function ${inSchema(app, '_note_change')}(${args})`,
  );
  for (const field of manyFields(entity)) {
    const link = linkTableOf(app, entity, field);
    if (!(await exists(run, link))) continue;
    const keys = [entity.key, field.key].map(quoteLiteral).join(', ');
    await run(
      `create or replace trigger _history after insert or update on ${link} for each row execute function ${inSchema(app, '_note_link')}(${keys})`,
    );
  }
}

async function exists(run: Ddl, table: string): Promise<boolean> {
  const [found] = await run(
    `select pg_catalog.to_regclass(${quoteLiteral(table)}) is not null as there`,
  );
  return found?.['there'] === true;
}

/** SECURITY DEFINER: they write where the app's role may only read. */
async function createFunctions(run: Ddl, app: App, changes: string): Promise<void> {
  const header =
    'returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp';
  const insert = `insert into ${changes} (entity, record_id, version, action, old, new, xid, at) values`;
  const transaction = 'pg_current_xact_id()::text::bigint, clock_timestamp()';
  // Only what differs is kept, and nothing when only the bookkeeping of the search changed.
  const change = `declare
      before jsonb; after jsonb := to_jsonb(new) - '_search' - 'updated_at' - 'created_at'; was jsonb; now_ jsonb; action text;
    begin
      if tg_op = 'INSERT' then
        ${insert} (tg_argv[0], new.id, new.version, 'created', null, after - 'version' - 'deleted_at' - 'id', ${transaction});
        return null;
      end if;
      before := to_jsonb(old) - '_search' - 'updated_at' - 'created_at';
      select jsonb_object_agg(key, before -> key), jsonb_object_agg(key, value) into was, now_
        from jsonb_each(after) where value is distinct from before -> key and key <> 'version';
      if now_ is null then return null; end if;
      action := case when now_ ? 'deleted_at' then case when new.deleted_at is null then 'restored' else 'deleted' end
        when (select bool_and(tg_argv[1]::jsonb ? key) from jsonb_object_keys(now_) key) then 'moved' else 'changed' end;
      ${insert} (tg_argv[0], new.id, new.version, action, was - 'deleted_at', now_ - 'deleted_at', ${transaction});
      return null;
    end`;
  await run(
    `create or replace function ${inSchema(app, '_note_change')}() ${header} as ${quoteLiteral(change)}`,
  );
  const link = `declare linked jsonb := jsonb_build_object(tg_argv[1], new.to_id);
    begin
      if tg_op = 'UPDATE' then
        if (old.deleted_at is null) = (new.deleted_at is null) then return null; end if;
      end if;
      ${insert} (tg_argv[0], new.from_id, null, 'changed',
        case when new.deleted_at is not null then linked end, case when new.deleted_at is null then linked end, ${transaction});
      return null;
    end`;
  await run(
    `create or replace function ${inSchema(app, '_note_link')}() ${header} as ${quoteLiteral(link)}`,
  );
}
