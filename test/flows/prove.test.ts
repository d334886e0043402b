/** A short form of `npm run prove`: the program is killed at some of its commits and finishes all the same. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { usualScenarios } from '../../prove/scenarios.ts';

const root = join(import.meta.dirname, '../..');

test('in each scenario, kills at every hundredth commit boundary cost nothing and repeat nothing', async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', 'prove/main.ts', '--every', '100', '--from', '40'],
    { cwd: root },
  );
  const numbers = (what: string) =>
    [...stdout.matchAll(new RegExp(`^${what} +(\\d+)$`, 'gm'))].map(([, number]) => Number(number));
  for (const what of ['losses', 'duplicates', 'stuck'])
    expect(numbers(what)).toEqual(usualScenarios.map(() => 0));
  const kills = numbers('kills');
  expect(kills).toHaveLength(usualScenarios.length);
  // Another order of the work may end it before its boundary comes.
  for (const count of kills) expect(count).toBeGreaterThanOrEqual(1);
}, 400_000);
