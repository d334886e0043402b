import { describe, expect, test } from 'vitest';
import { ana, planOf, testEngine, toolStep } from '../../test/support/engine.ts';
import {
  type Estimate,
  findEstimate,
  finishEstimate,
  insertEstimate,
  listCheckSamples,
  listMeasured,
  listSamples,
} from '../db/estimate.ts';
import { findPlan } from '../db/plan.ts';
import { insertRun } from '../db/run.ts';
import { complexityOf, estimatePlan, recordEstimate } from './estimate.ts';
import { cancelTask } from './steer.ts';
import { readPlan } from './workflow/plan.ts';

const bench = await testEngine();
const { read, engine } = bench;

/** Runs a task of these steps to its end; each part of a tool takes `partMs`. */
async function complete(steps: unknown[]): Promise<string> {
  const id = await bench.propose(steps);
  await bench.accept(id);
  await bench.runJobs(id, { pass: true });
  return id;
}
const estimateOf = async (taskId: string): Promise<Estimate | undefined> => {
  const { id } = await bench.run(taskId);
  return read((tx) => findEstimate(tx, id));
};
const estimated = (steps: unknown[]) => read((tx) => estimatePlan(tx, engine, planOf(steps)));

describe('the estimate of a plan', () => {
  test('before there is any history is the guess of its tools, within a factor', async () => {
    bench.tool('unheard', async () => ({}), { unitMs: 2_000 });
    const plan = await estimated([toolStep('a', { tool: 'unheard', substeps: ['one', 'two'] })]);
    expect(plan.estimate?.lowMs).toBeLessThan(3_000);
    expect(plan.estimate?.highMs).toBeGreaterThan(6_000);
    expect(plan.estimate).toMatchObject({ measured: 0, inside: 0, midMs: plan.estimatedMs });
    expect(plan.steps[0]).toMatchObject({ expectedMs: 4_000 });
  });

  test('goes by what the tool took, part by part, and is narrower for it', async () => {
    bench.tool('steady', async () => bench.pass(300), { unitMs: 5_000 });
    const before = await estimated([toolStep('a', { tool: 'steady' })]);
    for (let round = 0; round < 12; round += 1) {
      await complete([toolStep('a', { tool: 'steady', substeps: ['one', 'two', 'three'] })]);
      // As if each had taken exactly what was said, since the real time of a test says nothing.
      await bench.db.raw`update estimates set actual_ms = mid_ms`;
    }
    const after = await estimated([toolStep('a', { tool: 'steady', substeps: ['one', 'two'] })]);
    const [step] = after.steps;
    expect(step?.kind === 'tool' && step.expectedMs).toBeGreaterThan(150);
    expect(step?.kind === 'tool' && step.expectedMs).toBeLessThan(260);
    const width = ({ estimate }: typeof after) => (estimate?.highMs ?? 0) / (estimate?.lowMs ?? 1);
    expect(width(after)).toBeLessThan(width(before) / 2);
    expect(after.estimate).toMatchObject({ measured: 12 });
  });

  test('does not add up what runs side by side', async () => {
    bench.tool('slow', async () => ({}), { unitMs: 60_000 });
    const slow = (key: string) => toolStep(key, { tool: 'slow' });
    const one = await estimated([slow('a')]);
    const side = { kind: 'parallel', key: 'p', name: 'Side', branches: [[slow('a')], [slow('b')]] };
    const both = await estimated([side]);
    const after = await estimated([slow('a'), slow('b')]);
    expect(both.estimatedMs).toBeLessThan(after.estimatedMs);
    expect(both.estimatedMs).toBeGreaterThanOrEqual(one.estimatedMs);
  });

  test('stays with the plan, and is what the task says that it takes', async () => {
    const id = await bench.propose([toolStep('a')]);
    const row = await read((tx) => findPlan(tx, id, 1));
    if (!row) throw new Error('There is no plan.');
    const plan = readPlan(row);
    expect(plan.estimate?.midMs).toBe(plan.estimatedMs);
    expect(await bench.task(id)).toMatchObject({ estimatedMs: plan.estimatedMs });
  });
});

test.each([
  [1, 0, 'simple'],
  [2, 9, 'simple'],
  [3, 1, 'medium'],
  [5, 1, 'medium'],
  [6, 1, 'complex'],
  [40, 1, 'complex'],
])('an app of %i tables built in %i steps is %s', (tables, steps, complexity) => {
  const entities = Array.from({ length: tables }, () => ({}));
  const plan = planOf(Array.from({ length: steps || 1 }, (_, index) => toolStep(`s${index}`)));
  expect(complexityOf({ ...plan, subject: { entities } })).toBe(complexity);
});

