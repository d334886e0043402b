/** Events between installations, by way of a real Redis: told once, heard once, kept while it is away. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testEngine } from '../../../test/support/engine.ts';
import { hasRedis, testRedis } from '../../../test/support/redis.ts';
import { transaction } from '../../db/client.ts';
import { listWorkflowEvents } from '../../db/workflow-event.ts';
import { listenSignals } from '../signal.ts';
import { startBridge } from './bridge.ts';
import { longestChain, publishEvent } from './publish.ts';

const workspaceId = 'wsp_local';
const channel = 'factotum:test';

/** An installation with a database of its own; `join` starts another of its programs. */
async function installation(url: string) {
  const bench = await testEngine();
  const warned: [string, Record<string, unknown> | undefined][] = [];
  const log = {
    ...bench.engine.log,
    warn: (...said: (typeof warned)[number]) => warned.push(said),
  };
  const engine = { ...bench.engine, log };
  const join = async () => {
    const hub = await listenSignals(bench.db);
    const leave = await startBridge(engine, hub, { url, channel, workspaceId });
    afterAll(async () => {
      await leave();
      await hub.stop();
    });
  };
  await join();
  const within = { workspaceId };
  return {
    warned,
    join,
    publish: (name: string, payload: unknown = {}) =>
      transaction(bench.db, within, (tx) =>
        publishEvent(tx, {
          ...{ workspaceId, name, payload, source: 'external', publishedBy: 'ana' },
          idempotencyKey: randomUUID(),
        }),
      ),
    events: (name: string) =>
      transaction(bench.db, within, (tx) => listWorkflowEvents(tx, { name })),
    untold: async () =>
      (
        await bench.db
          .raw`select from workflow_events where relayed_at is null and source <> 'redis'`
      ).length,
  };
}

describe.skipIf(!hasRedis())('two installations', async () => {
  const redis = await testRedis();
  let here: Awaited<ReturnType<typeof installation>>;
  let there: Awaited<ReturnType<typeof installation>>;
  /** Another program that speaks on the channel. */
  const stranger = createClient({ url: redis.url });
  stranger.on('error', () => {});

  beforeAll(async () => {
    await redis.start();
    here = await installation(redis.url);
    there = await installation(redis.url);
    await there.join();
    await stranger.connect();
    // All three programs listen.
    while ((await stranger.pubSubNumSub(channel))[channel] !== 3) await sleep(20);
  });
  afterAll(async () => {
    stranger.destroy();
    await redis.stop();
  });
  const heard = (at: typeof here, name: string) =>
    expect.poll(() => at.events(name), { timeout: 20_000 });
  const say = (message: unknown) =>
    stranger.publish(channel, typeof message === 'string' ? message : JSON.stringify(message));
  /** What was said before has been read by all when this has been stored. */
  const settled = async () => {
    const name = `mark_${randomUUID().slice(0, 8)}`;
    await say({ v: 1, origin: 'stranger', id: name, name });
    for (const at of [here, there]) await heard(at, name).toHaveLength(1);
  };

  test('have an event once each, and it does not come back', async () => {
    await here.publish('crossed', { id: 7 });
    await heard(there, 'crossed').toMatchObject([
      {
        payload: { id: 7 },
        source: 'redis',
        depth: 1,
        publishedBy: expect.stringMatching(/^redis:/),
      },
    ]);
    await settled();
    expect([await here.events('crossed'), await there.events('crossed')]).toMatchObject([
      [{ source: 'external' }],
      [{ source: 'redis' }],
    ]);
    expect(await here.untold()).toBe(0);
  });

  test('hear of what another program says, once though it says it twice', async () => {
    const message = { v: 1, origin: 'shop', id: '1', name: 'order_paid', payload: { id: 1 } };
    for (const _ of [1, 2, 3]) await say(message);
    await say({ ...message, payload: { id: 2 } });
    await settled();
    for (const at of [here, there])
      expect(await at.events('order_paid')).toMatchObject([{ payload: { id: 1 }, depth: 0 }]);
  });

  test('refuse what is no event, and go on', async () => {
    const fine = { v: 1, origin: 'shop', id: 'bad', name: 'bad', payload: {} };
    const before = here.warned.length;
    const bad = [
      ...['', 'no json', '[]', '"text"', 'null', '{'.repeat(1000), 'x'.repeat(200_000)],
      ...[
        { ...fine, v: 2 },
        { ...fine, origin: '' },
        { ...fine, name: 7 },
        { ...fine, payload: [] },
      ],
      ...[
        { ...fine, depth: -1 },
        { ...fine, id: 'x'.repeat(201) },
        { ...fine, name: 'not a name' },
      ],
      { ...fine, payload: { a: '\0' } },
      { ...fine, payload: { a: 'x'.repeat(70_000) } },
      { ...fine, chain: 'c', depth: longestChain },
    ];
    for (const message of bad) await say(message);
    await settled();
    expect(here.warned.slice(before).map(([event]) => event)).toEqual(
      bad.map(() => 'redis.refused'),
    );
    expect(await here.events('bad')).toEqual([]);
  });

  test('lose nothing that is published while Redis is away', async () => {
    await redis.stop();
    for (const id of [1, 2, 3]) await here.publish('patient', { id });
    await expect.poll(() => here.warned.map(([event]) => event)).toContain('redis.away');
    expect(await here.untold()).toBe(3);
    await redis.start();
    await expect.poll(() => here.untold(), { timeout: 20_000 }).toBe(0);
    await here.publish('back', { id: 4 });
    await heard(there, 'back').toHaveLength(1);
  });
});
