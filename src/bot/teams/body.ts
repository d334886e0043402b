/** What stands between the title and the buttons of a card, as rows. Pure. */
import type { Card, CardCheck } from '../card.ts';
import { addressOf } from './button.ts';
import type { RunStyle } from './element.ts';
import { factRows, progressRows, summaryRows } from './fact-part.ts';
import type { CardLook } from './look.ts';
import { withNames } from './people.ts';
import { bulletRows, markedRows, type Row, titleRows } from './row.ts';
import { stepRows } from './step-part.ts';
import { linesOf, linkLine, rich, run, tidy } from './text.ts';

type Section = Card['sections'][number];

/** @param isOver nothing can be pressed any more, by anybody */
export function bodyRows(card: Card, look: CardLook, isOver: boolean): Row[] {
  const { kind, fields, progress, checks, sections } = card;
  const isWords = kind === 'text' || (kind === 'status' && card.title === '');
  // On an approval what will happen is read first, then what it means and who decides.
  const lead = kind === 'approval' ? fields.filter(({ label }) => isDeed(label)) : fields;
  const rest = kind === 'approval' ? fields.filter(({ label }) => !isDeed(label)) : [];
  return [
    ...(progress
      ? progressRows(card)
      : kind === 'plan'
        ? summaryRows(fields, look)
        : factRows(lead, look)),
    ...stepRows(card, look),
    ...(isWords ? wordRows(card.text, look) : []),
    ...sections.filter((one) => !isQuiet(kind, one)).flatMap((one) => sectionRows(one, look)),
    ...apart(factRows(rest, look)),
    ...checkRows(checks),
    ...foldRows(
      sections.filter((one) => isQuiet(kind, one)),
      look,
    ),
    ...noteRows(card, look, isOver),
  ];
}

const isDeed = (label: string) => label === 'Step' || label === 'Effect';

/** What will be made, and what was guessed, is always seen; how it was read and is checked can be opened. */
function isQuiet(kind: Card['kind'], { title, quiet }: Section): boolean {
  if (quiet !== undefined) return quiet;
  if (kind === 'details') return title === 'Log';
  return kind === 'plan' && !/^(Will create|What changed|Guessed)/.test(title);
}

function sectionRows({ title, items, links, file }: Section, look: CardLook): Row[] {
  if (file)
    return [...titleRows(title), ...linesOf(items.join('\n')).map((element) => ({ element }))];
  return [
    ...titleRows(title),
    ...bulletRows(
      items.map((item) => named(item, look)),
      links,
    ),
  ];
}

const named = (text: string, { people }: CardLook) => (people ? withNames(text, people) : text);

function foldRows(sections: Section[], look: CardLook): Row[] {
  const fold = tidy(sections.map(({ title }) => title).join(' · '));
  return sections.flatMap((section) =>
    // The name of the fold says it already.
    [
      ...titleRows(sections.length === 1 ? '' : section.title),
      ...section.items.flatMap((item) =>
        linesOf(`• ${named(item, look)}`).map((element): Row => ({ element })),
      ),
    ].map((row) => ({ ...row, fold })),
  );
}

/** Lines of words. Addresses of our own apps can be pressed. */
function wordRows(text: string, look: CardLook): Row[] {
  return linesOf(named(text, look)).flatMap((line, index): Row[] => {
    // What is written as a list stays together, sentences stand apart.
    const isItem = index > 0 && /^[-•] /.test(line.inlines[0]?.text ?? '');
    const spacing = isItem ? 'None' : 'Small';
    const path = /(?:^|\s)(\/apps\/[a-z0-9-]+)/.exec(line.inlines[0]?.text ?? '')?.[1];
    const url = addressOf(path, look.baseUrl);
    const row = { element: { ...line, spacing } as const };
    return path && url ? [row, { element: linkLine(path, url) }] : [row];
  });
}

/** How many checks passed; those that did not, with what was seen. */
function checkRows(checks: CardCheck[]): Row[] {
  if (checks.length === 0) return [];
  const failed = checks.filter((check) => !check.after);
  const passed = checks.length - failed.length;
  const [mark, color] = failed.length > 0 ? ['✕', 'Attention' as const] : ['✓', 'Good' as const];
  return [
    ...markedRows(
      rich([run(mark, { color, weight: 'Bolder' })]),
      [rich([run(`${passed} of ${checks.length} checks passed`, { weight: 'Bolder' })])],
      { spacing: 'Medium' },
    ),
    ...failed.flatMap(({ label, evidence }) =>
      markedRows(rich([run('✕', { color: 'Attention' })]), [
        ...linesOf(label),
        ...linesOf(evidence ?? '', { isSubtle: true, size: 'Small' }),
      ]),
    ),
  ];
}

/** The last line: small, but how something ended is what a card that is over is looked at for. */
function noteRows({ kind, note = '' }: Card, look: CardLook, isOver: boolean): Row[] {
  const isOutcome = isOver && kind !== 'dry_run' && kind !== 'details' && kind !== 'list';
  const style: RunStyle = isOutcome ? { weight: 'Bolder' } : { isSubtle: true, size: 'Small' };
  return apart(linesOf(named(note, look), style).map((element) => ({ element })));
}

/** With room above the first. */
const apart = (rows: Row[]): Row[] =>
  rows.map((row, index) =>
    index === 0 ? { ...row, element: { ...row.element, spacing: 'Medium' } } : row,
  );
