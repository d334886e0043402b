import type { Database } from '../db/client.ts';
import type { App } from './app.ts';
import type { Row } from './row.ts';

export type { Row } from './row.ts';

export type Saved =
  | { kind: 'saved'; row: Row; notices: string[] }
  | { kind: 'invalid'; errors: Record<string, string> }
  | { kind: 'conflict'; current: Row; fields: string[] }
  | { kind: 'refused'; message: string; allowed: { key: string; label: string }[] }
  | { kind: 'missing' };

export type Deleted =
  | { kind: 'deleted' }
  | { kind: 'referenced'; by: { label: string; count: number }[] }
  | { kind: 'missing' };

/** A form's values by field key. A key that is absent or undefined is left as it is. */
export type Input = Record<string, string | string[] | undefined>;

export async function getRecord(_db: Database, _app: App, _entityKey: string, _id: string): Promise<Row | undefined> {
  throw new Error('not written yet');
}
export async function createRecord(_db: Database, _app: App, _entityKey: string, _input: Input): Promise<Saved> {
  throw new Error('not written yet');
}
export async function updateRecord(
  _db: Database,
  _app: App,
  _entityKey: string,
  _id: string,
  _version: number,
  _input: Input,
  _seen?: Input,
): Promise<Saved> {
  throw new Error('not written yet');
}
export async function moveRecord(
  _db: Database,
  _app: App,
  _entityKey: string,
  _id: string,
  _fieldKey: string,
  _to: string,
): Promise<Saved> {
  throw new Error('not written yet');
}
export async function deleteRecord(_db: Database, _app: App, _entityKey: string, _id: string): Promise<Deleted> {
  throw new Error('not written yet');
}
export async function restoreRecord(_db: Database, _app: App, _entityKey: string, _id: string): Promise<boolean> {
  throw new Error('not written yet');
}
