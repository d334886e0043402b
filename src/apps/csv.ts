import type { Database } from '../db/client.ts';
import type { App } from './app.ts';
import type { Query } from './query.ts';

export async function* exportCsv(_db: Database, _app: App, _entityKey: string, _query: Query): AsyncIterable<string> {
  yield '';
}
