import type { Database } from '../db/client.ts';
import type { App } from './app.ts';

export const changeActions = ['created', 'changed', 'moved', 'deleted', 'restored'] as const;
export type ChangeAction = (typeof changeActions)[number];
/** `from` and `to` are printed for people. */
export type Change = {
  at: Date;
  action: ChangeAction;
  changes: { field: string; from: string; to: string }[];
};

export async function listChanges(
  _db: Database,
  _app: App,
  _entityKey: string,
  _id: string,
  _limit: number,
): Promise<Change[]> {
  throw new Error('not written yet');
}
