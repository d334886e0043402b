/** The built-in database through starts, kills and second programs. Each program is a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chown, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import postgres from 'postgres';
import { afterAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const module = pathToFileURL(join(root, 'src/db/embedded.ts')).href;
/** Starts the server, tells how that went in one line of JSON, and stops it when told anything. */
const program = `
  import { startEmbedded, writeAddress } from ${JSON.stringify(module)};
  const home = process.env.TEST_HOME;
  const tell = (said) => process.stdout.write(JSON.stringify(said) + '\\n');
  try {
    const server = await startEmbedded(home, { fast: true });
    await writeAddress(home, 'http://127.0.0.1:4711');
    tell({ url: server.url });
    process.stdin.once('data', async () => {
      await server.stop();
      tell({ stopped: true });
      process.exit(0);
    });
  } catch (error) {
    tell({ code: error.code, message: error.message });
    process.exit(1);
  }`;

type Said = { url?: string; stopped?: boolean; code?: string; message?: string };
type Program = {
  /** Its address, or why it did not start. */
  said: Said;
  stop(): Promise<void>;
  /** As by `kill -9`: the server under it goes on. */
  kill(): Promise<void>;
};

const homes: string[] = [];
const children = new Set<ChildProcess>();

async function newHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'factotum-embedded-'));
  homes.push(home);
  return home;
}

