/** The ledger as a file, and the program that checks both. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../src/db/client.ts';
import { startEmbedded } from '../src/db/embedded.ts';
import type { LedgerEntry } from '../src/db/ledger.ts';
import { readLedgerFile } from '../src/db/ledger-file.ts';
import { migrate } from '../src/db/migrate.ts';
import { FactotumError } from '../src/errors.ts';
import { testDatabase } from './support/database.ts';
import { entriesOf, last, verdictsOn, writeEvents } from './support/ledger.ts';

const root = join(import.meta.dirname, '..');
const folder = await mkdtemp(join(tmpdir(), 'factotum-ledger-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
const db = await testDatabase();
for (const workspaceId of ['wsp_a', 'wsp_b']) await writeEvents(db, workspaceId);

type Ended = { code: number | null; said: string };
/** Runs the built program; it sees the settings that are given and no others. */
function verify(args: string[], settings: Record<string, string> = {}): Promise<Ended> {
  const child = spawn(process.execPath, ['dist/verify-ledger.js', ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'], FACTOTUM_HOME: join(folder, 'nowhere'), ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += chunk;
    });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, said })));
}

const onDatabase = { DATABASE_URL: db.url };
const exported = join(folder, 'ledger.jsonl');
const whole = (workspace: string) =>
  new RegExp(`^${workspace}: ${last} rows, unbroken, ends with [0-9a-f]{12}…$`, 'm');

beforeAll(async () => {
  execFileSync('npm', ['run', '--silent', 'prestart'], { cwd: root });
  expect((await verify(['--export', exported], onDatabase)).code).toBe(0);
});

async function readBack(path: string): Promise<LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  for await (const entry of readLedgerFile(path)) entries.push(entry);
  return entries;
}

