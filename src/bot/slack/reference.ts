/** Where a card stands, as text: `<channel>:<ts>`, and behind that what did not fit into the message. */
import type { Place } from '../bot.ts';

/** A place in Slack where a message can be posted. */
export type Spot = { channel: string; thread: string | undefined };
/** What did not fit: a message in the thread, or a file, and which text it shows. */
export type Rest = { ts: string; digest: string };
/** `ts` is empty where the card could be shown nowhere. */
export type Reference = { channel: string; ts: string; rest?: Rest };

/** A conversation is `<channel>:<thread ts>`, or a channel alone: a direct message to one person. */
export function spotOf({ conversation }: Pick<Place, 'conversation'>): Spot {
  const [channel = '', thread] = conversation.split(':');
  return { channel, thread: thread || undefined };
}

export function printReference({ channel, ts, rest }: Reference): string {
  return [channel, ts, ...(rest ? [rest.ts, rest.digest] : [])].join(':');
}

export function parseReference(text: string): Reference {
  const [channel = '', ts = '', rest, digest] = text.split(':');
  return { channel, ts, ...(rest && digest ? { rest: { ts: rest, digest } } : {}) };
}
