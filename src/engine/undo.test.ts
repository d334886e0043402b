/** Taking back what was delivered, on a real database with the real tools. */
import { beforeAll, describe, expect, test } from 'vitest';
import { appOfTask, deliverApp } from '../../test/support/delivery.ts';
import { ana, humanStep, testEngine, toolStep } from '../../test/support/engine.ts';
import { fingerprint } from '../../test/support/fingerprint.ts';
import { prepareDatabase } from '../apps/extension.ts';
import { createRecord, deleteRecord } from '../apps/record.ts';
import { dropAppSchema } from '../apps/schema.ts';
import { deleteApp } from '../db/app.ts';
import type { JobPayloads } from '../db/job.ts';
import { findUndo, type Undo } from '../db/undo.ts';
import { FactotumError } from '../errors.ts';
import { finishHumanStep } from './decision.ts';
import { sweep } from './sweep.ts';
import type { UndoContext, UndoResult } from './tools/tool.ts';
import { askUndo, keepUndo, runUndo, startUndo } from './undo.ts';
import { undoMs } from './undo-offer.ts';

const bench = await testEngine();
const { engine, db } = bench;
// As the program does when it starts.
await prepareDatabase(db);
/** What is written down about the work itself: it stays when the work is taken back. */
const records = [
  ...['tasks', 'plans', 'runs', 'task_steps', 'task_checks', 'calls', 'approvals', 'estimates'],
  ...['task_events', 'ledger_heads', 'undos'],
  ...['graphile_worker._private_jobs', 'graphile_worker._private_tasks'],
  'graphile_worker._private_job_queues',
];
const crm = 'Create a CRM for my cellphone store';
const gentle = { force: false };

const undoOf = async (id: string): Promise<Undo> => {
  const undo = await bench.read((tx) => findUndo(tx, id));
  if (!undo) throw new Error(`${id} has no undo.`);
  return undo;
};
const statuses = async (id: string) => (await undoOf(id)).items.map((item) => item.status);
const undone = async (id: string, options = gentle) => {
  await startUndo(engine, ana, id, options);
  await bench.runJobs(id);
};
const addCustomer = async (id: string, name: string) => {
  const app = await appOfTask(bench, id);
  const saved = await createRecord(db, app, 'customers', { name });
  if (saved.kind !== 'saved') throw new Error(`The customer was not saved: ${saved.kind}`);
  return { app, row: saved.row };
};
const refusal = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'nothing was refused',
    (error) => (error instanceof FactotumError ? [error.code, error.message] : error),
  );

/** A delivered task of tools that keep a list of what they have made; what each does when taken back is up to the test. */
async function delivered(
  taken: Record<string, (context: UndoContext) => Promise<UndoResult>>,
  steps: unknown[] = [],
): Promise<string> {
  for (const [name, run] of Object.entries(taken))
    bench.tool(name, undefined, { undo: { can: true, what: `Takes ${name} back.`, run } });
  const made = Object.keys(taken).map((name) => toolStep(name, { tool: name }));
  const id = await bench.propose([...made, ...steps]);
  await bench.accept(id);
  await bench.runJobs(id, { pass: true });
  return id;
}
const reversed = async (): Promise<UndoResult> => ({ outcome: 'reversed', note: 'Gone.' });

