import type { Database } from '../db/client.ts';
import type { App } from './app.ts';
import type { Row } from './row.ts';
import type { Rule } from './spec.ts';

/** Which of the rows match which rules: row id → rules. Rows that match none are absent. */
export function rulesHolding(_db: Database, _app: App, _entityKey: string, _rows: Row[]): Promise<Map<string, Rule[]>> {
  throw new Error('not written yet');
}
