/** What may be spent, and how that is said. Pure. Money is whole millionths of a dollar, so that nothing is rounded away. */
import type { Envelope } from '../../db/task.ts';
import { count } from '../tools/preview.ts';

export type { Envelope };

export const bounds = ['tokens', 'microdollars', 'minutes', 'messages'] as const;
export type Bound = (typeof bounds)[number];

export const nothing: Envelope = { tokens: 0, microdollars: 0, minutes: 0, messages: 0 };

const each = (of: (bound: Bound) => number): Envelope => ({
  tokens: of('tokens'),
  microdollars: of('microdollars'),
  minutes: of('minutes'),
  messages: of('messages'),
});

export const plus = (one: Envelope, other: Envelope): Envelope =>
  each((bound) => one[bound] + other[bound]);
/** Never below nothing. */
export const minus = (one: Envelope, other: Envelope): Envelope =>
  each((bound) => Math.max(0, one[bound] - other[bound]));
export const atMost = (one: Envelope, other: Envelope): Envelope =>
  each((bound) => Math.min(one[bound], other[bound]));
export const fitsIn = (one: Envelope, other: Envelope): boolean =>
  bounds.every((bound) => one[bound] <= other[bound]);

/** "$0.40"; what is less than a cent is said as exactly as it needs. */
export function moneyText(microdollars: number): string {
  const dollars = microdollars / 1_000_000;
  const digits = microdollars > 0 && microdollars < 10_000 ? 6 : 2;
  const text = dollars.toLocaleString('en-US', {
    minimumFractionDigits: 2,
    maximumFractionDigits: digits,
  });
  return `$${text}`;
}

/** "20,000 tokens". */
export function boundText(bound: Bound, amount: number): string {
  if (bound === 'microdollars') return moneyText(amount);
  if (bound === 'minutes') return `${amount.toLocaleString('en-US')} min`;
  const whole = amount.toLocaleString('en-US');
  return count(amount, bound === 'tokens' ? 'token' : 'message').replace(String(amount), whole);
}

/** "20,000 tokens · $0.40 · 30 min · 2 messages"; undefined where nothing is asked or sent. */
export function envelopeText(most: Envelope): string | undefined {
  if (most.tokens === 0 && most.messages === 0) return undefined;
  return bounds
    .filter((bound) => most[bound] > 0)
    .map((bound) => boundText(bound, most[bound]))
    .join(' · ');
}
