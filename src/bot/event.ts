/** Events in conversation: which came, who waits for one, and one that is published. */
import { addDays, instantOf, today } from '../apps/zone.ts';
import { transaction } from '../db/client.ts';
import { listHandlers, listHearing } from '../db/event-handler.ts';
import { listOpenWaits } from '../db/event-wait.ts';
import type { Tx } from '../db/tx.ts';
import { listEventNames, listPlacedEvents, saidKey } from '../db/workflow-event.ts';
import { checkName } from '../engine/event/payload.ts';
import { publishEvent } from '../engine/event/publish.ts';
import { placeOf } from '../engine/memory/memory.ts';
import {
  type EventIntent,
  readEventIntent,
  type Since,
} from '../engine/model/offline/event-intent.ts';
import { nearest } from '../engine/workflow/suggest.ts';
import { invalid } from '../errors.ts';
import { text } from './answer.ts';
import { reply } from './deliver.ts';
import { eventsCard, type Reader, waitsCard } from './event-card.ts';
import { say, settle, type Turn } from './turn.ts';
import { clip } from './words.ts';

/** Of a list; the card says when there are more. */
const mostListed = 50;

/** @returns whether the message was about events */
export async function tellEvents(turn: Turn): Promise<boolean> {
  const intent = readEventIntent(turn.message.text);
  if (!intent) return false;
  if (intent.kind === 'publish') {
    await publish(turn, intent);
    return true;
  }
  if (!intent.isSure && !(await isKnown(turn, intent.name))) return false;
  if (intent.kind === 'waits') await tellWaits(turn, intent);
  else await list(turn, intent);
  return true;
}

const readerOf = ({ message, context: { timezone, locale } }: Turn): Reader => ({
  ...{ place: placeOf(message), timezone, locale },
});
const inside = <T>(turn: Turn, work: (tx: Tx) => Promise<T>) =>
  transaction(turn.bot.engine.db, turn.actor, work);

async function list(
  turn: Turn,
  { name, since }: Extract<EventIntent, { kind: 'list' }>,
): Promise<void> {
  const bounds = since ? boundsOf(since, turn) : {};
  const named = name === undefined ? {} : { name };
  const { events, near } = await inside(turn, async (tx) => {
    const found = await listPlacedEvents(tx, { ...named, ...bounds, limit: mostListed });
    return { events: found, near: found.length === 0 ? await nearTo(tx, name) : undefined };
  });
  const card = eventsCard(events, { ...named, when: since ? wordsOf(since) : '' }, readerOf(turn));
  await say(turn, near ? text(`${card.text} Did you mean “${near}”?`) : card);
}

const isKnown = (turn: Turn, name: string | undefined) =>
  inside(turn, async (tx) => name !== undefined && (await knownNames(tx)).has(name));

/** All that was published, and that somebody waits for. */
const knownNames = async (tx: Tx): Promise<Set<string>> =>
  new Set([...(await listEventNames(tx)), ...(await awaitedNames(tx))]);

async function awaitedNames(tx: Tx): Promise<string[]> {
  const waits = (await listOpenWaits(tx)).map((wait) => wait.name);
  return [...waits, ...(await listHearing(tx)).map(({ event }) => event)];
}

/** Another name that is known and written almost so. */
async function nearTo(tx: Tx, name: string | undefined): Promise<string | undefined> {
  if (name === undefined) return undefined;
  const known = await knownNames(tx);
  known.delete(name);
  return nearest(name, known);
}

/** Days begin at midnight where the person is. */
function boundsOf(since: Since, { bot, context }: Turn): { since: Date; until?: Date } {
  const now = bot.engine.now();
  if ('hours' in since) return { since: new Date(now.getTime() - since.hours * 3_600_000) };
  const midnight = (back: number) =>
    instantOf(`${addDays(today(now, context), -back)}T00:00:00`, context);
  return {
    since: midnight(since.days),
    ...(since.until === undefined ? {} : { until: midnight(since.until) }),
  };
}

function wordsOf(since: Since): string {
  if ('hours' in since)
    return since.hours === 1 ? 'in the last hour' : `in the last ${since.hours} hours`;
  if (since.until !== undefined) return 'yesterday';
  return since.days === 0 ? 'today' : `in the last ${since.days + 1} days`;
}

async function tellWaits(
  turn: Turn,
  { name }: Extract<EventIntent, { kind: 'waits' }>,
): Promise<void> {
  const { found, near } = await inside(turn, async (tx) => {
    const waits = await listOpenWaits(tx, name);
    const handlers = await listHearing(tx, name);
    const isNobody = waits.length === 0 && handlers.length === 0;
    return { found: { waits, handlers }, near: isNobody ? await nearTo(tx, name) : undefined };
  });
  const card = waitsCard(found, name, readerOf(turn));
  await say(turn, near ? text(`${card.text} Did you mean “${near}”?`) : card);
}

/** Said twice is published twice; a message that is read twice is one event. */
async function publish(
  turn: Turn,
  { name: said, payload, unread }: Extract<EventIntent, { kind: 'publish' }>,
): Promise<void> {
  if (unread !== '')
    throw invalid(
      `I do not understand “${clip(unread, 100)}”, so nothing was published. Write “publish event ${clip(said, 60)} with id = 7, note = "…"”.`,
    );
  const name = checkName(said);
  const { workspaceId, id: publishedBy } = turn.actor;
  await settle(turn, async (tx) => {
    const idempotencyKey = `${saidKey}${turn.message.id}`;
    await publishEvent(tx, {
      ...{ workspaceId, name, payload, source: 'external', publishedBy, idempotencyKey },
    });
    const waits = (await listOpenWaits(tx, name)).length;
    const handlers = (await listHandlers(tx, [name])).length;
    const near = waits + handlers === 0 ? nearest(name, await awaitedNames(tx)) : undefined;
    const who =
      waits + handlers === 0
        ? `Nobody waits for it now.${near ? ` Did you mean “${near}”?` : ''}`
        : `${[count(waits, 'step waits for it', 'steps wait for it'), count(handlers, 'workflow acts on it', 'workflows act on it')].filter(Boolean).join(', ')}, where it fits.`;
    await reply(
      tx,
      turn.message,
      `reply:${turn.message.id}`,
      text(`“${name}” is published. ${who}`),
    );
  });
}

const count = (number: number, one: string, many: string) =>
  number === 0 ? '' : `${number} ${number === 1 ? one : many}`;
