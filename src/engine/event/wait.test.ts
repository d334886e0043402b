/** Waiting for events: before and after, once for each who waits, with an end, and over crashes. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { ana, approvalStep, testEngine, toolStep } from '../../../test/support/engine.ts';
import { systemTransaction, transaction } from '../../db/client.ts';
import { holdDeliveries, insertWait, lookBack } from '../../db/event-wait.ts';
import { listWorkflowEvents } from '../../db/workflow-event.ts';
import { ensureWorkspace } from '../../db/workspace.ts';
import { acceptPlan } from '../accept.ts';
import { decideStep } from '../decision.ts';
import { cancelTask, pauseTask, resumeTask, retryTask } from '../steer.ts';
import { sweep } from '../sweep.ts';
import { publishEventTool } from '../tools/publish-event.ts';
import { performVerb } from '../verb.ts';
import { deliverEvents } from './deliver.ts';
import { longestChain, publishEvent } from './publish.ts';

const bench = await testEngine();
const { db, engine } = bench;
bench.install('publish_event', publishEventTool);
bench.tool('work');
const { workspaceId } = ana;

const publish = (name: string, payload: unknown = {}, of = workspaceId) =>
  transaction(db, { workspaceId: of }, (tx) =>
    publishEvent(tx, {
      ...{ workspaceId: of, name, payload, source: 'external', publishedBy: 'ana' },
      idempotencyKey: randomUUID(),
    }),
  );
const deliver = () => deliverEvents(engine, { workspaceId });
const taken = async (name: string) =>
  (await transaction(db, ana, (tx) => listWorkflowEvents(tx, { name }))).map(
    (event) => event.taken,
  );

const waitStep = (key: string, event: string, about: Record<string, unknown> = {}) => ({
  ...{ kind: 'wait_event', key, name: `Wait for ${event}`, event, timeoutSeconds: 1800 },
  ...about,
});
/** A task of these steps that runs until it waits. */
async function begin(steps: unknown[], about: Record<string, unknown> = {}): Promise<string> {
  const id = await bench.propose(steps, about);
  await bench.accept(id);
  await bench.runJobs(id, { pass: true });
  return id;
}
/** Delivers what there is, and does what the tasks do then. */
async function settle(...ids: string[]): Promise<void> {
  await deliver();
  for (const id of ids) await bench.runJobs(id, { pass: true });
}
const result = async (id: string, key: string) => (await bench.step(id, key)).result;
const named = () => `e_${randomUUID().slice(0, 8)}`;

