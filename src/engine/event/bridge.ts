/**
 * Events of one workspace to and from other programs, by way of Redis. What is published here is told from the
 * table, so it waits there while Redis is away; what is heard is stored once, whichever of our programs hears it.
 * Redis itself keeps nothing: whoever does not listen when a message comes never hears of it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { systemTransaction, transaction } from '../../db/client.ts';
import { lockUnrelayed, markRelayed, openBridge } from '../../db/event-bridge.ts';
import { FactotumError } from '../../errors.ts';
import type { Engine } from '../context.ts';
import { isTransient } from '../retry.ts';
import type { SignalHub } from '../signal.ts';
import { type EventMessage, parseMessage, printMessage } from './message.ts';
import { publishEvent } from './publish.ts';
import { openRedis, type Redis } from './redis.ts';

type Settings = { url: string; channel: string; workspaceId: string };

const together = 50;
/** How often, in milliseconds, it is looked for what was not told. */
const lookMs = 5000;
/** So many messages wait in memory to be stored; more are left out. */
const mostWaiting = 10_000;

/** Begins to listen and to tell; @returns the way to stop */
export async function startBridge(
  engine: Engine,
  hub: SignalHub,
  { url, channel, workspaceId }: Settings,
): Promise<() => Promise<void>> {
  const { db, log } = engine;
  const { origin, since } = await systemTransaction(db, (tx) => openBridge(tx, workspaceId));
  const stopping = new AbortController();

  const tellSome = (redis: Redis): Promise<number> =>
    systemTransaction(db, async (tx) => {
      const events = await lockUnrelayed(tx, { workspaceId, since }, together);
      const told: string[] = [];
      try {
        for (const event of events) {
          await redis.publish(printMessage(origin, event));
          told.push(event.id);
        }
      } catch (error) {
        // What was told before it went away is not told again.
        if (told.length === 0) throw error;
      }
      await markRelayed(tx, told);
      return told.length;
    });
  let telling: Promise<void> | undefined;
  let isMore = false;
  const tell = (): void => {
    isMore = true;
    telling ??= (async () => {
      while (isMore && !stopping.signal.aborted) {
        isMore = false;
        if ((await tellSome(redis)) === together) isMore = true;
      }
    })()
      .catch((error) => {
        // That it is away has been said; looked for again when it is back, or soon.
        if (!(error instanceof FactotumError && error.code === 'UPSTREAM'))
          log.error('redis.tell', error);
      })
      .finally(() => {
        telling = undefined;
        if (isMore && !stopping.signal.aborted) setTimeout(tell, 1000).unref();
      });
  };

  const store = async (message: EventMessage): Promise<void> => {
    const { origin: from, id, name, payload, chain, depth } = message;
    await transaction(db, { workspaceId }, (tx) =>
      publishEvent(tx, {
        ...{ workspaceId, name, payload, source: 'redis', publishedBy: `redis:${from}` },
        idempotencyKey: `redis:${from}:${id}`,
        cause: chain === undefined ? undefined : { id, chainId: chain, depth },
      }),
    );
  };
  let waiting = 0;
  let storing = Promise.resolve();
  const hear = (text: string): void => {
    const message = parseMessage(text);
    if ('problem' in message) log.warn('redis.refused', { problem: message.problem });
    else if (message.origin === origin) return;
    else if (waiting >= mostWaiting) log.warn('redis.full', { id: message.id });
    else {
      waiting += 1;
      storing = storing
        .then(() => keepTrying(() => store(message)))
        .finally(() => {
          waiting -= 1;
        });
    }
  };
  /** Until the database takes it, or it is found that it cannot be taken. */
  const keepTrying = async (work: () => Promise<void>): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        return await work();
      } catch (error) {
        const isAway = error instanceof FactotumError && error.code === 'NOT_READY';
        if (!isAway && !isTransient(error))
          return log.warn('redis.refused', { problem: String(error) });
        await sleep(1000, undefined, { signal: stopping.signal }).catch(() => {});
      }
    }
  };

  const redis = openRedis(url, channel, {
    heard: hear,
    ready: () => {
      log.info('redis.ready', { channel });
      tell();
    },
    away: (error) => log.warn('redis.away', { why: error.message }),
  });
  const unsubscribe = hub.subscribe((signal) => {
    if (signal.kind === 'event' && signal.workspaceId === workspaceId) tell();
  }, tell);
  const timer = setInterval(tell, lookMs);
  return async () => {
    stopping.abort();
    clearInterval(timer);
    unsubscribe();
    await telling;
    redis.close();
    await storing;
  };
}