describe('undoing an app', () => {
  // Another app stands beside it, which has brought what is shared by all apps.
  beforeAll(async () => {
    const other = await deliverApp(bench, 'Keep track of wine bottles with name and vintage');
    const saved = await createRecord(db, await appOfTask(bench, other), 'wine_bottles', {
      name: 'Barolo',
    });
    expect(saved.kind).toBe('saved');
  });

  test('leaves the database as it was before, but for the record of what was done', async () => {
    const before = await fingerprint(db.raw, records);
    const id = await deliverApp(bench, crm);
    const { roleName } = await appOfTask(bench, id);
    expect(await fingerprint(db.raw, records)).not.toEqual(before);
    await undone(id);
    expect(await fingerprint(db.raw, records)).toEqual(before);
    expect(await db.raw`select from pg_roles where rolname = ${roleName}`).toHaveLength(0);
    expect(await undoOf(id)).toMatchObject({ status: 'done', askedBy: 'ana' });
    expect(await bench.task(id)).toMatchObject({ status: 'completed', undoneAt: engine.now() });
  });

  test('goes backwards, and the ledger says who took back what', async () => {
    const id = await deliverApp(bench, crm);
    await undone(id);
    const { items } = await undoOf(id);
    expect(items.map(({ name, status, note }) => [name, status, note])).toEqual([
      ['Configure repair workflow', 'reversed', 'Went with the app.'],
      ['Add search and filters', 'reversed', 'Went with the app.'],
      ['Generate application UI', 'reversed', 'Went with the app.'],
      ['Create database tables', 'reversed', 'The app and its tables were removed.'],
    ]);
    const events = (await bench.events(id)).filter(({ event }) => /^und/.test(event));
    expect(events.map(({ event, actor }) => [event, actor])).toEqual([
      ['undo', 'ana'],
      ...items.map(() => ['undo_reversed', 'ana']),
      ['undone', 'ana'],
    ]);
  });

  test('stops where somebody has worked with it, and says with how much; nothing is gone', async () => {
    const id = await deliverApp(bench, crm);
    for (const name of ['Ben', 'Cleo', 'Dora']) await addCustomer(id, name);
    const before = await fingerprint(db.raw, records);
    await undone(id);
    expect(await fingerprint(db.raw, records)).toEqual(before);
    const { status, items } = await undoOf(id);
    expect(status).toBe('stopped');
    expect(items[0]).toMatchObject({
      status: 'kept',
      note: 'Customers has 3 records that were added since; keep them?',
    });
    expect(items.slice(1).map((item) => item.status)).toEqual(['pending', 'pending', 'pending']);
    expect(await bench.task(id)).toMatchObject({ undoneAt: null });
  });

  test('also stops at a record that was deleted: it can still be brought back', async () => {
    const id = await deliverApp(bench, crm);
    const { app, row } = await addCustomer(id, 'Ben');
    await deleteRecord(db, app, 'customers', row.id);
    await undone(id);
    expect((await undoOf(id)).items[0]?.note).toMatch(/^Customers has 1 record /);
  });

  test('goes on over that when it is told to', async () => {
    const before = await fingerprint(db.raw, records);
    const id = await deliverApp(bench, crm);
    await addCustomer(id, 'Ben');
    await undone(id);
    await undone(id);
    expect(await statuses(id)).toContain('kept');
    await undone(id, { force: true });
    expect(await undoOf(id)).toMatchObject({ status: 'done' });
    expect(await fingerprint(db.raw, records)).toEqual(before);
  });

  test('ends when the person would rather keep it, and can be asked for again', async () => {
    const id = await deliverApp(bench, crm);
    await addCustomer(id, 'Ben');
    await undone(id);
    await keepUndo(engine, ana, id);
    expect(await undoOf(id)).toMatchObject({ status: 'stopped', finishedAt: engine.now() });
    expect(await refusal(keepUndo(engine, ana, id))).toEqual([
      'CONFLICT',
      'Nothing is waiting for your word about undoing CRM.',
    ]);
    expect(await appOfTask(bench, id)).toMatchObject({ status: 'live' });
    await undone(id, { force: true });
    expect(await undoOf(id)).toMatchObject({ status: 'done' });
  });

  test.each(['before its place in the registry', 'before that was recorded'])(
    'that was interrupted %s goes on from there',
    async (moment) => {
      const before = await fingerprint(db.raw, records);
      const id = await deliverApp(bench, crm);
      const app = await appOfTask(bench, id);
      await dropAppSchema(db, app);
      if (moment.endsWith('recorded')) await bench.read((tx) => deleteApp(tx, app.id));
      await undone(id);
      expect(await undoOf(id)).toMatchObject({ status: 'done' });
      expect(await fingerprint(db.raw, records)).toEqual(before);
    },
  );

  test('that is taken up twice at once ends the same', async () => {
    const before = await fingerprint(db.raw, records);
    const id = await deliverApp(bench, crm);
    await startUndo(engine, ana, id, gentle);
    const [waiting] = await bench.jobs('undo', id);
    if (!waiting) throw new Error('No undo waits.');
    await Promise.all([runUndo(engine, waiting.payload), runUndo(engine, waiting.payload)]);
    expect(await undoOf(id)).toMatchObject({ status: 'done' });
    expect(await fingerprint(db.raw, records)).toEqual(before);
    const events = (await bench.events(id)).map(({ event }) => event);
    expect(events.filter((event) => event === 'undo_reversed')).toHaveLength(4);
  });

  test('and saving a record at the same moment: the record is there or was refused, never lost', async () => {
    const id = await deliverApp(bench, crm);
    const app = await appOfTask(bench, id);
    await startUndo(engine, ana, id, gentle);
    const saves = Array.from({ length: 8 }, (_, index) =>
      createRecord(db, app, 'customers', { name: `Customer ${index}` }).then(
        (saved) => saved.kind === 'saved',
        () => false,
      ),
    );
    const [kept] = await Promise.all([Promise.all(saves), bench.runJobs(id)]);
    const { status } = await undoOf(id);
    if (status === 'done') expect(kept).not.toContain(true);
    else {
      const [row] = await db.raw.unsafe(
        `select count(*)::int as count from "${app.schemaName}".customers`,
      );
      expect(row?.['count']).toBe(kept.filter(Boolean).length);
    }
  });
});

