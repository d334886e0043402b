/** The steps of a card as rows: numbered in a plan, with the symbols of their states in a run. Pure. */
import type { Card, CardStep } from '../card.ts';
import { symbolOf } from '../words.ts';
import type { Color, Rich, RunStyle } from './element.ts';
import type { CardLook } from './look.ts';
import { withNames } from './people.ts';
import { markedRows, type Row } from './row.ts';
import { linesOf, rich, run } from './text.ts';

/** Of a step at work not more parts than this are shown. */
const mostParts = 12;

export function stepRows({ kind, steps }: Pick<Card, 'kind' | 'steps'>, look: CardLook): Row[] {
  if (kind === 'plan')
    return steps.flatMap((step, index) => planRows(step, index === 0 ? 'Medium' : 'Small'));
  const at = steps.findIndex(({ status }) => status !== 'completed' && status !== 'skipped');
  return steps.flatMap((step, index) => {
    const rows = runRows(step, look, index === 0 ? 'Medium' : 'Small');
    return index === at
      ? rows.map((row, part) => (part === 0 ? { ...row, isFocus: true as const } : row))
      : rows;
  });
}

const tagStyle: Record<CardStep['priority'], RunStyle> = {
  critical: { color: 'Attention', weight: 'Bolder' },
  high: { color: 'Warning', weight: 'Bolder' },
  medium: { isSubtle: true },
  low: { isSubtle: true },
};

function planRows(step: CardStep, spacing: 'Medium' | 'Small'): Row[] {
  const { order, name, priority, detail, note } = step;
  const tag = run(`\u00a0\u00a0[${priority.toUpperCase()}]`, {
    size: 'Small',
    ...tagStyle[priority],
  });
  return markedRows(
    rich([run(`${order}.`, { isSubtle: true })]),
    [
      ...withTail(linesOf(name, { weight: 'Bolder' }), tag),
      ...linesOf(detail && `→ ${detail}`, { isSubtle: true }),
      ...linesOf(note ?? '', { italic: true, size: 'Small' }),
    ],
    { spacing, width: order > 9 ? '34px' : '20px' },
  );
}

const withTail = (lines: Rich[], tail: Rich['inlines'][number]): Rich[] =>
  lines.map((line, index) =>
    index === lines.length - 1 ? { ...line, inlines: [...line.inlines, tail] } : line,
  );

const symbolColor: Partial<Record<CardStep['status'], Color>> = {
  completed: 'Good',
  running: 'Accent',
  approval: 'Warning',
  failed: 'Attention',
};

function runRows(step: CardStep, look: CardLook, spacing: 'Medium' | 'Small'): Row[] {
  const { status, note = '' } = step;
  const isAt = status === 'running' || status === 'failed' || status === 'approval';
  const isOff = status === 'pending' || status === 'skipped' || status === 'paused';
  const style: RunStyle = {
    ...(isAt ? { weight: 'Bolder' } : {}),
    ...(isOff ? { isSubtle: true } : {}),
    ...(status === 'skipped' ? { strikethrough: true } : {}),
  };
  const said = look.people ? withNames(note, look.people) : note;
  return markedRows(
    symbol(status),
    [
      ...linesOf(step.name, style),
      ...linesOf(said, { isSubtle: true, size: 'Small' }),
      ...(status === 'running' ? partLines(step) : []),
    ],
    { spacing },
  );
}

function symbol(status: CardStep['status']): Rich {
  const color = symbolColor[status];
  return rich([run(symbolOf[status], color ? { color } : { isSubtle: true })]);
}

/** Those around the one at work, when there are many. */
function partLines({ substeps }: CardStep): Rich[] {
  const at = substeps.findIndex((part) => !part.done);
  const from = Math.max(0, Math.min(at - 2, substeps.length - mostParts));
  const shown = substeps.slice(from, from + mostParts);
  const more = substeps.length - shown.length;
  const lines = shown.flatMap(({ name, done, running }) => {
    const mark = symbolOf[done ? 'completed' : running ? 'running' : 'pending'];
    return linesOf(
      `${mark}\u00a0${name}`,
      done || running ? { size: 'Small' } : { size: 'Small', isSubtle: true },
    );
  });
  return more > 0
    ? [...lines, ...linesOf(`and ${more} more parts`, { size: 'Small', isSubtle: true })]
    : lines;
}
