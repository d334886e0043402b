/** The sections and checks of a card: what is read at once, and what is opened by whoever wants it. Pure. */
import type { types } from '@slack/bolt';
import type { Card, CardCheck } from '../card.ts';
import { tidy } from '../text.ts';
import { type Block, plainText, rich } from './blocks.ts';
import type { List } from './compose.ts';
import { limits } from './limits.ts';
import { type Cutter, chunk, indent, listOf, longest, type Section } from './part.ts';
import { piecesOf, toInline } from './people.ts';
import { bold, line, link, list, plain, type RichElement } from './rich.ts';

type CardSection = Card['sections'][number];

/** A section as a list under its title. */
export function sectionPart(kind: Card['kind'], section: CardSection, cut: Cutter): List {
  const about = { noun: ['line', 'lines'] as List['noun'], weight: 1 };
  const title = cut(section.title, longest.item);
  // A question has nothing but its title.
  if (section.items.length === 0) return listOf('', 'lines', [line(bold(title))], about);
  if (section.file) return textPart(section, title, about);
  // Lines that begin with a picture need no other mark.
  const isMarked = section.items.every((item) => /^\p{Extended_Pictographic}/u.test(item));
  const entries = section.items.map((item, index) =>
    itemOf(kind, section.title, item, cut, section.links?.[index]),
  );
  return listOf(title, isMarked ? 'lines' : 'bullet', entries, about);
}

/** A text, word for word; a very long line is several. */
function textPart(
  { items }: CardSection,
  title: string,
  about: Pick<List, 'noun' | 'weight'>,
): List {
  const lines = items.flatMap((item) => tidy(item).match(/.{1,1000}(?=\s|$)|.{1,1000}/gsu) ?? ['']);
  return listOf(
    title,
    'lines',
    lines.map((words) => line(plain(words))),
    { ...about, weight: 3 },
  );
}

function itemOf(
  kind: Card['kind'],
  title: string,
  item: string,
  cut: Cutter,
  address?: string,
): Section {
  const words = cut(item, longest.item);
  if (kind === 'delivery' && title === 'Approved')
    return line(toInline(piecesOf('approved', words)));
  if (kind === 'details' && title === 'Log') return line(toInline(piecesOf('log', words)));
  // Slack's own address of a message, and no other.
  const isMessage = address !== undefined && /^https:\/\/[\w.-]+\.slack\.com\//.test(address);
  return line(plain(words), ...(isMessage ? [plain(' '), link(address, 'message')] : []));
}

/** Closed until somebody opens it, as in the web chat. Each section has its title inside. */
export function quietPart(kind: Card['kind'], sections: CardSection[], cut: Cutter): List {
  const titles = sections.map(({ title }) => cut(title, longest.label));
  const entries = sections.flatMap(({ title, items }, at) =>
    items.map((item) => ({ at, line: itemOf(kind, title, item, cut) })),
  );
  const draw = (from: number, to: number): Block[] => {
    const shown = entries.slice(from, to);
    const blocks = chunk(shown.map((entry) => entry.line)).map(({ at, sections: { length } }) =>
      rich(
        titles.flatMap((title, section): RichElement[] => {
          const lines = shown.slice(at, at + length).filter((entry) => entry.at === section);
          if (lines.length === 0) return [];
          const isNew = shown.findIndex((entry) => entry.at === section) >= at;
          const lead = isNew && titles.length > 1 ? [line(bold(title))] : [];
          return [
            ...lead,
            list(
              'bullet',
              lines.map((entry) => entry.line),
            ),
          ];
        }),
      ),
    );
    return [container(titles.join(' · '), blocks)];
  };
  return { kind: 'list', noun: ['line', 'lines'], weight: 1, entries, draw };
}

const container = (title: string, blocks: types.RichTextBlock[]): types.ContainerBlock => ({
  type: 'container',
  title: plainText(title, limits.containerTitle),
  child_blocks: blocks,
  width: 'full',
  is_collapsible: true,
  default_collapsed: true,
});

/** How many checks passed; those that did not, with what was seen. */
export function checksPart(checks: CardCheck[], cut: Cutter): List {
  const failed = checks.filter((check) => !check.after);
  const passed = checks.length - failed.length;
  const title = `${failed.length > 0 ? '✕' : '✓'} ${passed} of ${checks.length} checks passed`;
  const lines = failed.map(({ label, evidence }) =>
    line(
      plain('✕ '),
      plain(cut(label, longest.item)),
      evidence ? plain(`\n${indent}`) : [],
      evidence ? plain(cut(evidence, longest.note), { italic: true }) : [],
    ),
  );
  return listOf('', 'lines', [line(bold(title)), ...lines], {
    noun: ['check', 'checks'],
    weight: 1,
  });
}