describe('a step that waits', () => {
  test('takes an event that comes after it began, and its payload is what came out', async () => {
    const name = named();
    const id = await begin(
      [
        waitStep('paid', name, { as: 'payment', where: 'event.id = order_id' }),
        toolStep('thank', { bind: { total: 'payment.total' } }),
      ],
      { variables: { order_id: 7 } },
    );
    expect(await bench.states(id)).toEqual({ paid: 'running', thank: 'pending' });
    expect(await bench.task(id)).toMatchObject({ status: 'running' });
    await publish(name, { id: 8, total: 1 });
    await settle(id);
    expect(await bench.states(id)).toMatchObject({ paid: 'running' });
    await publish(name, { id: 7, total: 2 });
    await settle(id);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
    expect(await result(id, 'paid')).toEqual({ id: 7, total: 2 });
    expect((await bench.calls(id))[0]?.input).toMatchObject({ total: 2 });
    expect(await taken(name)).toEqual([1, 0]);
  });

  test('takes an event that came before it began, though not before its workflow', async () => {
    const name = named();
    await publish(name, { n: 'too early' });
    await deliver();
    const id = await begin([approvalStep('ask'), waitStep('wait', name)]);
    await publish(name, { n: 1 });
    await deliver();
    await publish(name, { n: 2 });
    const [approval] = await bench.approvals(id);
    await decideStep(engine, ana, id, approval?.id ?? '', { approve: true, reason: null });
    await bench.runJobs(id, { pass: true });
    expect(await result(id, 'wait')).toEqual({ n: 1 });
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
    await deliver();
    expect(await taken(name)).toEqual([0, 1, 0]);
  });

  test('finds no gap between looking back and being seen', async () => {
    const name = named();
    const id = await begin([approvalStep('ask'), waitStep('wait', name)]);
    const step = await bench.step(id, 'wait');
    const run = await bench.run(id);
    const about = { taskId: id, name, key: '', since: run.createdAt };
    let delivery: Promise<void> = Promise.resolve();
    await transaction(db, ana, async (tx) => {
      await holdDeliveries(tx, workspaceId);
      expect(await lookBack(tx, about, [], 0)).toEqual([]);
      await publish(name);
      delivery = deliver();
      // A delivery that would not wait would have passed over the wait that is not there yet.
      await sleep(200);
      expect(await db.raw`select processed_at from workflow_events where name = ${name}`).toEqual([
        { processed_at: null },
      ]);
      const own = { workspaceId, runId: run.id, stepId: step.id, stepKey: 'wait' };
      await insertWait(tx, { ...about, ...own, filter: null, dueAt: null });
      await tx.execute(sql`update task_steps set status = 'running' where id = ${step.id}`);
    });
    await delivery;
    expect(await taken(name)).toEqual([1]);
  });

  test('takes the first of two, and the next step takes the second', async () => {
    const name = named();
    const id = await begin([waitStep('one', name), waitStep('two', name)]);
    await publish(name, { n: 1 });
    await publish(name, { n: 2 });
    await settle(id);
    expect([await result(id, 'one'), await result(id, 'two')]).toEqual([{ n: 1 }, { n: 2 }]);
    const lonely = await begin([waitStep('one', name), waitStep('two', name)]);
    await publish(name, { n: 3 });
    await settle(lonely);
    expect(await bench.states(lonely)).toEqual({ one: 'completed', two: 'running' });
  });

  test('beside another takes the same event as that', async () => {
    const name = named();
    const branches = [[waitStep('one', name)], [waitStep('two', name)]];
    const id = await begin([{ kind: 'parallel', key: 'both', name: 'Both', branches }]);
    await publish(name, { n: 1 });
    await settle(id);
    expect([await result(id, 'one'), await result(id, 'two')]).toEqual([{ n: 1 }, { n: 1 }]);
  });

  test('of another task takes the same event too, once', async () => {
    const name = named();
    const ids = [await begin([waitStep('wait', name)]), await begin([waitStep('wait', name)])];
    await publish(name, { n: 1 });
    await publish(name, { n: 2 });
    await settle(...ids);
    for (const id of ids) expect(await result(id, 'wait')).toEqual({ n: 1 });
    expect(await taken(name)).toEqual([0, 2]);
  });

  test('hears nothing of another workspace', async () => {
    const name = named();
    const settings = { locale: 'en-US', currency: 'USD', timezone: 'UTC' };
    await systemTransaction(db, (tx) =>
      ensureWorkspace(tx, { id: 'wsp_other', kind: 'slack', name: 'Other', ...settings }),
    );
    const id = await begin([waitStep('wait', name)]);
    await publish(name, { n: 1 }, 'wsp_other');
    await deliverEvents(engine, { workspaceId: 'wsp_other' });
    await settle(id);
    expect(await bench.states(id)).toEqual({ wait: 'running' });
    await publish(name, { n: 2 });
    await settle(id);
    expect(await result(id, 'wait')).toEqual({ n: 2 });
  });

  test('is told once, by a job for it alone', async () => {
    const [wanted, other] = [named(), named()];
    const id = await begin([waitStep('wait', wanted)]);
    const another = await begin([waitStep('wait', other)]);
    await publish(wanted);
    await deliver();
    await deliver();
    expect(await bench.jobs('advance', id)).toHaveLength(1);
    expect(await bench.jobs('advance', another)).toHaveLength(0);
  });

  test('goes through a dry run without waiting', async () => {
    const id = await bench.propose([waitStep('wait', named())]);
    await acceptPlan(engine, ana, id, 1, 'dry_run');
    await bench.runJobs(id, { pass: true });
    expect(await result(id, 'wait')).toEqual({ rehearsed: true });
  });

  test.each([['not a name'], ['']])('for “%s” fails at once', async (event) => {
    const id = await bench.propose([waitStep('wait', event || ' ')]);
    await bench.accept(id);
    await bench.runJobs(id);
    expect((await bench.step(id, 'wait')).error?.reason).toContain('is no name of an event');
  });
});

describe('a delivery that dies', () => {
  test('between storing and waking is made up for', async () => {
    const name = named();
    const id = await begin([waitStep('wait', name)]);
    await publish(name, { n: 1 });
    // The program was killed and its job is lost with the queue.
    await db.raw`delete from graphile_worker._private_jobs`;
    await db.raw`update workflow_events set created_at = created_at - interval '1 hour' where name = ${name}`;
    await db.raw`update event_waits set since = since - interval '2 hours' where task_id = ${id}`;
    await sweep(engine);
    const jobs = await db.raw`
      select job.payload from graphile_worker._private_jobs as job
      join graphile_worker._private_tasks as task on task.id = job.task_id where task.identifier = 'events'`;
    expect([...jobs]).toEqual([{ payload: { workspaceId } }]);
    await settle(id);
    expect(await result(id, 'wait')).toEqual({ n: 1 });
  });

  test('between giving and going on is made up for', async () => {
    const name = named();
    const id = await begin([waitStep('wait', name)]);
    await publish(name, { n: 1 });
    await deliver();
    await db.raw`delete from graphile_worker._private_jobs`;
    await db.raw`update event_receipts set at = at - interval '1 hour'`;
    await sweep(engine);
    await bench.runJobs(id, { pass: true });
    expect(await result(id, 'wait')).toEqual({ n: 1 });
  });
});

