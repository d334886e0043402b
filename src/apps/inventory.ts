/** TEMP */
import type { Database } from '../db/client.ts';
import type { App } from './app.ts';
export async function inventoryOf(_db: Database, _app: App): Promise<string[]> {
  return [];
}
export const effectBetween = (before: string[], after: string[]): string[] => [
  ...after.filter((l) => !before.includes(l)).map((l) => `+ ${l}`),
  ...before.filter((l) => !after.includes(l)).map((l) => `- ${l}`),
];
