/** What stands between the title and the buttons of a card, as parts that may be shortened. Pure. */
import type { Card } from '../card.ts';
import { tidy } from '../text.ts';
import { type Block, context, rich } from './blocks.ts';
import type { List, Part } from './compose.ts';
import { factsPart, progressPart, summaryPart } from './fact-part.ts';
import { type Cutter, type Look, listOf } from './part.ts';
import { answerOf, piecesOf, toInline } from './people.ts';
import { type Inline, line, link, plain } from './rich.ts';
import { checksPart, quietPart, sectionPart } from './section-part.ts';
import { stepsPart } from './step-part.ts';

/** More sections than this are not looked at; nobody reads them in a message. */
export const mostSections = 20;

/**
 * Everything between the title and the buttons.
 * @param isAllOpen where nothing has to be opened to be read
 */
export function bodyOf(card: Card, look: Look, cut: Cutter, isAllOpen = false): Part[] {
  const { kind, fields, progress, checks } = card;
  const isWords = kind === 'text' || (kind === 'status' && card.title === '');
  const sections = card.sections.slice(0, mostSections);
  const quiet = isAllOpen ? [] : sections.filter((section) => isQuiet(kind, section));
  const open = sections
    .filter((section) => !quiet.includes(section))
    .map((section) => sectionPart(kind, section, cut));
  // On an approval what will happen is read first, then what it means and who decides.
  const lead = kind === 'approval' ? fields.filter(({ label }) => isDeed(label)) : fields;
  const rest = kind === 'approval' ? fields.filter(({ label }) => !isDeed(label)) : [];
  return [
    progress
      ? progressPart({ progress, fields }, cut)
      : kind === 'plan'
        ? summaryPart(fields, look, cut)
        : factsPart(lead, look, cut),
    stepsPart(card, cut),
    ...(isWords ? [wordsPart(card.text, look)] : []),
    ...open,
    ...(rest.length > 0 ? [factsPart(rest, look, cut)] : []),
    ...(checks.length > 0 ? [checksPart(checks, cut)] : []),
    ...(quiet.length > 0 ? [quietPart(kind, quiet, cut)] : []),
  ];
}

const isDeed = (label: string) => label === 'Step' || label === 'Effect';

/** How it was read and is checked can be opened; what will be made, and what was guessed, is always seen. */
function isQuiet(kind: Card['kind'], { title, quiet }: Card['sections'][number]): boolean {
  if (quiet !== undefined) return quiet;
  if (kind === 'details') return title === 'Log';
  return kind === 'plan' && !/^(Will create|What changed|Guessed)/.test(title);
}

/** Lines of words; a very long one is several. Addresses of our own apps can be pressed. */
function wordsPart(text: string, look: Look): List {
  const lines = tidy(text)
    .trim()
    .split('\n')
    .flatMap((words) => words.match(/.{1,1000}(?=\s|$)|.{1,1000}/gsu) ?? ['']);
  const entries = text.trim() === '' ? [] : lines.map((words) => line(linked(words, look)));
  return listOf('', 'lines', entries, { noun: ['line', 'lines'], weight: 3 });
}

function linked(words: string, { baseUrl }: Look): Inline[] {
  const pieces = answerOf(words);
  if (pieces.length > 1) return toInline(pieces);
  return words
    .split(/(?<=^|\s)(\/apps\/[a-z0-9-]+)/)
    .flatMap((part, index) => (index % 2 === 1 ? link(baseUrl + part, part) : plain(part)));
}

/** The last line: small, but who decided is said in full. */
export function noteOf({ kind, note }: Card, cut: Cutter): Block[] {
  if (!note) return [];
  const words = cut(note, 600);
  const isOurs = kind === 'approval' || kind === 'delivery' || kind === 'undo';
  const pieces = isOurs ? piecesOf('note', words) : [words];
  return pieces.length > 1 ? [rich([line(toInline(pieces))])] : [context([words])];
}
