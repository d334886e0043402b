/** Row-level security: every table lets a transaction see the rows of one workspace. */
import { type SQL, sql } from 'drizzle-orm';
import { type AnyPgColumn, pgPolicy, pgRole } from 'drizzle-orm/pg-core';

/** Runs all engine statements. Owns nothing, logs in nowhere. */
const engineRole = pgRole('factotum_engine').existing();

/** With no workspace set the comparison is with null, so nothing is visible: it fails closed. */
const current: SQL = sql`current_setting('factotum.workspace_id', true)`;

export function workspacePolicy(table: string, column: AnyPgColumn) {
  return pgPolicy(`${table}_workspace`, {
    for: 'all',
    to: engineRole,
    using: sql`${column} = ${current}`,
    withCheck: sql`${column} = ${current}`,
  });
}
