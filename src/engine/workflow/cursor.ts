/** The parser's place in the tokens, and what it has open. */
import type { Statement } from './ast.ts';
import type { BlockWord } from './keyword.ts';
import type { Token } from './lexer.ts';
import type { ProblemCode, Problems } from './problem.ts';
import type { Span } from './source.ts';

/** Thrown, after its problem was added, where the rest of a line makes no sense. */
const unreadable = new Error('The line is not understood.');

export type Block = Span & { word: BlockWord | 'FILE' };

export class Cursor {
  readonly problems: Problems;
  /** The innermost last. */
  readonly open: Block[] = [];
  /** Blocks that were closed by the end of one around them: their own END comes too late, and is no second problem. */
  readonly late: (BlockWord | 'FILE' | undefined)[] = [];
  /** Comments inside of a statement. They go before it, or into the block that it begins. */
  comments: Statement[] = [];
  private readonly tokens: Token[];
  private at = 0;
  /** Where something was said to be missing last. */
  private missedAt = -1;

  constructor(problems: Problems, tokens: Token[]) {
    this.problems = problems;
    this.tokens = tokens;
  }

  /** The last token stands for everything behind it. */
  peek(ahead = 0): Token {
    const token = this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)];
    if (!token) throw new Error('Tokens end with one of kind "end".');
    return token;
  }

  get token(): Token {
    return this.peek();
  }

  /** Where the last token that was taken ends. */
  get end(): number {
    return this.tokens[this.at - 1]?.end ?? 0;
  }

  next(): Token {
    const token = this.peek();
    if (this.at < this.tokens.length - 1) this.at += 1;
    return token;
  }

  /** Whether an empty line stands before this place. */
  get gap(): boolean {
    const { at, tokens } = this;
    return tokens[at - 1]?.kind === 'newline' && tokens[at - 2]?.kind === 'newline';
  }

  /** Set while blocks that are too deep are left, up to the workflow around them. */
  isLeaving = false;
  wasTooDeep = false;

  mark(): number {
    return this.at;
  }
  backTo(mark: number): void {
    this.at = mark;
  }

  is(key: string, ahead = 0): boolean {
    return this.peek(ahead).key === key;
  }
  take(key: string): boolean {
    if (!this.is(key)) return false;
    this.next();
    return true;
  }
  /** @param words "ON TIMEOUT": taken together or not at all */
  takeAll(words: string): boolean {
    const keys = words.split(' ');
    if (!keys.every((key, ahead) => this.is(key, ahead))) return false;
    for (const _ of keys) this.next();
    return true;
  }

  /** Takes what has to stand here, or says that it is missing and goes on as if it stood there. */
  expect(key: string, hint?: string): void {
    if (!this.take(key)) this.miss(key, hint);
  }
  miss(what: string, hint?: string): void {
    // Where one thing is missing, what would have come after it is missing, too.
    if (this.isLeaving || this.missedAt === this.at) return;
    this.missedAt = this.at;
    const named = /^\w/.test(what) ? what : `“${what}”`;
    const message = `${named} is expected, found ${describe(this.token)}.`;
    this.problems.add('WF202', this.token, message, hint);
  }
  /** For what nothing can stand in for. */
  fail(what: string, hint?: string): never {
    this.miss(what, hint);
    throw unreadable;
  }
  refuse(code: ProblemCode, span: Span, message: string, hint?: string): never {
    this.problems.add(code, span, message, hint);
    throw unreadable;
  }

  /** What `read` gives; what stands in for it when the line is not understood any further. */
  attempt<T>(read: () => T, otherwise: T): T {
    try {
      return read();
    } catch (error) {
      if (error !== unreadable) throw error;
      this.skipLine();
      return otherwise;
    }
  }

  atLineEnd(ahead = 0): boolean {
    const { kind } = this.peek(ahead);
    return kind === 'newline' || kind === 'end' || kind === 'comment';
  }

  /** Passes over ends of lines and keeps the comments between them. */
  skipLineEnds(): void {
    while (this.token.kind === 'newline' || this.token.kind === 'comment') {
      if (this.token.kind === 'comment') this.comments.push(commentOf(this.token));
      this.next();
    }
  }

  /** Stops before an END, which closes a block whatever stands before it. */
  skipLine(): void {
    while (!this.atLineEnd() && !(this.is('END') && this.peek(1).kind === 'word')) this.next();
  }

  /** The comments met since the last call. */
  takeComments(): Statement[] {
    if (this.comments.length === 0) return [];
    const met = this.comments;
    this.comments = [];
    return met;
  }
}

export function commentOf({ text, start, end }: Token, gap = false): Statement {
  // Quotes and REM are not part of the token's text when the lexer has passed them.
  return { kind: 'comment', text: text.trim(), number: undefined, gap, start, end };
}

export function describe(token: Token): string {
  if (token.kind === 'newline' || token.kind === 'comment') return 'the end of the line';
  if (token.kind === 'end') return 'the end of the text';
  const words = token.text.length > 30 ? `${token.text.slice(0, 29)}…` : token.text;
  return token.kind === 'text' ? `the text "${words}"` : `“${words}”`;
}
