/** Text → tokens. Never fails: what is no token is a problem and passed over. */
import type { Problems } from './problem.ts';
import { hidden, type Span } from './source.ts';

export type Token = Span & {
  kind: 'word' | 'number' | 'text' | 'comment' | 'mark' | 'newline' | 'end';
  /** As written; of texts what is between the quotes. */
  text: string;
  /** Of ASCII words in capitals, of marks as written, else empty: what the parser compares. */
  key: string;
};

const mostLines = 20_000;
const mostCharacters = 2_000_000;
const mostDigits = 15;

const blank = /[^\S\r\n]|\ufeff/u;
const letter = /[\p{L}\p{M}\p{N}_]/u;
const marks = [
  ...['<=', '>=', '<>', '!=', '==', '?.'],
  ...['(', ')', '[', ']', '{', '}', ',', ':', '.', '=', '<', '>', '+', '-', '*', '/', '%', '&'],
];
/** The longer ones first. */
const byFirst = new Map<string, string[]>();
for (const mark of marks)
  byFirst.set(mark.charAt(0), [...(byFirst.get(mark.charAt(0)) ?? []), mark]);
/** Programs for writing turn straight quotes into these. */
const opening = '"“”„';
const closing = '"”“';
const apostrophes = "'‘’";

/** The tokens of a file, without those of a text that is too long to be one. */
export function lexFile(problems: Problems): Token[] {
  const { text, lineStarts } = problems.source;
  const lines = lineStarts.length;
  if (lines > mostLines || text.length > mostCharacters) {
    const most = `A workflow file may have ${mostLines.toLocaleString('en')} lines and ${mostCharacters.toLocaleString('en')} characters.`;
    const message = `The text has ${lines.toLocaleString('en')} lines and ${text.length.toLocaleString('en')} characters. ${most}`;
    problems.add('WF105', { start: 0, end: 0 }, message, 'Divide it, and use RUN WORKFLOW.');
    return [{ kind: 'end', text: '', key: '', start: text.length, end: text.length }];
  }
  if (hidden.test(text)) {
    for (const { index, 0: found } of text.matchAll(new RegExp(`(?:${hidden.source})+`, 'gu'))) {
      const message = 'A hidden character stands here: it shows nothing, or changes what shows.';
      problems.add('WF103', { start: index, end: index + found.length }, message, 'Remove it.');
    }
  }
  return lex(problems, { start: 0, end: text.length });
}

/** The tokens of a part of the text, ended by one of kind `end`. */
export function lex(problems: Problems, { start, end }: Span): Token[] {
  const { text } = problems.source;
  const tokens: Token[] = [];
  let at = start;
  const add = (kind: Token['kind'], to: number, words: string, key: string) => {
    tokens.push({ kind, text: words, key, start: at, end: to });
    at = to;
  };
  const keys = new Map<string, string>();
  const beginsLine = () => (tokens.at(-1)?.kind ?? 'newline') === 'newline';
  while (at < end) {
    const char = text.charAt(at);
    if (char === ' ' || char === '\t') at += 1;
    else if (char === '\n' || char === '\r') {
      add('newline', at + (text.startsWith('\r\n', at) ? 2 : 1), '', '');
    } else if (isWordStart(char)) {
      const to = endOf(text, at, end);
      const word = text.slice(at, to);
      let key = keys.get(word);
      if (key === undefined) {
        key = /^[A-Za-z_]\w*$/.test(word) ? word.toUpperCase() : '';
        keys.set(word, key);
      }
      if (key === 'REM' && beginsLine()) {
        addComment(to);
      } else if (word === '_' && /^[^\S\r\n]*(?:\r\n|\r|\n)/.test(text.slice(to, to + 200))) {
        // An underscore at its end joins a line with the next, as in every BASIC.
        at = lineEnd(text, to, end);
        at += text.startsWith('\r\n', at) ? 2 : 1;
      } else add('word', to, word, key);
    } else if (char >= '0' && char <= '9') {
      const [raw = ''] = /^\d+(?:\.\d+)?/.exec(text.slice(at, Math.min(end, at + 400))) ?? [];
      const span = { start: at, end: at + raw.length };
      if (raw.replace('.', '').length > mostDigits)
        problems.add('WF104', span, `A number has at most ${mostDigits} digits.`);
      add('number', span.end, raw, '');
    } else if (apostrophes.includes(char)) {
      addComment(at + 1);
    } else if (opening.includes(char)) addText();
    else {
      const mark = byFirst.get(char)?.find((each) => text.startsWith(each, at));
      if (mark) add('mark', at + mark.length, mark, mark);
      else passOver();
    }
  }
  tokens.push({ kind: 'end', text: '', key: '', start: end, end });
  return tokens;

  function addComment(from: number): void {
    const to = lineEnd(text, from, end);
    add('comment', to, text.slice(from, to), '');
  }

  /** Two quotes inside of a text are one that is meant. */
  function addText(): void {
    const from = at + 1;
    const stop = lineEnd(text, from, end);
    for (let to = from; to < stop; to += 1) {
      if (!closing.includes(text.charAt(to))) continue;
      if (text.charAt(to) === '"' && text.charAt(to + 1) === '"') to += 1;
      else {
        add('text', to + 1, text.slice(from, to), '');
        return;
      }
    }
    const hint = 'Close the text with " on the same line.';
    problems.add('WF101', { start: at, end: stop }, 'The text is not closed.', hint);
    add('text', stop, text.slice(from, stop), '');
  }

  /** One problem for all that follow each other. */
  function passOver(): void {
    const from = at;
    let seen = false;
    while (at < end) {
      const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
      const isHidden = hidden.test(char) || blank.test(char);
      const begins = isWordStart(text.charAt(at)) || /[\s\d]/.test(char);
      if (!isHidden && (begins || isStart(char))) break;
      seen ||= !isHidden;
      at += char.length;
    }
    if (!seen) return;
    const what = text.slice(from, Math.min(at, from + 20)).trim();
    problems.add('WF102', { start: from, end: at }, `“${what}” has no meaning here.`);
  }

  function isStart(char: string): boolean {
    return `${opening}${apostrophes}`.includes(char) || marks.includes(char);
  }
}

function isWordStart(char: string): boolean {
  if (char < '\x80') return /[A-Za-z_]/.test(char);
  return letter.test(char) && char !== '';
}

function endOf(text: string, from: number, end: number): number {
  let at = from + 1;
  while (at < end) {
    const code = text.charCodeAt(at);
    const isAscii =
      (code >= 97 && code <= 122) ||
      (code >= 65 && code <= 90) ||
      (code >= 48 && code <= 57) ||
      code === 95;
    if (!isAscii && (code < 128 || !letter.test(text.charAt(at)))) break;
    at += 1;
  }
  return at;
}

function lineEnd(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && text[at] !== '\n' && text[at] !== '\r') at += 1;
  return at;
}
