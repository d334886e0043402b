/** A short form of `npm run prove`: the program is killed at some of its commits and finishes all the same. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

test.each([
  ['promises', '60', '17', 4],
  ['support', '150', '40', 2],
  ['escalation', '150', '60', 1],
])(
  'in the scenario %s, kills at every %sth commit boundary from %s on cost nothing and repeat nothing',
  async (scenario, every, from, kills) => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        '--import',
        'tsx',
        'prove/main.ts',
        '--scenario',
        scenario,
        '--every',
        every,
        '--from',
        from,
      ],
      { cwd: root },
    );
    for (const what of ['losses', 'duplicates', 'stuck'])
      expect(stdout).toMatch(new RegExp(`^${what} +0$`, 'm'));
    expect(Number(/^kills +(\d+)$/m.exec(stdout)?.[1])).toBeGreaterThanOrEqual(kills);
  },
  240_000,
);