async function start(home: string): Promise<Program> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', program],
    {
      cwd: root,
      env: { PATH: process.env['PATH'], TEST_HOME: home },
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  children.add(child);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      children.delete(child);
      resolve();
    });
  });
  let wrong = '';
  child.stderr.on('data', (chunk) => {
    wrong += chunk;
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const { value } = await lines.next();
  if (value === undefined) throw new Error(`The program said nothing:\n${wrong}`);
  const said: Said = JSON.parse(value);
  return {
    said,
    async stop() {
      child.stdin.write('stop\n');
      await ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** The server's process, as its own file names it. */
async function serverOf(home: string): Promise<number> {
  const [pid] = (await readFile(join(home, 'postgres/postmaster.pid'), 'utf8')).split('\n');
  return Number(pid);
}

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

async function ask(program: Program, statement: string): Promise<unknown[]> {
  const sql = postgres(program.said.url ?? '', { max: 1, onnotice: () => {} });
  try {
    return [...(await sql.unsafe(statement))];
  } finally {
    await sql.end({ timeout: 2 });
  }
}

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const home of homes) {
    const pid = await serverOf(home).catch(() => 0);
    if (pid > 0 && isAlive(pid)) process.kill(pid, 'SIGQUIT');
    await rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
});

describe('the built-in database', () => {
  test('keeps its data from one start to the next', async () => {
    const home = await newHome();
    const first = await start(home);
    await ask(first, 'create table kept (word text)');
    await ask(first, "insert into kept values ('here')");
    const pid = await serverOf(home);
    await first.stop();
    expect(isAlive(pid)).toBe(false);

    const second = await start(home);
    expect(await ask(second, 'select word from kept')).toEqual([{ word: 'here' }]);
    await second.stop();
  });

  test('is entered by its owner only, who is no superuser in it', async () => {
    const home = await newHome();
    const program = await start(home);
    expect((await stat(home)).mode & 0o777).toBe(0o700);
    for (const file of ['postgres.password', 'postgres.log', 'address'])
      expect((await stat(join(home, file))).mode & 0o077).toBe(0);
    expect(
      await ask(program, 'select rolsuper from pg_roles where rolname = current_user'),
    ).toEqual([{ rolsuper: false }]);
    const url = new URL(program.said.url ?? '');
    expect(url.hostname).toBe('127.0.0.1');
    url.password = 'guessed';
    const guess = postgres(url.href, { max: 1, onnotice: () => {} });
    await expect(guess`select 1`).rejects.toMatchObject({ code: '28P01' });
    await guess.end({ timeout: 1 });
    await program.stop();
  });

  test('that outlived its program is taken over by the next one, and stopped by it', async () => {
    const home = await newHome();
    const first = await start(home);
    await ask(first, 'create table kept (word text)');
    const pid = await serverOf(home);
    await first.kill();
    expect(isAlive(pid)).toBe(true);

    const second = await start(home);
    expect(second.said.url).toBe(first.said.url);
    expect(await serverOf(home)).toBe(pid);
    expect(await ask(second, 'select word from kept')).toEqual([]);
    await second.stop();
    expect(isAlive(pid)).toBe(false);
  });

  test.each(['SIGKILL', 'SIGINT'] as const)(
    'that ends while its program runs (%s) is started again at its address with its data',
    async (signal) => {
      const home = await newHome();
      const first = await start(home);
      // Servers of tests do not wait for what they say that they have written.
      await ask(first, "set synchronous_commit = on; create table kept as select 'here' as word");
      const pid = await serverOf(home);
      process.kill(pid, signal);
      await expect
        .poll(() => ask(first, 'select word from kept').catch(() => []), { timeout: 30_000 })
        .toEqual([{ word: 'here' }]);
      const next = await serverOf(home);
      expect(next).not.toBe(pid);

      // The folder is still this program's, and the server still ends with it.
      const second = await start(home);
      expect(second.said).toMatchObject({ code: 'CONFLICT' });
      await first.stop();
      expect(isAlive(next)).toBe(false);
    },
    60_000,
  );

  test('whose lock is lost alone takes it again', async () => {
    const home = await newHome();
    const first = await start(home);
    const holders = `select pid from pg_locks where locktype = 'advisory' and objid = ${0x66616374}`;
    const [held] = (await ask(first, holders)) as { pid: number }[];
    // The owner may end connections of its own only; the lock's is one.
    await ask(first, `select pg_terminate_backend(${held?.pid})`);
    await expect
      .poll(async () => ((await ask(first, holders)) as { pid: number }[])[0]?.pid ?? held?.pid)
      .not.toBe(held?.pid);
    await first.stop();
  });

  test('serves one program: the second is told where the first one is, and disturbs nothing', async () => {
    const home = await newHome();
    const first = await start(home);
    const second = await start(home);
    expect(second.said).toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(
        /already running on this folder at http:\/\/127\.0\.0\.1:4711\. .*FACTOTUM_HOME/,
      ),
    });
    expect(await ask(first, 'select 1 as one')).toEqual([{ one: 1 }]);
    await first.stop();

    const third = await start(home);
    expect(third.said).toHaveProperty('url');
    await third.stop();
  });

  test('whose making was interrupted is made anew', async () => {
    const home = await newHome();
    await mkdir(join(home, 'postgres.new/base'), { recursive: true });
    await writeFile(join(home, 'postgres.new/PG_VERSION'), '18\n');
    await writeFile(join(home, 'postgres.new/base/half'), 'made');
    await writeFile(join(home, 'postgres.init'), 'left over');
    const program = await start(home);
    expect(await ask(program, 'select 1 as one')).toEqual([{ one: 1 }]);
    const left = (await readdir(home)).filter((file) => /\.(new|init)$/.test(file));
    expect(left).toEqual([]);
    await program.stop();
  });

  test('starts though the file of a server that is gone still lies there', async () => {
    const home = await newHome();
    const first = await start(home);
    const file = join(home, 'postgres/postmaster.pid');
    const stale = await readFile(file, 'utf8');
    await first.stop();
    await writeFile(file, stale, { mode: 0o600 });
    const { uid, gid } = await stat(join(home, 'postgres'));
    await chown(file, uid, gid);
    const second = await start(home);
    expect(second.said).toHaveProperty('url');
    await second.stop();
  });

  test('starts though the process number in that file belongs to somebody else by now', async () => {
    const home = await newHome();
    const first = await start(home);
    const file = join(home, 'postgres/postmaster.pid');
    const stale = await readFile(file, 'utf8');
    await first.stop();
    const { uid, gid } = await stat(join(home, 'postgres'));
    const stranger = spawn('sleep', ['60'], process.getuid?.() === 0 ? { uid, gid } : {});
    try {
      await writeFile(file, stale.replace(/^\d+/, String(stranger.pid)), { mode: 0o600 });
      await chown(file, uid, gid);
      const second = await start(home);
      expect(second.said).toHaveProperty('url');
      await second.stop();
    } finally {
      stranger.kill();
      await rm(file, { force: true });
    }
  });
});
