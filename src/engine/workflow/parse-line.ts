/** Lines: one statement each, with the comments and the empty lines between them. */
import type { Count, Statement } from './ast.ts';
import { closerAt, endsHere } from './closer.ts';
import { type Cursor, commentOf, describe } from './cursor.ts';
import { clauseWords, type StatementWord, statementWords } from './keyword.ts';
import { readCount } from './parse-name.ts';

/** Reads what `read` reads, line by line, up to what ends the block in hand. */
export function readItems<T extends { gap: boolean }>(
  cursor: Cursor,
  read: (gap: boolean) => T | undefined,
): (T | Statement)[] {
  const items: (T | Statement)[] = cursor.takeComments();
  for (;;) {
    if (cursor.isLeaving) {
      if (cursor.open.length > 2) return items;
      cursor.isLeaving = false;
    }
    while (cursor.token.kind === 'newline') cursor.next();
    const { token, gap } = cursor;
    if (token.kind === 'end') return items;
    if (token.kind === 'comment') {
      items.push(commentOf(cursor.next(), gap));
      continue;
    }
    const closer = closerAt(cursor);
    if (closer && endsHere(cursor, closer)) return items;
    if (closer) continue;
    const from = cursor.mark();
    const known = cursor.problems.list.length;
    const item = read(gap);
    if (!item && known < cursor.problems.list.length) cursor.problems.unread.add(items);
    endLine(cursor, known === cursor.problems.list.length);
    if (cursor.mark() === from) cursor.next();
    const comments = cursor.takeComments();
    const [first] = comments;
    if (first && item) [first.gap, item.gap] = [item.gap, false];
    items.push(...comments);
    if (item) items.push(item);
  }
}

/**
 * A statement ends with its line, or before what ends its block.
 * @param isSound whether nothing is known to be wrong with it: one problem of a line explains its others
 */
function endLine(cursor: Cursor, isSound: boolean): void {
  if (cursor.token.kind === 'comment') cursor.comments.push(commentOf(cursor.next()));
  if (cursor.atLineEnd() || closerAt(cursor)) return;
  const { start } = cursor.token;
  const what = describe(cursor.token);
  cursor.skipLine();
  if (!isSound) return;
  const hint = 'Each statement has a line of its own.';
  cursor.problems.add('WF203', { start, end: cursor.end }, `${what} is left over here.`, hint);
}

/** `STEP n:` in front of a statement; what it does may begin on the next line. */
export function readStepNumber(cursor: Cursor): Count | undefined {
  if (cursor.is('=', 1)) return undefined;
  if (wordAt(cursor) !== 'STEP') return undefined;
  cursor.next();
  let number: Count | undefined;
  if (cursor.token.kind === 'number') number = readCount(cursor, 'The number of the step');
  else {
    cursor.miss('The number of the step', 'Write STEP 1: …');
    if (cursor.is(':', 1)) cursor.next();
  }
  cursor.expect(':', 'Write STEP 1: …');
  if (!cursor.atLineEnd()) return number;
  const from = cursor.mark();
  const comments = cursor.comments.length;
  cursor.skipLineEnds();
  if (cursor.token.kind === 'word' && !cursor.is('STEP') && !closerAt(cursor)) return number;
  cursor.backTo(from);
  cursor.comments.length = comments;
  return cursor.fail('What the step does', 'Write STEP 1: BOT "agent" "instruction".');
}

const words = Object.keys(statementWords) as StatementWord[];

/** The keyword that stands here, or is meant here; says so when it is another word. */
export function wordAt(cursor: Cursor): StatementWord {
  const { token } = cursor;
  if (isStatementWord(token.key)) return token.key;
  const clause = clauseWords.find((word) => word === token.key);
  if (clause) {
    const hint = 'Write it directly behind the statement that it belongs to.';
    return cursor.refuse('WF207', token, `${clause} does not belong to the line before.`, hint);
  }
  if (token.kind !== 'word') return cursor.fail('A statement', `Lines begin with ${list}.`);
  const meant = cursor.problems.suggest('keyword', token.text, () => words);
  const hint = meant ? `Did you mean ${meant}?` : `Lines begin with ${list}.`;
  const message = `${describe(token)} is no keyword.`;
  if (!meant) return cursor.refuse('WF201', token, message, hint);
  cursor.problems.add('WF201', token, message, hint);
  return meant;
}

const isStatementWord = (key: string): key is StatementWord => Object.hasOwn(statementWords, key);
const list = words.join(', ');
