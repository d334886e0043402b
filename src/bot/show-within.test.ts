/** The cards of a task that comes to rest are shown in the transaction that ends its work, which waits for nobody. */
import { describe, expect, test, vi } from 'vitest';
import { testBot } from '../../test/support/bot.ts';
import { ana, gate, neverAborted, openConnections, toolStep } from '../../test/support/engine.ts';
import { insertCard, listCards, lockAction, lockCard } from '../db/card.ts';
import { transaction } from '../db/client.ts';
import { listMessages } from '../db/message.ts';
import { withStanding } from '../db/standing.ts';
import type { Tx } from '../db/tx.ts';
import type { Engine } from '../engine/context.ts';
import { runChecks } from '../engine/work.ts';
import type { Bot } from './bot.ts';
import { deliverTask, showWithin } from './deliver.ts';
import { createStoredChannel } from './message.ts';

const bench = await testBot();
bench.tool('work', async () => ({}), { unitMs: 1 });
const web = createStoredChannel(bench.db, 'web');
const bot: Bot = { engine: bench.engine, channels: new Map([['web', web]]) };
const engine: Engine = { ...bench.engine, showCards: (tx, task) => showWithin(bot, tx, task) };

const job = (taskId: string) => ({ workspaceId: ana.workspaceId, taskId });
const waiting = async (taskId: string) => (await bench.jobs('deliver', taskId)).length;

/** A task whose plan is shown and accepted; `work` does all of its steps in one transaction. */
async function begin() {
  const id = await bench.propose([toolStep('a'), toolStep('b')]);
  await deliverTask(bot, job(id));
  await bench.accept(id);
  const [check] = await bench.jobs('check', id);
  if (!check) throw new Error('No check is to be run.');
  await openConnections(bench.read, 6);
  const work = async () => {
    // Time that does not pass: whatever is made then is brief.
    vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
    try {
      await runChecks(engine, check.payload, neverAborted, () => true);
    } finally {
      vi.useRealTimers();
    }
  };
  const { conversation } = await bench.task(id);
  const kinds = async () => {
    const rows = await bench.read((tx) => listMessages(tx, conversation));
    return rows.map(({ card }) => (card as { kind?: string } | null)?.kind);
  };
  return { id, work, kinds };
}

/** Runs `during` while somebody else's transaction holds what `hold` locks. */
async function whileHeld(hold: (tx: Tx) => Promise<unknown>, during: () => Promise<void>) {
  const [held, over] = [gate(), gate()];
  const holding = bench.read(async (tx) => {
    await hold(tx);
    held.open();
    await over.passed;
  });
  await held.passed;
  try {
    await during();
  } finally {
    over.open();
    await holding;
  }
}

describe('the cards of a task that comes to rest', () => {
  test('stand in the transaction that ends its work, and no job is left', async () => {
    const { id, work, kinds } = await begin();
    // That it was accepted is shown a moment later, if nothing has come of it by then.
    expect(await waiting(id)).toBe(1);
    await work();
    expect(await bench.task(id)).toMatchObject({ status: 'blocked' });
    expect(await waiting(id)).toBe(0);
    const shown = await kinds();
    expect(shown).toEqual(['plan', 'progress', 'error']);
    const [rows] = await bench.db.raw`
      select count(distinct xmin::text)::int as transactions from (
        select xmin from task_events where task_id = ${id} and event = 'block'
        union all select messages.xmin from messages
          join tasks using (conversation) where tasks.id = ${id} and messages.card->>'kind' = 'error') as written`;
    expect(rows).toEqual({ transactions: 1 });
  });

  test('are as the job would have them: it finds nothing to change', async () => {
    const { id, work } = await begin();
    await work();
    const before = await bench.read((tx) => listCards(tx, id));
    await deliverTask(bot, job(id));
    expect(await bench.read((tx) => listCards(tx, id))).toEqual(before);
  });

  test('are left to the job where one stands on a platform', async () => {
    const { id, work, kinds } = await begin();
    const place = { channel: 'slack', conversation: 'C1', key: 'sent:1' };
    const card = { kind: 'text', title: '', text: 'Sent.' };
    await bench.read((tx) => insertCard(tx, { ...job(id), ...place, card }));
    await work();
    expect(await bench.task(id)).toMatchObject({ status: 'blocked' });
    expect(await waiting(id)).toBe(1);
    expect(await kinds()).toEqual(['plan']);
  });

  test('are left to the job where the task was asked for on a platform', async () => {
    const { id, work, kinds } = await begin();
    await bench.db.raw`update tasks set channel = 'slack' where id = ${id}`;
    await work();
    expect(await waiting(id)).toBe(1);
    expect(await kinds()).toEqual(['plan']);
  });
});

describe('the end of the work waits for nobody', () => {
  const cardOf = async (tx: Tx, id: string) => (await listCards(tx, id))[0]?.id ?? '';
  const holders: [string, (id: string) => Promise<(tx: Tx) => Promise<unknown>>][] = [
    ['a card', async (id) => async (tx) => lockCard(tx, await cardOf(tx, id))],
    [
      'a button',
      async (id) => {
        const [action] = await bench.db.raw`
          select id from actions where task_id = ${id} and closed_at is null limit 1`;
        return (tx) => lockAction(tx, action?.['id']);
      },
    ],
  ];
  test.each(holders)('who holds %s', async (_, holderOf) => {
    const { id, work, kinds } = await begin();
    await whileHeld(await holderOf(id), work);
    expect(await bench.task(id)).toMatchObject({ status: 'blocked' });
    expect(await waiting(id)).toBe(1);
    expect(await kinds()).toEqual(['plan']);
    await deliverTask(bot, job(id));
    expect(await kinds()).toEqual(['plan', 'progress', 'error']);
  });

  test('who has the turn to show them', async () => {
    const { id, work, kinds } = await begin();
    await transaction(bench.db, ana, () => work(), withStanding(id));
    expect(await bench.task(id)).toMatchObject({ status: 'blocked' });
    expect(await waiting(id)).toBe(1);
    expect(await kinds()).toEqual(['plan']);
  });
});

test('a job is taken back in its own workspace only, and not from whoever has begun it', async () => {
  const { id } = await begin();
  const drop = (workspaceId: string) =>
    transaction(bench.db, { workspaceId }, (tx) =>
      tx.execute(`select factotum_drop_job('deliver:${id}')`),
    );
  await drop('wsp_other');
  expect(await waiting(id)).toBe(1);
  await bench.db
    .raw`update graphile_worker._private_jobs set locked_at = now() where key = ${`deliver:${id}`}`;
  await drop(ana.workspaceId);
  expect(await waiting(id)).toBe(1);
  await bench.db
    .raw`update graphile_worker._private_jobs set locked_at = null where key = ${`deliver:${id}`}`;
  await drop(ana.workspaceId);
  expect(await waiting(id)).toBe(0);
});
