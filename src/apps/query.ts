import type { Database } from '../db/client.ts';
import type { App } from './app.ts';
import type { Row } from './row.ts';
import type { Entity, Field, StatusOption } from './spec.ts';
import type { Link } from './value.ts';

export type Query = {
  q?: string | undefined;
  filters?: Record<string, string> | undefined;
  sort?: { field: string; direction: 'asc' | 'desc' } | undefined;
  after?: string | undefined;
  before?: string | undefined;
  /** 50 unless told, at most 200. */
  limit?: number | undefined;
};
export type Total = { count: number; capped: boolean };
export type Page = { rows: Row[]; next?: string; previous?: string; total: Total };
export type BoardColumn = { option: StatusOption; total: Total; rows: Row[] };
export type Linked = { entity: Entity; field: Field; total: Total; rows: Row[] };

export async function listRecords(_db: Database, _app: App, _entityKey: string, _query: Query): Promise<Page> {
  throw new Error('not written yet');
}
export async function boardColumns(
  _db: Database,
  _app: App,
  _entityKey: string,
  _fieldKey: string,
  _opts: { q?: string | undefined; limit?: number | undefined },
): Promise<BoardColumn[]> {
  throw new Error('not written yet');
}
export async function pickRecords(
  _db: Database,
  _app: App,
  _entityKey: string,
  _q: string,
  _limit?: number,
): Promise<Link[]> {
  throw new Error('not written yet');
}
export async function searchApp(
  _db: Database,
  _app: App,
  _q: string,
  _limitPerEntity: number,
): Promise<{ entity: Entity; rows: Row[] }[]> {
  throw new Error('not written yet');
}
export async function linkedRecords(
  _db: Database,
  _app: App,
  _entityKey: string,
  _id: string,
  _limit: number,
): Promise<Linked[]> {
  throw new Error('not written yet');
}