test('a plan without an app is as complex as it has steps', () => {
  const plan = (count: number) =>
    planOf(Array.from({ length: count }, (_, index) => toolStep(`s${index}`)));
  expect([2, 3, 6].map((count) => complexityOf(plan(count)))).toEqual([
    'simple',
    'medium',
    'complex',
  ]);
});

describe('the estimate of a run', () => {
  test('is what the plan said, and is open until the run is complete', async () => {
    bench.tool('work');
    const id = await bench.propose([toolStep('a')]);
    await bench.accept(id);
    const row = await read((tx) => findPlan(tx, id, 1));
    const { lowMs, midMs, highMs } = (row && readPlan(row).estimate) ?? {};
    expect(await estimateOf(id)).toMatchObject({
      ...{ lowMs, midMs, highMs, complexity: 'simple', actualMs: null, finishedAt: null },
    });
    await bench.runJobs(id, { pass: true });
    const closed = await estimateOf(id);
    expect(closed?.actualMs).toBeGreaterThanOrEqual(0);
    expect(closed?.finishedAt).not.toBeNull();
  });

  test('that was given up is never measured', async () => {
    const id = await bench.propose([toolStep('a')]);
    await bench.accept(id);
    await cancelTask(engine, ana, id);
    expect(await estimateOf(id)).toMatchObject({ actualMs: null });
    const measured = await read((tx) => listMeasured(tx));
    expect(measured.map((one) => one.taskId)).not.toContain(id);
  });
});

test.each([
  ['a rehearsal', { mode: 'dry_run' as const }],
  ['a run that goes on from an earlier one', { continuesRunId: 'run_1' }],
])('%s is not estimated', async (_, about) => {
  const id = await bench.propose([toolStep('a')]);
  await bench.accept(id);
  const row = await read((tx) => findPlan(tx, id, 1));
  const run = { ...(await bench.run(id)), id: `run_${id}`, ...about };
  await read(async (tx) => {
    if (row) recordEstimate(tx, run, readPlan(row));
    expect(await findEstimate(tx, run.id)).toBeUndefined();
  });
});

describe('what a run took', () => {
  type Move = [seconds: number, status: string];
  /** From when until when, in seconds after the beginning; null where it goes on. */
  type Did = [kind: string, from: number, until: number | null];
  const measure = (...moves: Move[]) => measureWith([], ...moves);

  /** Measures a run whose task came into these states, so many seconds after its beginning. */
  async function measureWith(steps: Did[], ...moves: Move[]): Promise<number | null> {
    const id = await bench.propose([toolStep('a')]);
    const runId = await read(async (tx) => {
      const about = { workspaceId: ana.workspaceId, taskId: id };
      const alone = { rehearsedRunId: null, continuesRunId: null };
      const run = insertRun(tx, { ...about, ...alone, planVersion: 1, mode: 'automatic' });
      const interval = { lowMs: 1, midMs: 2, highMs: 3 };
      insertEstimate(tx, { ...about, ...interval, runId: run.id, complexity: 'simple' });
      return run.id;
    });
    const { raw } = bench.db;
    await raw`update runs set created_at = now() - interval '1 hour' where id = ${runId}`;
    const [{ seq = 0 } = {}] = await raw<
      { seq: number }[]
    >`select max(seq)::int as seq from task_events`;
    for (const [index, [seconds, status]] of moves.entries()) {
      await raw`insert into task_events (workspace_id, task_id, event, to_status, actor, at, seq, hash)
        select workspace_id, task_id, 'test', ${status}, 'test', created_at + make_interval(secs => ${seconds}),
          ${seq + 1000 + index}, ''
        from runs where id = ${runId}`;
    }
    for (const [index, [kind, from, until]] of steps.entries()) {
      await raw`insert into task_steps (id, workspace_id, task_id, run_id, key, step_order, name, completed_label, kind,
          priority, expected_ms, started_at, completed_at)
        select ${`stp_${index}_${runId}`}, workspace_id, task_id, id, ${`s${index}`}, ${index}, 'Step', 'Done', ${kind}, 'medium', 1,
          created_at + make_interval(secs => ${from}), created_at + make_interval(secs => ${until})
        from runs where id = ${runId}`;
    }
    await read(async (tx) => finishEstimate(tx, runId));
    return (await read((tx) => findEstimate(tx, runId)))?.actualMs ?? null;
  }

  test('is the time in which its task was running', async () => {
    expect(
      await measure(
        [0, 'queued'],
        [0, 'running'],
        [60, 'paused'],
        [3_000, 'running'],
        [3_010.5, 'approval_pending'],
        [3_200, 'running'],
        [3_201, 'completed'],
      ),
    ).toBe(71_500);
  });

  test('has nothing in it of an earlier run of the task', async () => {
    expect(
      await measure([-900, 'running'], [-10, 'planning'], [0, 'running'], [2, 'completed']),
    ).toBe(2_000);
  });

  test('is without what it only waited for: a time, an event, but not while something else was done', async () => {
    const moves: Move[] = [
      [0, 'running'],
      [1_000, 'approval_pending'],
      [1_100, 'running'],
      [2_000, 'completed'],
    ];
    const took = (...steps: Did[]) => measureWith(steps, ...moves);
    expect(await took(['tool', 0, 5], ['tool', 5, 1_900])).toBe(1_900_000);
    expect(await took(['tool', 0, 5], ['wait', 5, 905])).toBe(1_000_000);
    // Not counted twice where they overlap each other, or what is not counted anyway.
    expect(await took(['wait', 0, 500], ['wait_event', 400, 600])).toBe(1_300_000);
    expect(await took(['wait_event', 900, 1_200])).toBe(1_700_000);
    // Beside a wait that lasts, a branch works.
    expect(await took(['wait', 0, 900], ['tool', 100, 400], ['tool', 300, 500])).toBe(1_400_000);
    // The last thing that it does is to wait: that ends with what is written now.
    expect(await took(['wait', 1_500, null])).toBe(1_400_000);
    // What people do is told by the state of the task.
    expect(await took(['human', 0, 900], ['approval', 0, 900], ['each', 0, 900])).toBe(1_900_000);
  });

  test('is nothing less where clocks differ', async () => {
    expect(await measureWith([['wait', 50, 10]], [0, 'running'], [60, 'completed'])).toBe(60_000);
    expect(await measureWith([['wait', 5_000, null]], [0, 'running'], [60, 'completed'])).toBe(
      60_000,
    );
    expect(await measure([30, 'running'], [10, 'completed'])).toBe(0);
  });

  test('lasts until now while the task is still running', async () => {
    const actualMs = await measure([0, 'running']);
    expect(actualMs).toBeGreaterThanOrEqual(3_600_000);
    expect(actualMs).toBeLessThan(3_700_000);
  });

  test('is recorded once', async () => {
    const id = await complete([toolStep('a')]);
    const first = await estimateOf(id);
    const { id: runId } = await bench.run(id);
    await read(async (tx) => finishEstimate(tx, runId));
    expect(await estimateOf(id)).toEqual(first);
  });
});

