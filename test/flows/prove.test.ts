/** A short form of `npm run prove`: the program is killed at some of its commits and finishes all the same. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

test('kills at every sixtieth commit boundary cost nothing and repeat nothing', async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', 'prove/main.ts', '--every', '60', '--from', '17'],
    { cwd: root },
  );
  for (const what of ['losses', 'duplicates', 'stuck'])
    expect(stdout).toMatch(new RegExp(`^${what} +0$`, 'm'));
  expect(Number(/^kills +(\d+)$/m.exec(stdout)?.[1])).toBeGreaterThanOrEqual(4);
}, 240_000);
