/** A list as a CSV file (RFC 4180). */
import type { Database } from '../db/client.ts';
import { redact } from '../redact.ts';
import { hideSecrets } from '../secret.ts';
import type { App } from './app.ts';
import { isNumber } from './column.ts';
import { type Query, readPage } from './page.ts';
import type { Row } from './row.ts';
import { asApp } from './session.ts';
import { entityOf, type Field } from './spec.ts';
import { inputValue, printValue } from './value-print.ts';

const pageSize = 500;

/**
 * The records of a query as text in pieces, the line of labels first. It reads page by page, each
 * in a short transaction, so that a slow download holds nothing open.
 */
export async function* exportCsv(
  db: Database,
  app: App,
  entityKey: string,
  query: Query,
): AsyncIterable<string> {
  const entity = entityOf(app.spec, entityKey);
  yield lineOf(entity.fields.map((field) => safe(hideSecrets(field.label))));
  let after: string | undefined;
  do {
    const wanted: Query = { ...query, before: undefined, after, limit: pageSize };
    const page = await asApp(db, app, (sql) => readPage(sql, app, entity, wanted, pageSize));
    if (page.rows.length > 0)
      yield page.rows
        .map((row) => lineOf(entity.fields.map((field) => cell(app, field, row))))
        .join('');
    after = page.next;
  } while (after !== undefined);
}

/** Numbers and dates as a spreadsheet reads them; labels and titles as people do. */
function cell(app: App, field: Field, row: Row): string {
  const value = row.values[field.key] ?? null;
  if (isNumber(field)) return value === null ? '' : String(value);
  if (['date', 'datetime', 'time'].includes(field.type))
    return String(inputValue(field, value, app.spec)).replace('T', ' ');
  return safe(hide(field.label, printValue(field, value, app.spec)));
}

/** Spreadsheets run cells that begin like a formula; an apostrophe makes them text. */
const safe = (text: string): string => (/^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text);

/** A file goes further than the page that it was taken from: it holds no passwords and keys. */
const hide = (label: string, text: string): string => redact({ [label]: text })[label] ?? '';

const lineOf = (cells: string[]): string =>
  `${cells.map((text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)).join(',')}\r\n`;
