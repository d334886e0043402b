/** The steps of a card: numbered in a plan, with the symbols of their states in a run. Pure. */
import type { Card, CardStep } from '../card.ts';
import { symbolOf } from '../words.ts';
import type { List } from './compose.ts';
import { type Cutter, indent, listOf, longest, type Section } from './part.ts';
import { piecesOf, toInline } from './people.ts';
import { bold, code, type Inline, line, plain } from './rich.ts';

/** Of a step at work not more parts than this are shown. */
const mostParts = 12;

export function stepsPart({ kind, steps }: Card, cut: Cutter): List {
  const about = { noun: ['step', 'steps'] as List['noun'], weight: 4 };
  if (kind === 'plan')
    return listOf(
      '',
      'ordered',
      steps.map((step) => planStep(step, cut)),
      about,
    );
  const at = steps.findIndex(({ status }) => status !== 'completed' && status !== 'skipped');
  return listOf(
    '',
    'lines',
    steps.map((step) => runStep(step, cut)),
    {
      ...about,
      focus: Math.max(0, at),
    },
  );
}

function planStep({ name, priority, detail, note }: CardStep, cut: Cutter): Section {
  return line(
    bold(cut(name, longest.name)),
    plain('  '),
    tag(priority),
    detail ? [...plain('\n→ '), ...plain(cut(detail, longest.detail))] : [],
    note ? [...plain('\n'), ...plain(cut(note, longest.note), { italic: true })] : [],
  );
}

/** In brackets as in the documents; what must not fail stands out. */
function tag(priority: CardStep['priority']): Inline[] {
  const words = `[${priority.toUpperCase()}]`;
  return priority === 'critical' ? code(words) : plain(words);
}

function runStep(step: CardStep, cut: Cutter): Section {
  const { status, note } = step;
  const name = cut(step.name, longest.name);
  const isAt = status === 'running' || status === 'failed' || status === 'approval';
  return line(
    plain(`${symbolOf[status]} `),
    isAt ? bold(name) : plain(name, status === 'skipped' ? { strike: true } : undefined),
    note ? noteOf(status, cut(note, longest.note)) : [],
    status === 'running' ? partsOf(step, cut) : [],
  );
}

/** On whose word a step ran is our own sentence; why it failed may be anybody's. */
function noteOf(status: CardStep['status'], note: string): Inline[] {
  const isOurs = status === 'completed' || status === 'running';
  const pieces = isOurs ? toInline(piecesOf('step', note)) : plain(note, { italic: true });
  return [...plain(status === 'completed' ? '   ·   ' : `\n${indent}`), ...pieces];
}

/** Those around the one at work, when there are many. */
function partsOf({ substeps }: CardStep, cut: Cutter): Inline[] {
  const at = substeps.findIndex((part) => !part.done);
  const from = Math.max(0, Math.min(at - 2, substeps.length - mostParts));
  const shown = substeps.slice(from, from + mostParts);
  const more = substeps.length - shown.length;
  const lines = shown.flatMap(({ name, done, running }) => {
    const symbol = symbolOf[done ? 'completed' : running ? 'running' : 'pending'];
    return [...plain(`\n${indent}${symbol} `), ...plain(cut(name, longest.part))];
  });
  // Nothing is shown in their place, so the cutter notes that words are missing.
  if (more > 0) cut(substeps.map((part) => part.name).join('\n'), 1);
  return more > 0 ? [...lines, ...plain(`\n${indent}and ${more} more parts`)] : lines;
}
