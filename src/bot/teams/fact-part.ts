/** The facts of a card, and how far a run is, as rows. Pure. */
import type { Card } from '../card.ts';
import { bar } from '../words.ts';
import { addressOf } from './button.ts';
import type { Rich, RunStyle, TextBlock } from './element.ts';
import { limits } from './limits.ts';
import type { CardLook } from './look.ts';
import { withNames } from './people.ts';
import { markedRows, type Row } from './row.ts';
import { cut, linesOf, linkLine, ours, rich, run, tidy } from './text.ts';

type Field = Card['fields'][number];

/** Label and value side by side. */
export const factRows = (fields: Field[], look: CardLook): Row[] =>
  fields.flatMap((field) =>
    markedRows(rich([run(labelOf(field), { isSubtle: true })]), shownValue(field, look), {
      width: '100px',
    }),
  );

/** The few short ones of a plan, each under its label. */
export function summaryRows(fields: Field[], look: CardLook): Row[] {
  if (fields.length === 0) return [];
  // More than these do not stand side by side on a phone.
  if (fields.length > 4 || fields.some(({ value }) => value.length > 120))
    return factRows(fields, look);
  return [
    {
      element: {
        type: 'ColumnSet',
        spacing: 'Medium',
        columns: fields.map((field) => ({
          type: 'Column',
          width: 'stretch',
          items: [
            rich([run(labelOf(field), { isSubtle: true, size: 'Small' })]),
            ...linesOf(field.value, { weight: 'Bolder' }),
          ],
        })),
      },
    },
  ];
}

const labelOf = ({ label }: Field) => cut(tidy(label).trim(), limits.label) || '–';

function shownValue({ label, value }: Field, look: CardLook): (Rich | TextBlock)[] {
  if (label === 'Code') return linesOf(value, { fontType: 'Monospace' });
  const time = label === 'Until' || label === 'Due' ? timeOf(value) : undefined;
  if (time) return [time];
  const url = /^\/apps\/[a-z0-9-]+$/.test(value) ? addressOf(value, look.baseUrl) : undefined;
  if (url) return [linkLine(value, url)];
  return linesOf(look.people ? withNames(value, look.people) : value);
}

/** Each reader sees the time of their own clock. */
function timeOf(value: string): TextBlock | undefined {
  const [, day, clock] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d)(?: UTC)?$/.exec(value) ?? [];
  const at = `${day}T${clock}:00Z`;
  if (!clock || Number.isNaN(Date.parse(at))) return undefined;
  return ours(`{{DATE(${at}, SHORT)}}, {{TIME(${at})}}`, { spacing: 'None' });
}

/** As many as a phone has room for. */
const barCells = 24;

/** The step at work, the bar, and in the small line how long. */
export function progressRows({ progress, fields }: Pick<Card, 'progress' | 'fields'>): Row[] {
  if (!progress) return [];
  const { percent, label, eta } = progress;
  const whole = bar(percent, barCells);
  const filled = whole.replace(/░/g, '');
  const empty = whole.slice(filled.length);
  const small = [...(eta ? [eta] : []), ...fields.map((field) => `${field.label} ${field.value}`)];
  const gap = '\u00a0\u00a0·\u00a0\u00a0';
  const quiet: RunStyle = { isSubtle: true, size: 'Small' };
  const [first, ...others] = linesOf(small.join(gap), quiet);
  const drawn = rich(
    [
      ...(filled ? [run(filled, { color: 'Accent' })] : []),
      ...(empty ? [run(empty, { isSubtle: true })] : []),
    ],
    'Small',
  );
  const figure = rich([
    run(`${percent}%`, { weight: 'Bolder', size: 'Small' }),
    ...(first ? [run(gap, quiet), ...first.inlines] : []),
  ]);
  return [
    ...linesOf(label, { weight: 'Bolder' }).map((element, index) => ({
      element: { ...element, spacing: index === 0 ? ('Small' as const) : ('None' as const) },
    })),
    ...[drawn, figure, ...others].map((element) => ({ element })),
  ];
}
