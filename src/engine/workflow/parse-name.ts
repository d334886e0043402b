/** Names, numbers and lists: what statements and expressions are made of. */
import type { Count, Duration, Name } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { reservedWords, secondsOf, type Unit, units } from './keyword.ts';

/** "support-bot-2". Without quotes it is understood all the same, and said. */
export function readQuoted(cursor: Cursor, what: string): Name {
  const { kind, text, start, end } = cursor.token;
  if (kind === 'text') {
    cursor.next();
    return { text: text.replaceAll('""', '"'), start, end };
  }
  if (kind !== 'word') cursor.fail(what, 'Write it in "quotes".');
  cursor.miss(`${what} in quotes`, `Write "${text}".`);
  cursor.next();
  return { text, start, end };
}

export function readQuotedList(cursor: Cursor, what: string): Name[] {
  const names: Name[] = [];
  do {
    if (names.length > 0) cursor.skipLineEnds();
    names.push(readQuoted(cursor, what));
  } while (cursor.take(','));
  return names;
}

/** Of a variable. */
export function readVariable(cursor: Cursor): Name {
  const { kind, text, key, start, end } = cursor.token;
  if (kind !== 'word') cursor.fail('The name of a variable');
  if (reservedWords.has(key))
    cursor.fail('The name of a variable', `${key} has a meaning of its own: take another name.`);
  cursor.next();
  return { text, start, end };
}

/** Behind WITH and in records, where odd names can be quoted. */
export function readFieldName(cursor: Cursor): Name {
  const { kind, text, start, end } = cursor.token;
  if (kind !== 'word' && kind !== 'text') cursor.fail('A name', 'Write name = value.');
  const plain = kind === 'text' ? text.replaceAll('""', '"') : text;
  cursor.next();
  return { text: plain, start, end };
}

export function readCount(cursor: Cursor, what: string): Count {
  const { kind, text, start, end } = cursor.token;
  if (kind !== 'number') cursor.fail(what);
  cursor.next();
  return { value: Number(text), raw: text, start, end };
}

/** Seconds, where no unit stands behind the number. */
export function readDuration(cursor: Cursor): Duration {
  const amount = readCount(cursor, 'A number');
  const unit = takeUnit(cursor) ?? 'SECONDS';
  return { amount, unit, start: amount.start, end: cursor.end };
}

/** SECOND and SECONDS are the same. */
export function takeUnit(cursor: Cursor): Unit | undefined {
  const { key } = cursor.token;
  const unit = units.find((each) => key === each || key === each.slice(0, -1));
  if (unit) cursor.next();
  return unit;
}

export const durationSeconds = ({ amount, unit }: Duration): number =>
  amount.value * secondsOf[unit];

/** Parts between commas up to a closing mark. Lines may end between them. */
export function readSeveral<T>(cursor: Cursor, close: string, read: () => T): T[] {
  const found: T[] = [];
  cursor.skipLineEnds();
  while (!cursor.take(close)) {
    // The block goes on where only the closing mark was forgotten.
    if (cursor.is('END')) cursor.fail(close);
    found.push(read());
    cursor.skipLineEnds();
    if (cursor.take(',')) cursor.skipLineEnds();
    else if (!cursor.is(close)) cursor.fail(`“,” or “${close}”`);
  }
  return found;
}
