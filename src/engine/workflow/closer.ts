/** How blocks end, and what is said when they do not. */
import type { Block, Cursor } from './cursor.ts';
import { type BlockWord, blockWords } from './keyword.ts';
import type { Token } from './lexer.ts';
import { positionOf, type Span } from './source.ts';

/** A word that ends what stands before it: END …, ELSE, BRANCH, NEXT, or another workflow. */
export type Closer = Span & {
  /** The kind of block that it belongs to; undefined for an END of nothing that is known. */
  owner: BlockWord | 'FILE' | undefined;
  isEnd: boolean;
  /** Whether it is written as it should be. */
  isExact: boolean;
  typed: string;
  words: number;
};

const closing = new Set(['ELSE', 'ELSEIF', 'BRANCH', 'ORCHESTRATE', 'ENDIF', 'NEXT', 'END']);

/** What closes a block at this place, if anything does. */
export function closerAt(cursor: Cursor): Closer | undefined {
  const first = cursor.token;
  // Asked at every line: what is none has to be seen at once.
  if (!closing.has(first.key) || cursor.is('=', 1)) return undefined;
  const made = (owner: Closer['owner'], about: Partial<Closer> = {}): Closer => ({
    owner,
    isEnd: false,
    isExact: true,
    typed: first.key,
    words: 1,
    start: first.start,
    end: first.end,
    ...about,
  });
  switch (first.key) {
    case 'ELSE':
    case 'ELSEIF':
      return made('IF');
    case 'BRANCH':
      return made('PARALLEL');
    case 'ORCHESTRATE':
      return made('FILE');
    case 'ENDIF':
      return made('IF', { isEnd: true });
    case 'NEXT':
      return made('FOR', { isEnd: true, words: cursor.peek(1).kind === 'word' ? 2 : 1 });
    case 'END':
      if (cursor.is('BRANCH', 1)) return made('PARALLEL', { typed: 'END BRANCH', words: 2 });
      return made(undefined, endAt(cursor, cursor.peek(1)));
    default:
      return undefined;
  }
}

function endAt(cursor: Cursor, second: Token): Partial<Closer> {
  if (second.kind !== 'word') return { isEnd: true, isExact: false, typed: 'END' };
  const owner = blockWords.find((word) => word === second.key);
  const typed = `END ${second.text.slice(0, 30)}`;
  return {
    owner: owner ?? cursor.problems.suggest('block', second.text, () => blockWords),
    ...{ isEnd: true, isExact: owner !== undefined, typed, words: 2, end: second.end },
  };
}

/** Deeper than anybody reads, and than a plan can be. */
const deepest = 20;

export function openBlock(cursor: Cursor, word: Block['word'], { start, end }: Span): Block {
  const block = { word, start, end };
  if (cursor.open.length > deepest + 1) {
    const message = `Blocks are nested more than ${deepest} deep.`;
    const hint = 'If no END is missing, move a part to a workflow of its own: RUN WORKFLOW.';
    if (!cursor.wasTooDeep) cursor.problems.add('WF208', block, message, hint);
    cursor.wasTooDeep = true;
    cursor.isLeaving = true;
  }
  cursor.open.push(block);
  return block;
}

const isOpen = (cursor: Cursor, owner: Closer['owner']) =>
  cursor.open.some((block) => block.word === owner);

/**
 * Whether the block in hand ends here. What belongs to no open block is reported and passed over, so that
 * the block goes on.
 */
export function endsHere(cursor: Cursor, closer: Closer): boolean {
  const inner = cursor.open.at(-1)?.word;
  if (closer.owner === inner || isOpen(cursor, closer.owner)) return true;
  const late = cursor.late.indexOf(closer.owner);
  // An END of something else stands where this block should end: it is taken for its own.
  if (closer.isEnd && late < 0 && inner !== 'WORKFLOW' && inner !== 'FILE') return true;
  takeCloser(cursor, closer);
  if (closer.isEnd && late >= 0) cursor.late.splice(late, 1);
  else if (closer.isEnd) {
    const hint =
      inner === 'WORKFLOW' && !closer.owner ? 'Did you mean END WORKFLOW?' : 'Remove it.';
    cursor.problems.add('WF205', closer, `${closer.typed} closes nothing that is open.`, hint);
  } else if (late < 0) {
    const hint = `It belongs directly to a block of ${closer.owner}.`;
    cursor.problems.add('WF206', closer, `${closer.typed} stands where it cannot.`, hint);
  }
  if (!closer.isEnd) {
    if (cursor.is(':', 1)) cursor.next();
    cursor.take(':');
  }
  return false;
}

/** Takes the END of a block, or says what is wrong with it. */
export function closeBlock(cursor: Cursor, block: Block): void {
  const closer = closerAt(cursor);
  cursor.open.pop();
  if (cursor.isLeaving) {
    cursor.late.push(block.word);
    return;
  }
  if (closer?.isEnd && (closer.owner === block.word || !isOpen(cursor, closer.owner))) {
    takeCloser(cursor, closer);
    if (closer.owner === block.word && closer.isExact) return;
    const what = `${closer.typed} does not close ${block.word}.`;
    cursor.problems.add('WF205', closer, what, `Did you mean END ${block.word}?`);
    return;
  }
  if (block.word !== 'FILE') cursor.late.push(block.word);
  const { line } = positionOf(cursor.problems.source, cursor.token.start);
  const found = closer ? `${closer.typed} in line ${line} comes first.` : 'The text ends before.';
  const hint = closer?.isEnd ? `Did you mean END ${block.word}?` : `END ${block.word} is missing.`;
  cursor.problems.add('WF204', block, `${block.word} is not closed. ${found}`, hint);
}

function takeCloser(cursor: Cursor, { words }: Closer): void {
  for (let word = 0; word < words; word += 1) cursor.next();
}
