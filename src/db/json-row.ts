/**
 * Rows of several tables that one statement has read, as JSON: read this way a task with all around it is
 * one round trip, and no statement has to be put together for each table.
 */
import { getTableColumns } from 'drizzle-orm';
import { toSnakeCase } from 'drizzle-orm/casing';
import type { PgTable } from 'drizzle-orm/pg-core';

/** The columns of a table by the names that they have here and in Postgres. */
export const columnsOf = (table: PgTable) =>
  Object.entries(getTableColumns(table)).map(([key, column]) => ({
    key,
    name: column.keyAsName ? toSnakeCase(key) : column.name,
    type: column.getSQLType(),
    isDate: column.dataType === 'date',
  }));

/**
 * Makes of `to_json(row)` what drizzle would have returned: its own names, and dates as dates (to the
 * millisecond). Whole numbers come as numbers; a table with bytes or decimals cannot be read this way.
 */
export function rowReader<T extends PgTable>(table: T): (json: object) => T['$inferSelect'] {
  const columns = columnsOf(table);
  return (json) => {
    const row: Record<string, unknown> = {};
    for (const { key, name, isDate } of columns) {
      const value = (json as Record<string, unknown>)[name];
      row[key] = isDate && value !== null ? new Date(value as string) : value;
    }
    return row as T['$inferSelect'];
  };
}

/** The same for a list, which Postgres gives as null when there is nothing. */
export const rowsReader = <T extends PgTable>(table: T) => {
  const read = rowReader(table);
  return (json: object[] | null): T['$inferSelect'][] => (json ?? []).map(read);
};