describe('a task that waits', () => {
  test('and is paused goes on with what came meanwhile', async () => {
    const name = named();
    const id = await begin([waitStep('wait', name)]);
    await pauseTask(engine, ana, id);
    await publish(name, { n: 1 });
    await settle(id);
    expect(await bench.task(id)).toMatchObject({ status: 'paused' });
    await resumeTask(engine, ana, id);
    await bench.runJobs(id, { pass: true });
    expect(await result(id, 'wait')).toEqual({ n: 1 });
  });

  test('and is cancelled takes nothing any more', async () => {
    const name = named();
    const id = await begin([waitStep('wait', name)]);
    await cancelTask(engine, ana, id);
    await publish(name);
    await settle(id);
    expect(await taken(name)).toEqual([0]);
  });
});

describe('when its time is over, a step', () => {
  const late = async (id: string) => {
    bench.pass(1800_000);
    await sweep(engine);
    await bench.runJobs(id, { pass: true });
  };

  test('that says so goes on without', async () => {
    const id = await begin([waitStep('wait', named(), { as: 'got', onTimeout: 'continue' })]);
    bench.pass(1799_000);
    await sweep(engine);
    await bench.runJobs(id, { pass: true });
    expect(await bench.states(id)).toEqual({ wait: 'running' });
    bench.pass(1000);
    await sweep(engine);
    await bench.runJobs(id, { pass: true });
    expect(await bench.step(id, 'wait')).toMatchObject({ status: 'completed', result: null });
  });

  test('has failed, and can be tried again with what came since', async () => {
    const name = named();
    const id = await begin([waitStep('wait', name)]);
    await late(id);
    expect(await bench.task(id)).toMatchObject({ status: 'blocked', blockedKind: 'error' });
    expect((await bench.step(id, 'wait')).error?.reason).toBe(
      `The event ${name} did not come within 30 minutes.`,
    );
    await publish(name, { n: 1 });
    await settle(id);
    expect(await taken(name)).toEqual([0]);
    await retryTask(engine, ana, id);
    await bench.runJobs(id, { pass: true });
    expect(await result(id, 'wait')).toEqual({ n: 1 });
  });

  const escalated = { onTimeout: 'escalate', escalateTo: ['boss', 'director'] };
  const boss = { ...ana, id: 'boss' };

  test('asks somebody, then the next, and goes on without when they say so', async () => {
    const id = await begin([waitStep('wait', named(), escalated), toolStep('next')]);
    await late(id);
    expect(await bench.task(id)).toMatchObject({ status: 'approval_pending' });
    expect(await bench.approvals(id)).toMatchObject([{ approvers: ['boss'], status: 'open' }]);
    await late(id);
    const [approval] = await bench.approvals(id);
    expect(approval?.approvers).toEqual(['boss', 'director']);
    await decideStep(engine, boss, id, approval?.id ?? '', { approve: true, reason: null });
    await bench.runJobs(id, { pass: true });
    expect(await bench.step(id, 'wait')).toMatchObject({ status: 'completed', result: null });
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test('that nobody has decided in time is asked again, and the event still ends it', async () => {
    const name = named();
    const id = await begin([waitStep('wait', name, escalated), toolStep('next')]);
    for (let round = 0; round < 3; round += 1) await late(id);
    expect(await bench.approvals(id)).toMatchObject([{ status: 'expired' }]);
    await performVerb(engine, ana, id, 'ask_again');
    await bench.runJobs(id, { pass: true });
    expect((await bench.approvals(id)).map(({ status }) => status)).toEqual(['superseded', 'open']);
    expect(await bench.task(id)).toMatchObject({ status: 'approval_pending' });
    await publish(name, { n: 1 });
    await settle(id);
    expect(await result(id, 'wait')).toEqual({ n: 1 });
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test('ends there when they refuse', async () => {
    const id = await begin([waitStep('wait', named(), escalated)]);
    await late(id);
    const [approval] = await bench.approvals(id);
    await decideStep(engine, boss, id, approval?.id ?? '', { approve: false, reason: 'Too late.' });
    expect(await bench.step(id, 'wait')).toMatchObject({ status: 'failed' });
    expect(
      await db.raw`select from event_waits where task_id = ${id} and closed_at is null`,
    ).toHaveLength(0);
  });

  test('needs nobody any more when the event comes while they are asked', async () => {
    const name = named();
    const id = await begin([waitStep('wait', name, escalated), toolStep('next')]);
    await late(id);
    await publish(name, { n: 1 });
    await settle(id);
    expect(await result(id, 'wait')).toEqual({ n: 1 });
    expect(await bench.approvals(id)).toMatchObject([{ status: 'superseded' }]);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });
});

describe('tasks that wake each other', () => {
  test('are stopped by a clear failure', async () => {
    const name = named();
    const steps = Array.from({ length: longestChain + 2 }, (_, at) => [
      waitStep(`wait-${at}`, name),
      toolStep(`tell-${at}`, { tool: 'publish_event', input: { name, payload: { at } } }),
    ]).flat();
    const id = await begin(steps);
    await publish(name);
    for (let round = 0; round < longestChain + 2; round += 1) await settle(id);
    expect(await bench.task(id)).toMatchObject({ status: 'blocked', blockedKind: 'error' });
    const failed = (await bench.steps(id)).find((step) => step.status === 'failed');
    expect(failed?.error?.reason).toContain('Workflows that wake each other in a circle never end');
  });
});
