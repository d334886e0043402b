/** What a message asks about events: which came, who waits for one, or to publish one. */
import type { EventPayload } from '../../../db/workflow-event.ts';
import type { Value } from '../../workflow/function.ts';
import { readInputs } from './workflow-input.ts';

/** Since when: a day by the calendar of whoever asks (0 is today), or so many hours back. */
export type Since = { days: number; until?: number } | { hours: number };

export type EventIntent =
  /** `isSure`: no other thing than an event can be meant. */
  | { kind: 'list'; name?: string; since?: Since; isSure: boolean }
  | { kind: 'waits'; name?: string; isSure: boolean }
  | { kind: 'publish'; name: string; payload: EventPayload; unread: string };

const polite = /^(?:please|can you|could you|would you|i want to|i would like to|let's|now)\s+/i;
const quoted = `["“']?([\\p{L}_][\\p{L}\\p{M}\\p{N}_.:-]{0,119}?)["”']?`;
const when =
  '(?: (today|yesterday|this week|this hour|in the last hour|(?:in|within|over|of|from|for)? ?(?:the )?(?:last|past) (?:\\d{1,3}) (?:hours?|days?)))?';
const ending = '[.!?\\s]*$';
const asking =
  '(?:show|list|see|view|give|tell)(?: me)?(?: all)?(?: of)?(?: the| my| our)?(?: last| latest| newest| recent)?';

const lists = [
  `^(?:${asking} )?events${when}${ending}`,
  `^(?:what|which)(?: kind of)? events (?:came|come|happened|arrived|were published|were there|have come|did we get|did i get|are there)(?: in)?${when}${ending}`,
  `^(?:were|are) there (?:any )?(?:new )?events${when}${ending}`,
].map((source) => new RegExp(source, 'iu'));
const listsOfOne = [
  `^${asking} (?:event|events) (?:called |named )?${quoted}${when}${ending}`,
  `^${asking} ${quoted} events${when}${ending}`,
  `^(?:did|has|have) (?:the |an? )?(?:event |events )?${quoted} (?:come|came|happen|happened|arrive|arrived|been published)(?: yet)?${when}${ending}`,
].map((source) => new RegExp(source, 'iu'));
const waits = [
  `^(?:who|what|which (?:tasks?|workflows?|steps?)) (?:waits?|is waiting|are waiting|listens?|is listening|hears?)(?: for| to)?(?: the| an| any)?(?: events?)?(?: ${quoted})?${ending}`,
  `^${asking} (?:waits|waiting (?:tasks|workflows|steps))(?: for(?: the)?(?: events?)?(?: ${quoted})?)?${ending}`,
  `^(?:does|is) (?:anybody|anyone|anything|somebody|someone) (?:wait|waiting)(?: for)?(?: the)?(?: events?)?(?: ${quoted})?${ending}`,
].map((source) => new RegExp(source, 'iu'));
const publishing = new RegExp(
  `^(?:publish|send|fire|emit|raise|trigger) (?:the |an )?event ${quoted}(?=$|[\\s,.!?{])(.*)$`,
  'isu',
);

/** Undefined for everything else. Of the whole message, as with all that is steered by phrases. */
export function readEventIntent(message: string): EventIntent | undefined {
  const plain = message.trim().replace(polite, '');
  const publish = plain.length <= 4_000 ? publishing.exec(plain) : null;
  if (publish?.[1] !== undefined) {
    const { payload, unread } = payloadOf(publish[2] ?? '');
    return { kind: 'publish', name: publish[1], payload, unread };
  }
  if (plain.length > 300 || plain.includes('\n')) return undefined;
  for (const pattern of lists) {
    const found = pattern.exec(plain);
    if (found) return { kind: 'list', ...sinceOf(found[1]), isSure: true };
  }
  for (const pattern of waits) {
    const found = pattern.exec(plain);
    if (found) return { kind: 'waits', ...named(found[1]), isSure: isSure(plain, found[1]) };
  }
  for (const pattern of listsOfOne) {
    const found = pattern.exec(plain);
    if (found)
      return {
        kind: 'list',
        ...named(found[1]),
        ...sinceOf(found[2]),
        isSure: isSure(plain, found[1]),
      };
  }
  return undefined;
}

/** "Who waits for Ana?" may be about her. */
const isSure = (plain: string, name = '') => /\bevents?\b/i.test(plain) || /[_.:]/.test(name);

/** "Who waits for events?" names none. */
const named = (name: string | undefined) =>
  name === undefined || /^(?:events?|anything|something|it|what)$/i.test(name) ? {} : { name };

function sinceOf(words: string | undefined): { since?: Since } {
  const plain = words?.toLowerCase() ?? '';
  if (plain === '') return {};
  if (plain === 'today') return { since: { days: 0 } };
  if (plain === 'yesterday') return { since: { days: 1, until: 0 } };
  if (plain === 'this week') return { since: { days: 6 } };
  const count = Number(/\d+/.exec(plain)?.[0] ?? 1);
  return { since: plain.includes('day') ? { days: count - 1 } : { hours: count } };
}

/** `{"id": 7}` as JSON, or "with id = 7 and total = 100"; `unread` is what was said besides. */
function payloadOf(words: string): { payload: EventPayload; unread: string } {
  const rest = words.trim().replace(/^(?:with|and|,)\s+/i, '');
  if (rest.startsWith('{')) {
    try {
      const parsed: unknown = JSON.parse(rest.replace(/[.!\s]+$/, ''));
      if (typeof parsed === 'object' && parsed !== null)
        return { payload: parsed as EventPayload, unread: '' };
    } catch {
      return { payload: {}, unread: rest };
    }
  }
  const names = [
    ...rest.matchAll(/(?<![\p{L}\d_"“])([\p{L}_][\p{L}\d_-]*)\s*(?:=|:=|:)(?!\/\/)/gu),
  ].map(([, name = '']) => name);
  const { values, rest: unread } = readInputs(rest, [...new Set(names)]);
  return { payload: values as Record<string, Value>, unread: unread.replace(/^[.!?\s]+$/, '') };
}