describe('the history', () => {
  test('of a tool is its newest fifty completed steps, newest first', async () => {
    bench.tool('counted', async () => bench.pass(100));
    const id = await complete([toolStep('a', { tool: 'counted', substeps: ['one', 'two'] })]);
    const { id: runId } = await bench.run(id);
    expect(await read((tx) => listSamples(tx, ['counted', 'unknown']))).toEqual([
      { tool: 'counted', runId, parts: 2, ms: 100 },
    ]);
    const { raw } = bench.db;
    await raw`insert into task_steps (id, workspace_id, task_id, run_id, key, step_order, name, completed_label,
        kind, tool, priority, status, expected_ms, duration_ms, completed_at)
      select 'stp_old' || age, workspace_id, task_id, run_id, 'old' || age, 9, '', '', 'tool', tool, priority,
        'completed', 1, 1000 * age, completed_at - make_interval(secs => age)
      from task_steps, generate_series(1, 60) as age where run_id = ${runId} and key = 'a'`;
    const samples = await read((tx) => listSamples(tx, ['counted']));
    expect(samples.map((sample) => sample.ms)).toEqual([
      100,
      ...Array.from({ length: 49 }, (_, index) => 1000 * (index + 1)),
    ]);
  });

  test('has no rehearsals in it, and no steps that were kept from an earlier run', async () => {
    bench.tool('tried', async () => bench.pass(100));
    const [rehearsal, kept] = [
      await complete([toolStep('a', { tool: 'tried' })]),
      await complete([toolStep('a', { tool: 'tried' })]),
    ];
    expect(await read((tx) => listSamples(tx, ['tried']))).toHaveLength(2);
    await bench.db.raw`update runs set mode = 'dry_run' where task_id = ${rehearsal}`;
    await bench.db.raw`update task_steps set kept_from = 'stp_1' where task_id = ${kept}`;
    expect(await read((tx) => listSamples(tx, ['tried']))).toEqual([]);
  });

  test('of the checks is what runs took beside their steps, per check', async () => {
    const id = await complete([toolStep('a')]);
    const { id: runId } = await bench.run(id);
    await bench.db.raw`update task_steps set duration_ms = 300 where run_id = ${runId}`;
    await bench.db.raw`update estimates set actual_ms = 1300 where run_id = ${runId}`;
    const [newest] = await read((tx) => listCheckSamples(tx));
    expect(newest).toEqual({ runId, parts: 1, ms: 1000 });
  });
});
