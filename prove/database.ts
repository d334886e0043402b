/** Databases of trials: cloned from a migrated template, dropped afterwards with the roles of their apps. */
import { randomBytes } from 'node:crypto';
import postgres, { type Sql } from 'postgres';
import { dropDatabase } from '../test/support/drop-database.ts';

/** Postgres lets one at a time copy a template; tests wait for the same lock. */
const cloneLock = 7;

export type Clone = { url: string; drop(): Promise<void> };

/** @param templateUrl a database that nobody is connected to */
export async function cloneDatabase(templateUrl: string): Promise<Clone> {
  const template = new URL(templateUrl);
  const name = `prove_${randomBytes(6).toString('hex')}`;
  const url = asDatabase(template, name);
  await administer(template, async (admin) => {
    await admin`select pg_advisory_lock(${cloneLock})`;
    await admin`create database ${admin(name)} template ${admin(template.pathname.slice(1))}`;
  });
  return {
    url,
    async drop() {
      const roles = await withDatabase(url, appRoles);
      await administer(template, async (admin) => {
        await dropDatabase(admin, name);
        for (const role of roles) await admin`drop role if exists ${admin(role)}`;
      });
    },
  };
}

/** Roles are the server's, not the database's: those of apps that own or may use something here. */
export async function appRoles(sql: Sql): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select distinct role.rolname as name from pg_shdepend as use
    join pg_roles as role on role.oid = use.refobjid
    where use.dbid = (select oid from pg_database where datname = current_database())
      and role.rolname like 'app\\_%'`;
  return rows.map((row) => row.name);
}

/** Runs `work` on one connection of its own. */
async function withDatabase<T>(url: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 2 });
  }
}

function administer<T>(template: URL, work: (sql: Sql) => Promise<T>): Promise<T> {
  return withDatabase(asDatabase(template, 'postgres'), work);
}

function asDatabase(url: URL, name: string): string {
  const copy = new URL(url);
  copy.pathname = `/${name}`;
  return copy.href;
}
