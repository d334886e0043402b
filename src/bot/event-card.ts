/** Events and who waits for them, as cards. What was published in another private conversation keeps its payload there. Pure. */
import type { EventHandler } from '../db/event-handler.ts';
import type { OpenWait } from '../db/event-wait.ts';
import type { PlacedEvent } from '../db/workflow-event.ts';
import { placeOf } from '../engine/memory/memory.ts';
import { text } from './answer.ts';
import type { CardDraft } from './card.ts';
import { listCard } from './list-card.ts';
import { clip } from './words.ts';

/** More than anybody reads on one card. */
const mostLines = 40;

export type Reader = { place: string; timezone: string; locale: string };

/** @param when "today" as it was asked, for the title */
export function eventsCard(
  events: PlacedEvent[],
  { name, when }: { name?: string; when: string },
  reader: Reader,
): CardDraft {
  const what = name === undefined ? 'events' : `“${name}”`;
  if (events.length === 0)
    return text(
      name === undefined
        ? `No events have come${when === '' ? ' yet. Workflows publish them with PUBLISH EVENT "name", programs by POST /api/events, and you with “publish event order_paid with id = 7”' : ` ${when}`}.`
        : `No event ${what} has come${when === '' ? ' yet' : ` ${when}`}.`,
    );
  const clock = new Intl.DateTimeFormat(reader.locale, {
    ...{ dateStyle: 'medium', timeStyle: 'short', timeZone: reader.timezone },
  });
  const title = name === undefined ? 'Events' : `Events ${what}`;
  const lines = events.slice(0, mostLines).map((event) => {
    const isSeen = isSeenAt(event.from, reader.place);
    const payload = isSeen ? clip(JSON.stringify(event.payload), 200) : 'from another conversation';
    const taken =
      event.processedAt === null
        ? 'not delivered yet'
        : event.taken === 0
          ? 'nobody took it'
          : `taken by ${event.taken}`;
    const by = isSeen ? `, published by ${event.publishedBy}` : '';
    return `${event.name} ${payload}: ${clock.format(event.createdAt)}${by}, ${taken}`;
  });
  const more =
    events.length > mostLines ? { note: 'There are more: ask for one by its name.' } : {};
  return { ...listCard(when === '' ? title : `${title} ${when}`, lines), ...more };
}

type Hearing = Pick<EventHandler, 'event'> & { workflow: string };

export function waitsCard(
  { waits, handlers }: { waits: OpenWait[]; handlers: Hearing[] },
  name: string | undefined,
  reader: Reader,
): CardDraft {
  if (waits.length === 0 && handlers.length === 0)
    return text(
      name === undefined
        ? 'Nobody waits for an event now. Workflows wait with WAIT FOR EVENT "name", and act whenever one comes with ON EVENT "name" DO.'
        : `Nobody waits for “${name}” now.`,
    );
  const clock = new Intl.DateTimeFormat(reader.locale, {
    ...{ dateStyle: 'medium', timeStyle: 'short', timeZone: reader.timezone },
  });
  const of = (event: string) => (name === undefined ? ` for ${event}` : '');
  const lines = [
    ...waits.map(({ name: event, task, filter, createdAt, dueAt }) => {
      const isSeen = isSeenAt(task, reader.place);
      const where = isSeen && filter ? ` where ${clip(filter.where, 120)}` : '';
      const until = dueAt === null ? '' : `, until ${clock.format(dueAt)}`;
      const who = isSeen ? `The task ${task.title}` : 'A task of another conversation';
      return `${who} waits${of(event)}${where} since ${clock.format(createdAt)}${until}`;
    }),
    ...handlers.map(
      ({ event, workflow }) =>
        `The workflow ${workflow} acts whenever ${name === undefined ? event : 'it'} comes`,
    ),
  ];
  const shown = lines.slice(0, mostLines);
  const more =
    lines.length > shown.length ? { note: `and ${lines.length - shown.length} more` } : {};
  return {
    ...listCard(name === undefined ? 'Who waits for events' : `Who waits for “${name}”`, shown),
    ...more,
  };
}

/** What programs publish is the workspace's. */
const isSeenAt = (from: { channel: string; conversation: string } | null, place: string) =>
  from === null || ['', place].includes(placeOf(from));
