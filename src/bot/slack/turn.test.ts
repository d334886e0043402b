/** The limits of Slack over a whole workspace, on the test's clock: nothing is sent faster, nothing is lost. */
import { expect, test } from 'vitest';
import { humanStep } from '../../../test/support/engine.ts';
import { ana, slackBench } from '../../../test/support/slack.ts';
import { findCard, insertCard, listCards } from '../../db/card.ts';
import { transaction } from '../../db/client.ts';
import { addJob } from '../../db/job.ts';
import type { CardDraft } from '../card.ts';
import { deliverPost, deliverTask } from '../deliver.ts';
import { takeTurn } from './turn.ts';

const bench = await slackBench();
const { bot, server, db } = bench;
const { workspaceId } = ana;
const windowMs = 60_000;

/** A running task whose progress card stands; `percent` moves it. */
async function running(): Promise<string> {
  const id = await bench.file([humanStep('h')]);
  await bench.accept(id);
  await bench.runJobs(id);
  return id;
}
const progressOf = async (id: string) => {
  const rows = await bench.read((tx) => listCards(tx, id));
  const row = rows.find(({ key }) => key === 'progress');
  if (!row) throw new Error('There is no progress card.');
  return row;
};
const messageOf = async (id: string) => {
  const { reference } = await progressOf(id);
  return server.messages.find(({ channel, ts }) => `${channel}:${ts}` === reference);
};
/** The most updates that came in any minute. */
function mostInAMinute(): number {
  const times = server.callsOf('chat.update').map(({ at }) => at);
  return Math.max(
    0,
    ...times.map((at) => times.filter((other) => other >= at && other < at + windowMs).length),
  );
}
test('1,000 updates of one card in ten seconds are at most 8 edits, and the last state is shown', async () => {
  const id = await running();
  await bench.wait(70);
  const before = server.callsOf('chat.update').length;
  for (let update = 1; update <= 1000; update += 1) {
    await db.raw`update tasks set progress = ${Math.ceil(update / 11)}, status = 'running' where id = ${id}`;
    if (update % 10 === 0) {
      bench.pass(100);
      await deliverTask(bot, { workspaceId, taskId: id });
    }
  }
  await bench.wait(4);
  expect(server.callsOf('chat.update').length - before).toBeLessThanOrEqual(8);
  expect((await messageOf(id))?.text).toContain('91%');
  const row = await progressOf(id);
  expect(row.shownVersion).toBe(row.version);
});

test('a channel gets one new message a second, what is to be decided before the rest', async () => {
  const conversation = 'C0FULL:1690000000.000009';
  const ids = [];
  for (let count = 0; count < 4; count += 1)
    ids.push(await bench.file([humanStep('h')], conversation));
  server.calls.length = 0;
  await bench.wait(8);
  const times = server
    .callsOf('chat.postMessage')
    .filter(({ args }) => args['channel'] === 'C0FULL')
    .map(({ at }) => at);
  expect(times).toHaveLength(4);
  for (const [index, at] of times.entries())
    expect(at - (times[index - 1] ?? 0)).toBeGreaterThanOrEqual(1000);
});

test('two programs never take the same turn', async () => {
  const id = await running();
  await bench.wait(65);
  await db.raw`update cards set version = version + 1 where task_id = ${id} and key = 'progress'`;
  const row = await progressOf(id);
  const asked = await Promise.all(
    Array.from({ length: 6 }, () =>
      takeTurn(db, bench.engine.now, { workspaceId, conversation: row.conversation }, row.id),
    ),
  );
  expect(asked.filter((at) => at === undefined)).toHaveLength(1);
  const sent = await transaction(
    db,
    ana,
    async () =>
      db.raw`select at from deliveries where card_id = ${row.id} and kind = 'update' and at = ${bench.engine.now()}`,
  );
  expect(sent).toHaveLength(1);
});

test('200 cards that change at once stay under 45 updates a minute over two programs; what is decided is shown within 3 s, and in the end all of it', async () => {
  const step = bench.another();
  const bots = [bot, { ...step, channels: new Map([...bot.channels, ...step.channels]) }];
  const cards = await bench.read(async (tx) => {
    const rows = [];
    for (let count = 0; count < 200; count += 1)
      rows.push(
        await insertCard(tx, {
          ...{ workspaceId, taskId: null, key: `progress:${count}`, channel: 'slack' },
          conversation: `C0${1000 + count}:1690000000.000001`,
          card: progress(0),
        }),
      );
    return rows;
  });
  /** A new state, and the job that shows it: one of each card waits, as with those of tasks. */
  const change = async (changed: string[], card: CardDraft) => {
    const at = bench.engine.now();
    await db.raw`update cards set card = ${db.raw.json(card as never)}, version = version + 1,
      updated_at = ${at} where id in ${db.raw(changed)}`;
    await bench.read(async (tx) => {
      for (const cardId of changed)
        addJob(tx, 'post', { workspaceId, cardId }, { key: `post:${cardId}` });
    });
  };
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) {
      bench.pass(1000);
      let turn = 0;
      for (let job = await bench.take('post'); job; job = await bench.take('post')) {
        turn += 1;
        const one = bots[turn % bots.length];
        if (one) await deliverPost(one, job);
      }
    }
  };
  const ids = cards.map(({ id }) => id);
  const [decided = '', ...working] = ids;
  await change(ids, progress(1));
  await pass(1);
  server.calls.length = 0;
  const asked: number[] = [];
  for (let round = 1; round <= 2; round += 1) {
    // All of them change while the line of the time before is not done.
    await change(working, progress(round * 40));
    await pass(20);
    asked.push(bench.engine.now().getTime());
    await change([decided], { ...progress(round), kind: 'approval', title: 'Decide' });
    await pass(20);
  }
  expect(mostInAMinute()).toBeLessThanOrEqual(45);
  const reference = await bench.read((tx) => findCard(tx, decided));
  const shownAt = server
    .callsOf('chat.update')
    .filter(({ args }) => `${args['channel']}:${args['ts']}` === reference?.reference)
    .map(({ at }) => at);
  expect(shownAt).toHaveLength(2);
  for (const [index, at] of asked.entries())
    expect((shownAt[index] ?? Number.POSITIVE_INFINITY) - at).toBeLessThanOrEqual(3000);
  // The work ends everywhere at once.
  await change(working, { ...progress(100), actions: [] });
  await pass(6 * 60);
  expect(mostInAMinute()).toBeLessThanOrEqual(45);
  const standing = server.messages.filter(({ channel }) => /^C0[0-9]{4}$/.test(channel));
  expect(standing).toHaveLength(200);
  expect(standing.filter(({ text }) => text === 'At 100%')).toHaveLength(199);
}, 300_000);

const progress = (percent: number): CardDraft => ({
  ...{ kind: 'progress', title: 'Working', text: `At ${percent}%` },
  actions: [{ verb: 'pause', label: 'Pause', style: 'secondary' }],
});
