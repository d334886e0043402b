/** Events: stored first, once per key, bounded, and never of another workspace. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ana, testEngine, toolStep } from '../../../test/support/engine.ts';
import { systemTransaction, transaction } from '../../db/client.ts';
import { type Cause, listWorkflowEvents } from '../../db/workflow-event.ts';
import { ensureWorkspace } from '../../db/workspace.ts';
import { acceptPlan } from '../accept.ts';
import { publishEventTool } from '../tools/publish-event.ts';
import { longestChain, mostAMinute, type Publication, publishEvent } from './publish.ts';

const bench = await testEngine();
const { db } = bench;
bench.install('publish_event', publishEventTool);
const workspaceId = 'wsp_local';

const publish = (about: Partial<Publication> & { name?: unknown } = {}) =>
  transaction(db, { workspaceId: about.workspaceId ?? workspaceId }, (tx) =>
    publishEvent(tx, {
      ...{ workspaceId, name: 'order_paid', payload: { id: 7 }, source: 'external' },
      ...{ publishedBy: 'ana', idempotencyKey: randomUUID() },
      ...about,
    } as Publication),
  );
const list = (name: string, of = workspaceId) =>
  transaction(db, { workspaceId: of }, (tx) => listWorkflowEvents(tx, { name }));
const jobs = () => db.raw`
  select job.payload, queue.queue_name as queue from graphile_worker._private_jobs as job
  join graphile_worker._private_tasks as task on task.id = job.task_id
  left join graphile_worker._private_job_queues as queue on queue.id = job.job_queue_id
  where task.identifier = 'events'`;

describe('an event', () => {
  test('is stored with the job that delivers it, or not at all', async () => {
    const failing = transaction(db, { workspaceId }, async (tx) => {
      const about = { workspaceId, name: 'never', payload: {}, source: 'external' } as const;
      await publishEvent(tx, { ...about, publishedBy: 'ana', idempotencyKey: 'never' });
      throw new Error('The power is gone.');
    });
    await expect(failing).rejects.toThrow('The power is gone.');
    expect([await list('never'), await jobs()]).toMatchObject([[], { length: 0 }]);
    await publish({ name: 'stored' });
    expect(await list('stored')).toMatchObject([{ payload: { id: 7 }, depth: 0, causeId: null }]);
    expect([...(await jobs())]).toEqual([{ payload: { workspaceId }, queue: 'events:wsp_local' }]);
  });

  test('of the same key is the same one, also at the same time', async () => {
    const same = { name: 'once', idempotencyKey: 'one' };
    const published = await Promise.all([1, 2, 3, 4].map(() => publish(same)));
    expect(new Set(published.map(({ event }) => event.id)).size).toBe(1);
    expect(published.filter(({ first }) => first)).toHaveLength(1);
    await expect(publish({ ...same, payload: { id: 8 } })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    expect(await list('once')).toHaveLength(1);
  });

  test('is seen in its own workspace only', async () => {
    const other = 'wsp_other';
    const settings = { locale: 'en-US', currency: 'USD', timezone: 'UTC' };
    await systemTransaction(db, (tx) =>
      ensureWorkspace(tx, { id: other, kind: 'slack', name: 'Other', ...settings }),
    );
    await publish({ name: 'secret', idempotencyKey: 'both' });
    await publish({
      name: 'secret',
      idempotencyKey: 'both',
      workspaceId: other,
      payload: { x: 1 },
    });
    expect(await list('secret')).toMatchObject([{ payload: { id: 7 } }]);
    expect(await list('secret', other)).toMatchObject([{ payload: { x: 1 } }]);
    const foreign = transaction(db, { workspaceId: other }, (tx) =>
      publishEvent(tx, {
        ...{ workspaceId, name: 'secret', payload: {}, source: 'external' },
        ...{ publishedBy: 'eve', idempotencyKey: 'foreign' },
      }),
    );
    await expect(foreign).rejects.toThrow();
  });

  test.each([
    ['workflow_completed'],
    ['Zahlung.eingegangen'],
    ['заказ_оплачен'],
    ['_a-b:c'],
    [`n${'x'.repeat(119)}`],
  ])('may be called %s', async (name) => {
    expect((await publish({ name })).event.name).toBe(name);
  });

  test.each([
    [''],
    ['a b'],
    ['7up'],
    ['x'.repeat(121)],
    ["'; drop table workflow_events; --"],
    ['a\0b'],
    ['a\u202eb'],
    [undefined],
  ])('cannot be called %j', async (name) => {
    await expect(publish({ name: name as string })).rejects.toMatchObject({
      code: 'INVALID',
      message: expect.stringContaining('for example order_paid'),
    });
  });

  test.each<[string, unknown, string]>([
    ['a list', [1], 'INVALID'],
    ['a null character', { a: ['\0'] }, 'INVALID'],
    ['half a character', { a: '\ud800' }, 'INVALID'],
    ['a nest', JSON.parse(`{"a":${'['.repeat(60)}${']'.repeat(60)}}`), 'INVALID'],
    ['more bytes than are kept', { a: 'é'.repeat(33_000) }, 'LIMIT'],
    [
      'too many fields',
      Object.fromEntries([...Array(201).keys()].map((n) => [`f${n}`, n])),
      'LIMIT',
    ],
  ])('has no payload with %s', async (_, payload, code) => {
    await expect(publish({ payload })).rejects.toMatchObject({ code });
  });

  test('has no field that would change what JavaScript makes of records', async () => {
    const payload = JSON.parse('{"__proto__":{"admin":true},"constructor":1,"$where":"1"}');
    await publish({ name: 'hostile', payload });
    const [event] = await list('hostile');
    expect(event?.payload).toEqual({ constructor: 1, $where: '1' });
    expect(Object.getPrototypeOf(event?.payload)).toBe(Object.prototype);
  });
});

describe('events that cause each other', () => {
  test('are so many in a row at most', async () => {
    let cause: Cause | undefined;
    for (let depth = 0; depth <= longestChain; depth += 1) {
      const { event } = await publish({ name: 'ping', cause });
      expect(event.depth).toBe(depth);
      cause = event;
    }
    await expect(publish({ name: 'ping', cause })).rejects.toMatchObject({
      code: 'LIMIT',
      message: expect.stringContaining('in a circle'),
    });
    expect(await list('ping')).toHaveLength(longestChain + 1);
  });

  test('are so many a minute at most, of one beginning', async () => {
    const { event } = await publish({ name: 'storm' });
    const caused = Array.from({ length: mostAMinute - 1 }, () =>
      publish({ name: 'drop', cause: event }),
    );
    await Promise.all(caused);
    await expect(publish({ name: 'drop', cause: event })).rejects.toMatchObject({ code: 'LIMIT' });
    await expect(publish({ name: 'drop' })).resolves.toMatchObject({ first: true });
  });
});

describe('the tool publish_event', () => {
  const step = (input: unknown) => toolStep('tell', { tool: 'publish_event', input });

  test('publishes once, whoever repeats the call', async () => {
    const id = await bench.propose([step({ name: 'told', payload: { id: 1 } })]);
    await bench.accept(id);
    await bench.runJobs(id, { pass: true });
    expect(await bench.step(id, 'tell')).toMatchObject({
      status: 'completed',
      result: { name: 'told', id: expect.stringMatching(/^evt_/) },
    });
    const [event, ...others] = await list('told');
    expect(others).toEqual([]);
    const run = await bench.run(id);
    const { id: stepId } = await bench.step(id, 'tell');
    expect(event).toMatchObject({ source: 'task', taskId: id, runId: run.id, stepId });
  });

  test('tells nobody in a dry run, and shows what it would have told', async () => {
    const id = await bench.propose([step({ name: 'rehearsed', payload: { id: 1 } })]);
    await acceptPlan(bench.engine, ana, id, 1, 'dry_run');
    await bench.runJobs(id, { pass: true });
    expect(await list('rehearsed')).toEqual([]);
    expect(await bench.step(id, 'tell')).toMatchObject({
      result: { name: 'rehearsed', id: null },
      effect: { sent: [{ to: 'event:rehearsed', text: '{"id":1}' }] },
    });
    await bench.accept(id);
    await bench.runJobs(id, { pass: true });
    expect(await list('rehearsed')).toHaveLength(1);
  });

  test('asks a person when the name cannot be', async () => {
    const id = await bench.propose([step({ name: 'not a name' })]);
    await bench.accept(id);
    await bench.runJobs(id);
    expect(await bench.task(id)).toMatchObject({ status: 'blocked', blockedKind: 'error' });
    const { error } = await bench.step(id, 'tell');
    expect(error).toMatchObject({ reason: expect.stringContaining('is no name of an event') });
  });
});
