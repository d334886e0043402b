/**
 * Writes of rows whose outcome is known beforehand, since the lock is held under which they were read: not
 * sent one by one but with the next statement of the transaction, or with its end (`write.ts`). A row that
 * is not as it was known to be fails the transaction.
 */
import { getTableName } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { columnsOf } from './json-row.ts';
import { type Tx, tailOf } from './tx.ts';
import { addWrite, type Statement, type Values } from './write.ts';

type Options<T extends PgTable> = {
  /** "(id) do update set …", where a row that is put may be there already. */
  conflict?: string;
  /** Columns that a change is added to, instead of replacing what is there. */
  added?: readonly (keyof T['$inferSelect'])[];
  /** Columns that the database computes when a row is put, and when it is changed. */
  onPut?: { [K in keyof T['$inferSelect']]?: string };
  onChange?: { [K in keyof T['$inferSelect']]?: string };
};

export type Rows<T extends PgTable> = {
  put(tx: Tx, rows: T['$inferInsert'][]): void;
  /** @param was what is known of the row, its id among it */
  change(
    tx: Tx,
    was: Partial<T['$inferSelect']> & { id: string },
    change: Partial<T['$inferInsert']>,
  ): void;
};

export function rowsOf<T extends PgTable>(table: T, options: Options<T> = {}): Rows<T> {
  const name = getTableName(table);
  const columns = columnsOf(table);
  const names = new Map(columns.map((column) => [column.key, column.name]));
  const types = Object.fromEntries(columns.map((column) => [column.name, column.type]));
  const columnOf = (key: string) => {
    const column = names.get(key);
    if (!column) throw new Error(`${name} has no column ${key}.`);
    return column;
  };
  /** What is not given stays out. */
  const renamed = (values: object): Values => {
    const made: Values = {};
    for (const [key, value] of Object.entries(values)) {
      if (value !== undefined) made[columnOf(key)] = value;
    }
    return made;
  };
  const onPut = renamed(options.onPut ?? {}) as Record<string, string>;
  const onChange = renamed(options.onChange ?? {}) as Record<string, string>;
  const added = (options.added ?? []).map((key) => columnOf(String(key)));
  const { conflict } = options;
  return {
    put(tx, rows) {
      if (rows.length === 0) return;
      const insert = { table: name, types, rows: rows.map(renamed), conflict, computed: onPut };
      addWrite(tailOf(tx).writes, { kind: 'insert', ...insert });
    },
    change(tx, was, change) {
      const about = { table: name, types, was: renamed(was), change: renamed(change) };
      addWrite(tailOf(tx).writes, { kind: 'change', ...about, added, computed: onChange });
    },
  };
}

/** A row after a change, as it will be read again. What is not given stays. */
export function changed<Row extends object>(
  row: Row,
  change: { [K in keyof Row]?: Row[K] | undefined },
): Row {
  const next: Row = { ...row };
  for (const key of Object.keys(change) as (keyof Row)[]) {
    const value = change[key];
    if (value !== undefined) next[key] = value;
  }
  return next;
}

/**
 * The same for a statement of its own, whose rows nothing else of the transaction writes. What several parts of a
 * transaction give to one statement is written by it at once.
 */
export function writeLater(tx: Tx, statement: Statement, ...rows: Values[]): void {
  if (rows.length > 0) addWrite(tailOf(tx).writes, { kind: 'each', statement, rows });
}
