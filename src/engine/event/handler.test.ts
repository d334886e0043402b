/** Workflows that do something whenever an event comes. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ana, testEngine } from '../../../test/support/engine.ts';
import { transaction } from '../../db/client.ts';
import { listTasks } from '../../db/task.ts';
import type { Tx } from '../../db/tx.ts';
import { sweep } from '../sweep.ts';
import { installedTools } from '../tools/index.ts';
import { removeWorkflow, saveWorkflows } from '../workflow-save.ts';
import { startWorkflow } from '../workflow-start.ts';
import { deliverEvents } from './deliver.ts';
import { handleEvent } from './handle.ts';
import { publishEvent } from './publish.ts';

const bench = await testEngine();
const { db, engine } = bench;
for (const name of ['talk', 'publish_event', 'ask_agent', 'set_memory', 'get_memory']) {
  const tool = installedTools.get(name);
  if (tool) bench.install(name, tool);
}
const { workspaceId } = ana;
const within = <T>(work: (tx: Tx) => Promise<T>) => transaction(db, ana, work);
const save = (text: string) => within((tx) => saveWorkflows(tx, engine, ana, text));
const publish = (name: string, payload: unknown = {}) =>
  within((tx) =>
    publishEvent(tx, {
      ...{ workspaceId, name, payload, source: 'external', publishedBy: 'ana' },
      idempotencyKey: randomUUID(),
    }),
  );
const tasks = async () =>
  (await within((tx) => listTasks(tx, { conversation: 'events' }))).reverse();
const said = async () =>
  (
    await db.raw`select card->>'text' as text from cards where key like 'sent:%' order by created_at`
  ).map(({ text }) => text);

/** Delivers, begins what is to be begun, and does it. */
async function settle(): Promise<void> {
  await deliverEvents(engine, { workspaceId });
  const jobs = await db.raw<{ id: string; payload: Parameters<typeof handleEvent>[1] }[]>`
    select job.id::text as id, job.payload from graphile_worker._private_jobs as job
    join graphile_worker._private_tasks as task on task.id = job.task_id
    where task.identifier = 'handle' order by job.id`;
  for (const { id, payload } of jobs) {
    await bench.drop(id);
    await handleEvent(engine, payload);
  }
  for (const { id } of await tasks()) await bench.runJobs(id);
}

const flow = (name: string, body: string) =>
  `ORCHESTRATE WORKFLOW "${name}"\n${body}\nEND WORKFLOW\n`;

describe('a handler of a saved workflow', () => {
  test('does what stands there for each event that fits, once', async () => {
    const name = 'greeter';
    await save(
      flow(
        name,
        `  INPUT limit = 100
  ON EVENT "order_placed" WHERE event.total > limit DO
    TALK "Order {event.id} has {event.total}."
    SET BOT MEMORY "last", event.id
  END ON
  TALK "Nothing else."`,
      ),
    );
    await publish('order_placed', { id: 1, total: 100 });
    await publish('order_placed', { id: 2, total: 101 });
    await settle();
    await settle();
    expect(await tasks()).toMatchObject([
      { title: name, status: 'completed', assignedToType: 'workflow', requestedBy: 'ana' },
    ]);
    expect(await said()).toEqual(['Order 2 has 101.']);
    const [memory] = await db.raw`select agent, value from agent_memory where key = 'last'`;
    expect(memory).toEqual({ agent: name, value: 2 });
  });

  test('is not part of the run, and the newest version is the one that hears', async () => {
    const text = (words: string) =>
      flow('versions', `  ON EVENT "changed" DO\n    TALK "${words}"\n  END ON\n  TALK "Run."`);
    await save(text('old'));
    const [saved] = await save(text('new'));
    if (!saved) throw new Error('Nothing was saved.');
    const task = await within((tx) =>
      startWorkflow(tx, engine, ana, {
        ...{ workflow: saved.row, inputs: {}, channel: 'web', conversation: 'run' },
        description: 'run versions',
      }),
    );
    await bench.accept(task.id);
    await bench.runJobs(task.id);
    expect((await said()).at(-1)).toBe('Run.');
    await publish('changed');
    await settle();
    expect((await said()).slice(-2)).toEqual(['Run.', 'new']);
    await within((tx) => removeWorkflow(tx, 'versions', engine.now()));
    await publish('changed');
    await settle();
    expect((await said()).at(-1)).toBe('new');
  });

  test('beside a workflow hears too, and one that stands twice in a text does it twice', async () => {
    const on = (words: string) => `ON EVENT "beside" DO\n  TALK "${words}"\nEND ON\n`;
    await save(`${on('one')}${flow('beside', '  TALK "x"')}${on('two')}`);
    await publish('beside');
    await settle();
    expect((await said()).slice(-2).sort()).toEqual(['one', 'two']);
  });

  test('that wakes itself by way of another comes to an end with a card', async () => {
    await save(
      flow('ping', '  ON EVENT "ping" DO\n    PUBLISH EVENT "pong"\n  END ON\n  TALK "x"') +
        flow('pong', '  ON EVENT "pong" DO\n    PUBLISH EVENT "ping"\n  END ON\n  TALK "x"'),
    );
    await publish('ping');
    const before = (await tasks()).length;
    for (let round = 0; round < 30; round += 1) await settle();
    const ours = (await tasks()).slice(before);
    expect(ours).toHaveLength(21);
    expect(ours.at(-1)).toMatchObject({ status: 'blocked', blockedKind: 'error' });
  }, 60_000);

  test('that cannot be planned is told to whoever saved it, once for each problem', async () => {
    await save(flow('asker', '  ON EVENT "asked" DO\n    BOT "nobody" "x"\n  END ON\n  TALK "x"'));
    const before = (await tasks()).length;
    for (const id of [1, 2]) await publish('asked', { id });
    await settle();
    const [told, ...others] = (await tasks()).slice(before);
    expect(others).toEqual([]);
    expect(told).toMatchObject({ title: 'asker', status: 'failed', requestedBy: 'ana' });
    expect(told?.failureReason).toMatch(
      /^“asker” could not act on the event asked\. .*There is no agent “nobody” here.* save it/,
    );
    const problems = await db.raw`select problem from event_starts where problem is not null`;
    expect(problems).toHaveLength(2);
    await sweep(engine);
    expect(await tasks()).toHaveLength(before + 1);
  });

  test('whose job is lost is begun by the sweep', async () => {
    await save(flow('lost', '  ON EVENT "lost" DO\n    TALK "found"\n  END ON\n  TALK "x"'));
    await publish('lost');
    await deliverEvents(engine, { workspaceId });
    await db.raw`delete from graphile_worker._private_jobs`;
    await db.raw`update event_starts set at = at - interval '2 days'`;
    await sweep(engine);
    await settle();
    expect((await said()).at(-1)).toBe('found');
  });
});