describe('an undo that is interrupted', () => {
  const job = async (id: string): Promise<JobPayloads['undo']> => {
    const [waiting, ...others] = await bench.jobs('undo', id);
    if (!waiting || others.length > 0) throw new Error('Not one undo waits.');
    await bench.drop(waiting.id);
    return waiting.payload;
  };

  test.each([0, 1, 2, 3, 4, 5])(
    'at boundary %i ends the same, with nothing taken back twice',
    async (boundary) => {
      // Three things that exist, and a line that breaks at one moment before or after one is taken back.
      const things = new Set(['a', 'b', 'c']);
      const times: Record<string, number> = {};
      let passed = -1;
      const die = () => {
        passed += 1;
        if (passed === boundary)
          throw new FactotumError('NOT_READY', 'The line is cut.', { transient: true });
      };
      const take = (name: string) => async (): Promise<UndoResult> => {
        die();
        if (things.delete(name)) times[name] = (times[name] ?? 0) + 1;
        die();
        return { outcome: 'reversed', note: 'Gone.' };
      };
      const id = await delivered({ a: take('a'), b: take('b'), c: take('c') });
      await startUndo(engine, ana, id, gentle);
      await bench.runJobs(id);
      expect(await undoOf(id)).toMatchObject({ status: 'running' });
      bench.pass(60_000);
      await bench.runJobs(id);
      expect(things.size).toBe(0);
      expect(times).toEqual({ a: 1, b: 1, c: 1 });
      expect(await undoOf(id)).toMatchObject({ status: 'done' });
      expect(await statuses(id)).toEqual(['reversed', 'reversed', 'reversed']);
      const recorded = (await bench.events(id)).map(({ event }) => event);
      expect(recorded.filter((event) => event === 'undo_reversed')).toHaveLength(3);
      expect(recorded.filter((event) => event === 'undone')).toHaveLength(1);
    },
  );

  test('again and again stops after some tries, says why and waits for a word', async () => {
    let times = 0;
    let isBack = false;
    const away = async (): Promise<UndoResult> => {
      times += 1;
      if (isBack) return { outcome: 'reversed', note: 'Gone.' };
      throw new FactotumError('UPSTREAM', 'The shop does not answer.', { transient: true });
    };
    const id = await delivered({ a: reversed, away });
    await startUndo(engine, ana, id, gentle);
    const { maxRetries } = await bench.task(id);
    for (let retry = 0; retry <= maxRetries; retry += 1) {
      await bench.runJobs(id);
      expect(times).toBe(retry + 1);
      bench.pass(60_000);
    }
    expect(await bench.jobs('undo', id)).toEqual([]);
    const { status, finishedAt, items } = await undoOf(id);
    expect({ status, finishedAt }).toEqual({ status: 'stopped', finishedAt: null });
    expect(items.map((item) => [item.status, item.note])).toEqual([
      ['failed', 'The shop does not answer.'],
      ['pending', 'Takes a back.'],
    ]);
    isBack = true;
    await undone(id);
    expect(await undoOf(id)).toMatchObject({ status: 'done' });
  });

  test('whose job the queue has given up gets a new one, once', async () => {
    const id = await delivered({ a: reversed });
    await startUndo(engine, ana, id, gentle);
    await sweep(engine);
    expect(await bench.jobs('undo', id)).toHaveLength(1);
    await db.raw`
      update graphile_worker._private_jobs set attempts = max_attempts where payload->>'taskId' = ${id}`;
    await sweep(engine);
    await sweep(engine);
    const waiting = await bench.jobs('undo', id);
    expect(waiting).toHaveLength(2);
    await bench.runJobs(id);
    expect(await undoOf(id)).toMatchObject({ status: 'done' });
    await sweep(engine);
    expect(await bench.jobs('undo', id)).toEqual([]);
  });

  test('and taken up twice at once is recorded once', async () => {
    const id = await delivered({ a: reversed, b: reversed });
    await startUndo(engine, ana, id, gentle);
    const payload = await job(id);
    await Promise.all([runUndo(engine, payload), runUndo(engine, payload)]);
    const recorded = (await bench.events(id)).map(({ event }) => event);
    expect(recorded.filter((event) => event === 'undo_reversed')).toHaveLength(2);
    expect(recorded.filter((event) => event === 'undone')).toHaveLength(1);
  });

  test('a job of an undo that has ended changes nothing', async () => {
    const id = await delivered({ a: reversed });
    await startUndo(engine, ana, id, gentle);
    const payload = await job(id);
    await runUndo(engine, payload);
    const before = await bench.events(id);
    await runUndo(engine, payload);
    expect(await bench.events(id)).toEqual(before);
  });
});

