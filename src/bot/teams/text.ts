/** People's words made safe for cards, and the pieces that they are shown in. */
import { cut, isolate, tidy } from '../text.ts';
import type { Rich, Run, RunStyle, Spacing, TextBlock } from './element.ts';
import { limits } from './limits.ts';

export { cut, tidy } from '../text.ts';

/** Not seen and not spoken; a pair of signs with this between them is no command any more. */
const joiner = '\u2060';

/** In text runs, clients still read dates in double braces and, some of them, mentions. */
function disarm(text: string): string {
  return text.replace(/\{(?=\{)/g, `{${joiner}`).replace(/<(?=\/?at\b)/gi, `<${joiner}`);
}

/** For the places where a client may read Markdown whatever it is told: no link, no picture. */
export const plainText = (text: string, max: number): string =>
  disarm(cut(tidy(text).trim(), max)).replace(/\](?=[([:])/g, `]${joiner}`);

/** Speech may be read as markup. */
export const spokenText = (text: string, max: number): string =>
  disarm(
    cut(tidy(text).replace(/[<>]/g, ' ').replace(/&/g, ' and ').replace(/\s+/g, ' ').trim(), max),
  );

export const run = (text: string, style: RunStyle = {}): Run => ({
  type: 'TextRun',
  text: isolate(disarm(text)),
  ...style,
});

export const rich = (runs: Run[], spacing: Spacing = 'None'): Rich => ({
  type: 'RichTextBlock',
  inlines: runs,
  spacing,
});

/** Words of our own, and nothing of anybody else: this is Markdown. */
export const ours = (
  text: string,
  style: Omit<Partial<TextBlock>, 'type' | 'text' | 'wrap'> = {},
): TextBlock => ({ type: 'TextBlock', text, wrap: true, ...style });

/** The lines of a text, long ones in pieces; no client breaks lines within an element as others do. */
function piecesOf(text: string): string[] {
  return tidy(text)
    .trim()
    .split('\n')
    .flatMap((line) => splitLine(line.trim()));
}

const long = new RegExp(`.{1,${limits.text / 2}}(?=\\s|$)|.{1,${limits.text / 2}}`, 'gsu');

/** Counted in whole characters, so a piece has at most `limits.text` units. */
const splitLine = (line: string): string[] =>
  line.length <= limits.text ? [line] : (line.match(long) ?? []).map((piece) => piece.trim());

/** A text as one element a line. */
export const linesOf = (text: string, style: RunStyle = {}): Rich[] =>
  piecesOf(text)
    .filter((piece) => piece !== '')
    .map((piece) => rich([run(piece, style)]));

/** Words that open an address of ours, or of Teams itself. */
export const linkLine = (words: string, url: string): Rich =>
  rich([
    {
      ...run(words, { color: 'Accent' }),
      selectAction: { type: 'Action.OpenUrl', title: words, url },
    },
  ]);