describe('the file', () => {
  test('holds what the database holds, for the eyes of its owner only', async () => {
    const entries = (await entriesOf(db)).map((entry) =>
      entry.kind === 'row' ? { ...entry, place: undefined } : entry,
    );
    expect(await readBack(exported)).toEqual(entries);
    expect((await stat(exported)).mode & 0o777).toBe(0o600);
    for (const line of (await readFile(exported, 'utf8')).trimEnd().split('\n'))
      expect(['workspace,seq,line,hash', 'workspace,seq,hash,head']).toContain(
        Object.keys(JSON.parse(line)).join(),
      );
  });

  const altered = join(folder, 'altered.jsonl');
  const nameOf = ({ workspace, seq }: LedgerEntry) => `${workspace} ${seq}`;

  test('with any byte changed is refused, unless it still says the same', async () => {
    const bytes = await readFile(exported);
    const before = await readBack(exported);
    const heads = before.filter(({ kind }) => kind === 'head').length;
    await fc.assert(
      fc.asyncProperty(
        fc.nat(bytes.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, bits) => {
          const changed = Buffer.from(bytes);
          changed.writeUInt8(bytes.readUInt8(at) ^ bits, at);
          await writeFile(altered, changed);
          const line = bytes.subarray(0, at).filter((byte) => byte === 10).length;
          try {
            const entries = await readBack(altered);
            const faults = verdictsOn(entries).flatMap(({ workspace, fault }) =>
              fault ? [`${workspace} ${fault.seq}`] : [],
            );
            if (faults.length === 0) expect(entries).toEqual(before);
            // A head that was changed is told where it does not fit; a row where it stands, by what it says now.
            const [meant, said] = [before[line], entries[line]];
            if (faults.length > 0 && line >= heads && meant && said)
              expect(faults.some((fault) => [meant, said].map(nameOf).includes(fault))).toBe(true);
          } catch (error) {
            if (!(error instanceof FactotumError)) throw error;
            expect(error.message).toMatch(/^Line \d+ of .* was altered/);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test('without one of its lines, or with two of them swapped, is refused', async () => {
    const lines = (await readFile(exported, 'utf8')).trimEnd().split('\n');
    const isBroken = async (changed: string[]) => {
      await writeFile(altered, `${changed.join('\n')}\n`);
      return verdictsOn(await readBack(altered)).some(({ fault }) => fault !== undefined);
    };
    expect(await isBroken(lines)).toBe(false);
    for (const index of lines.keys()) {
      expect(await isBroken(lines.toSpliced(index, 1)), `without ${index}`).toBe(true);
      expect(await isBroken(lines.toSpliced(index, 0, lines[index] ?? '')), `twice ${index}`).toBe(
        true,
      );
    }
    // Behind the two ends: the rows of the first workspace.
    for (let index = 2; index < 2 + last - 1; index += 1) {
      const [a = '', b = ''] = lines.slice(index);
      expect(await isBroken(lines.toSpliced(index, 2, b, a)), `swapped ${index}`).toBe(true);
    }
  });
});

describe('the program', () => {
  test('says a line for each workspace and ends with 0 where all is whole', async () => {
    const { code, said } = await verify([], onDatabase);
    expect(said).toMatch(whole('wsp_a'));
    expect(said).toMatch(whole('wsp_b'));
    expect(said.trim().split('\n')).toHaveLength(2);
    expect(code).toBe(0);
  });

  test('checks a file without any database', async () => {
    const { code, said } = await verify(['--file', exported]);
    expect(said).toMatch(whole('wsp_a'));
    expect(code).toBe(0);
  });

  test('names the first altered row, what it is now, and ends with 1', async () => {
    const own = await testDatabase();
    await writeEvents(own, 'wsp_a');
    await own.raw`alter table task_events disable trigger user`;
    await own.raw`update task_events set actor = ${'eve\u001b[2J'} where seq in (4, 7)`;
    const settings = { DATABASE_URL: own.url };
    const copy = join(folder, 'copy.jsonl');
    const { code, said } = await verify(['--export', copy], settings);
    expect(said).toMatch(
      /^wsp_a: BROKEN at row 4: it was altered. It says now: task tsk_1, step stp_1, event start by eve\[2J at \d{4}-\d\d-\d\dT[\d:.]+Z\.$/m,
    );
    expect(code).toBe(1);
    expect(await verify(['--file', copy])).toEqual({ code, said });
  });

  test('knows the end that was noted earlier, and misses it in another ledger', async () => {
    const noted = /wsp_a.*ends with ([0-9a-f]+)/.exec((await verify([], onDatabase)).said)?.[1];
    expect((await verify(['--holds', noted ?? ''], onDatabase)).code).toBe(0);
    expect((await verify(['--holds', noted ?? '', '--file', exported])).code).toBe(0);
    const other = await verify(['--holds', 'deadbeef'], onDatabase);
    expect(other.said).toContain('no row has the hash deadbeef');
    expect(other.code).toBe(1);
  });

  test('tells what it can do', async () => {
    const { code, said } = await verify(['--help']);
    expect(said).toContain('--export FILE');
    expect(code).toBe(0);
  });

  test.each([
    [['--exprot', 'x'], /Unknown option '--exprot'[\s\S]*--export FILE/],
    [['--holds', 'xyz'], /--holds takes 8 to 64 hexadecimal digits/],
    [['--file', 'a', '--export', 'b'], /cannot be used together/],
    [['--file', '/nowhere/at/all'], /\/nowhere\/at\/all cannot be read/],
    [['--export', '/nowhere/at/all'], /\/nowhere\/at\/all cannot be written/],
    [['--file', join(root, 'package.json')], /Line 1 of .*package.json was altered/],
    [[], /There is no database in .*nowhere yet/],
  ])('ends with 2 and a sentence where it cannot look: %j', async (args, sentence) => {
    const { code, said } = await verify(args);
    expect(said).toMatch(sentence);
    expect(said).not.toMatch(/^\s+at /m);
    expect(code).toBe(2);
  });

  test('says so where the database does not answer', async () => {
    const { code, said } = await verify([], { DATABASE_URL: 'postgres://x:secret@127.0.0.1:1/x' });
    expect(said).toMatch(/^The database cannot be used: .* Check DATABASE_URL/);
    expect(said).not.toContain('secret');
    expect(code).toBe(2);
  });
});

test('the built-in database is looked at where it runs and left running, or started and stopped', async () => {
  const home = join(folder, 'home');
  const server = await startEmbedded(home, { fast: true });
  const own = connect(server.url, 1);
  await migrate(own);
  await writeEvents(own, 'wsp_local');
  const settings = { FACTOTUM_HOME: home };
  const beside = await verify([], settings);
  expect(beside.said).toMatch(whole('wsp_local'));
  // The server still answers whoever started it.
  expect(await own.raw`select 1 as one`).toEqual([{ one: 1 }]);
  await own.close();
  await server.stop();
  const alone = await verify([], settings);
  expect(alone).toEqual(beside);
  const pid = await readFile(join(home, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '');
  expect(pid).toBe('');
});