describe('an undo', () => {
  test('lists what cannot be undone, with the reason, and takes back the rest', async () => {
    bench.tool('tell', undefined, {
      undo: { can: false, why: 'Cannot be undone: what was said stays said.' },
    });
    bench.tool('plain');
    const steps = [toolStep('tell', { tool: 'tell' }), toolStep('plain', { tool: 'plain' })];
    const id = await delivered({ a: reversed }, [...steps, humanStep('ben')]);
    await finishHumanStep(engine, ana, id, (await bench.step(id, 'ben')).id);
    await bench.runJobs(id, { pass: true });
    await undone(id);
    const { status, items } = await undoOf(id);
    expect(items.map(({ name, status, note }) => [name, status, note])).toEqual([
      ['Call ben', 'impossible', 'Cannot be undone: it was done by hand.'],
      ['Do plain', 'impossible', 'Cannot be undone.'],
      ['Do tell', 'impossible', 'Cannot be undone: what was said stays said.'],
      ['Do a', 'reversed', 'Gone.'],
    ]);
    expect(status).toBe('done');
    expect(await bench.task(id)).toMatchObject({ undoneAt: engine.now() });
  });

  test('of nothing that can be undone is refused, and says what that is', async () => {
    bench.tool('plain');
    const id = await delivered({}, [toolStep('plain', { tool: 'plain' })]);
    expect(await refusal(startUndo(engine, ana, id, gentle))).toEqual([
      'CONFLICT',
      'Nothing that CRM did can be undone: "Do plain".',
    ]);
    const tracked = await bench.propose([toolStep('plain', { tool: 'plain' })]);
    await db.raw`update tasks set status = 'completed', completed_at = ${engine.now()} where id = ${tracked}`;
    expect(await refusal(startUndo(engine, ana, tracked, gentle))).toEqual([
      'CONFLICT',
      'CRM did nothing here that could be undone.',
    ]);
  });

  test('gives the tool what it made, when and for what subject', async () => {
    const seen: UndoContext[] = [];
    bench.tool('make', async () => ({ made: 'a lamp' }), {
      undo: {
        can: true,
        what: 'Removes it.',
        run: async (context) => {
          seen.push(context);
          return reversed();
        },
      },
    });
    const id = await bench.propose([toolStep('make', { tool: 'make' })], { subject: { hue: 3 } });
    await bench.accept(id);
    await bench.runJobs(id, { pass: true });
    await undone(id);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      taskId: id,
      subject: { hue: 3 },
      output: { made: 'a lamp' },
      finishedAt: (await bench.task(id)).completedAt,
      force: false,
    });
  });

  test('that fails for good stops with the reason, and is tried again without force', async () => {
    let isLocked = true;
    const forced: boolean[] = [];
    const id = await delivered({
      a: async ({ force }) => {
        forced.push(force);
        if (isLocked) throw new FactotumError('UPSTREAM', 'The door is locked.');
        return reversed();
      },
    });
    await undone(id);
    expect(await undoOf(id)).toMatchObject({ status: 'stopped', finishedAt: null });
    expect((await undoOf(id)).items).toMatchObject([
      { status: 'failed', note: 'The door is locked.' },
    ]);
    isLocked = false;
    await undone(id);
    expect(await undoOf(id)).toMatchObject({ status: 'done' });
    expect(forced).toEqual([false, false]);
  });

  test('forced after a stop leaves alone what the person has not seen', async () => {
    const keep =
      (name: string) =>
      async ({ force }: UndoContext): Promise<UndoResult> =>
        force ? reversed() : { outcome: 'kept', note: `${name} is in use.` };
    const id = await delivered({ first: keep('first'), last: keep('last') });
    await undone(id);
    expect(await statuses(id)).toEqual(['kept', 'pending']);
    await undone(id, { force: true });
    expect(await statuses(id)).toEqual(['reversed', 'kept']);
    await undone(id, { force: true });
    expect(await undoOf(id)).toMatchObject({ status: 'done' });
  });

  test('takes nothing back before somebody has said so', async () => {
    const times: string[] = [];
    const id = await delivered({
      a: async () => {
        times.push('a');
        return reversed();
      },
    });
    await askUndo(engine, ana, id);
    await askUndo(engine, ana, id);
    await bench.runJobs(id);
    expect(times).toEqual([]);
    const [row] = await db.raw`select count(*)::int as count from undos where task_id = ${id}`;
    expect(row?.['count']).toBe(1);
    await undone(id);
    expect(times).toEqual(['a']);
    expect(await undoOf(id)).toMatchObject({ status: 'done' });
  });

  test('is possible for seven days and refused after that', async () => {
    const id = await delivered({ a: reversed });
    bench.pass(undoMs - 1);
    await askUndo(engine, ana, id);
    bench.pass(1);
    const late = 'CRM was delivered more than 7 days ago, so it can no longer be undone.';
    expect(await refusal(askUndo(engine, ana, id))).toEqual(['CONFLICT', late]);
    expect(await refusal(startUndo(engine, ana, id, { force: true }))).toEqual(['CONFLICT', late]);
    expect(await statuses(id)).toEqual(['pending']);
  });

  test('is refused to anybody but the one who asked for the task', async () => {
    const id = await delivered({ a: reversed });
    await askUndo(engine, ana, id);
    for (const verb of [askUndo, keepUndo])
      expect(await refusal(verb(engine, { ...ana, id: 'ben' }, id))).toEqual([
        'FORBIDDEN',
        'Only ana, who asked for CRM, can undo it. Ask them.',
      ]);
    expect(await refusal(startUndo(engine, { ...ana, id: 'ben' }, id, gentle))).toMatchObject([
      'FORBIDDEN',
      expect.anything(),
    ]);
    expect(await refusal(startUndo(engine, { ...ana, workspaceId: 'other' }, id, gentle))).toEqual([
      'NOT_FOUND',
      'There is no such task.',
    ]);
  });

  test('of fifty at once begins once; while it runs and when it is done it is refused', async () => {
    const id = await delivered({ a: reversed });
    const starts = Array.from({ length: 50 }, () => refusal(startUndo(engine, ana, id, gentle)));
    const outcomes = await Promise.all(starts);
    expect(outcomes.filter((outcome) => outcome === 'nothing was refused')).toHaveLength(1);
    expect(outcomes).toContainEqual(['CONFLICT', 'CRM is being undone already.']);
    expect(await bench.jobs('undo', id)).toHaveLength(1);
    await bench.runJobs(id);
    expect(await refusal(startUndo(engine, ana, id, gentle))).toEqual([
      'CONFLICT',
      'CRM was undone already.',
    ]);
  });

  test.each([
    ['ready', /not delivered yet, so there is nothing to undo. Cancel it instead/],
    ['running', /not delivered yet/],
    ['cancelled', /was not delivered, so there is nothing to undo/],
    ['failed', /was not delivered/],
  ])('of a task that is %s is refused', async (status, words) => {
    bench.tool('work');
    const id = await bench.propose([toolStep('one')]);
    await bench.force(id, status);
    expect(await refusal(startUndo(engine, ana, id, gentle))).toMatchObject([
      'CONFLICT',
      expect.stringMatching(words),
    ]);
  });
});
