/** Where the project lies: the folder of package.json, from the sources and from the built program alike. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('The program was moved away from its package.json.');
  return findRoot(parent);
}

/** Absolute. */
export const root = findRoot(import.meta.dirname);
