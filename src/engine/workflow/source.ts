/** Workflow text with its lines, and what is shown of it beside a problem. */
import stringWidth from 'string-width';

/** A piece of the text as offsets in UTF-16 units; `end` is behind its last one. */
export type Span = { start: number; end: number };

export type Source = { text: string; lineStarts: number[] };

export function readSource(text: string): Source {
  const lineStarts = [0];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10)) lineStarts.push(at + 1);
  }
  return { text, lineStarts };
}

/** Both count from 1; columns are UTF-16 units, as editors count them. */
export function positionOf({ lineStarts }: Source, offset: number): Position {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (lineStarts[low] ?? 0) + 1 };
}
export type Position = { line: number; column: number };

/** A line is shown around its problem only, so that one line of a megabyte shows as well as any. */
const mostShown = 100;

/**
 * The line of a problem under the one before it, with the place marked:
 *
 *     5 | STEP 4: PARALLEL
 *     6 |   BRANCH A BOT "one" "work"
 *       |            ^^^
 */
export function frameOf(source: Source, span: Span): string {
  const { line, column } = positionOf(source, span.start);
  const width = String(line).length;
  const row = (label: string, words: string) => `  ${label.padStart(width)} | ${words}`.trimEnd();
  const words = lineOf(source, line);
  const from = Math.max(0, Math.min(column - 1 - mostShown / 2, words.length - mostShown));
  const shown = words.slice(from, from + mostShown);
  const before = shown.slice(0, column - 1 - from);
  const marked = shown.slice(before.length, before.length + Math.max(1, span.end - span.start));
  const mark = '^'.repeat(Math.max(1, stringWidth(visible(marked))));
  // Tabs stay tabs, so that the mark stands under its place whatever their width.
  const indent = [...visible(before)]
    .map((char) => (char === '\t' ? '\t' : ' '.repeat(stringWidth(char))))
    .join('');
  const above = line > 1 ? lineOf(source, line - 1).slice(from, from + mostShown) : '';
  return [
    ...(above.trim() === '' ? [] : [row(String(line - 1), visible(above))]),
    row(String(line), visible(shown)),
    row('', indent + mark),
  ].join('\n');
}

/** The line of a problem by itself, the place between marks: `BRANCH A »BOT« "one" "work"`. */
export function markedLine(source: Source, span: Span): string {
  const { line, column } = positionOf(source, span.start);
  const words = lineOf(source, line);
  const at = column - 1;
  const end = Math.min(words.length, at + Math.max(1, span.end - span.start), at + mostShown);
  const before = words.slice(0, at).trimStart();
  const cut = before.length > mostShown / 2;
  const lead = cut ? `…${before.slice(-mostShown / 2)}` : before;
  const after = words.slice(end);
  const tail = after.length > mostShown / 2 ? `${after.slice(0, mostShown / 2)}…` : after.trimEnd();
  return visible(`${lead}»${words.slice(at, end)}«${tail}`);
}

function lineOf({ text, lineStarts }: Source, line: number): string {
  return text.slice(lineStarts[line - 1], lineStarts[line] ?? text.length).replace(/[\r\n]+$/, '');
}

/** Control characters, direction overrides and halves of characters: no text needs them, and they deceive whoever reads. */
export const hidden = /[^\P{Cc}\t\n\r]|[\u202a-\u202e\u2066-\u2069\p{Cs}]/u;

const visible = (words: string) => words.replace(new RegExp(hidden, 'gu'), '�');
