/** The facts of a card, and how far a run is. Pure. */
import type { Card } from '../card.ts';
import { bar } from '../words.ts';
import { context, rich } from './blocks.ts';
import type { List, Part } from './compose.ts';
import { type Cutter, type Look, listOf, longest } from './part.ts';
import { deciders, toInline } from './people.ts';
import { bold, code, type Inline, line, link, moment, plain } from './rich.ts';

const about = { noun: ['fact', 'facts'] as List['noun'], weight: 2 };

/** A line for each. */
export function factsPart(fields: Card['fields'], look: Look, cut: Cutter): List {
  const facts = fields.map((field) => line(factOf(field, look, cut)));
  return listOf('', 'lines', facts, about);
}

/** One line for all: the few short ones of a plan. */
export function summaryPart(fields: Card['fields'], look: Look, cut: Cutter): List {
  const facts = fields.map((field) => factOf(field, look, cut));
  const joined = facts.flatMap((fact, index) => [...(index > 0 ? plain('   ·   ') : []), ...fact]);
  return listOf('', 'lines', facts.length > 0 ? [line(joined)] : [], about);
}

function factOf({ label, value }: Card['fields'][number], look: Look, cut: Cutter): Inline[] {
  const shown = shownValue(label, cut(value, longest.value), look);
  return [...bold(cut(label, longest.label)), ...plain('  '), ...shown];
}

function shownValue(label: string, value: string, { baseUrl }: Look): Inline[] {
  if (label === 'Code') return code(value);
  if (label === 'Who decides' || label === 'Agreed so far') return toInline(deciders(value));
  if (label === 'Until' || label === 'Due') return timeOf(value);
  return ownPath.test(value) ? link(baseUrl + value, value) : plain(value);
}
/** Only pages of ours become links. */
const ownPath = /^\/apps\/[a-z0-9-]+$/;

/** Each reader sees the time of their own clock. */
function timeOf(value: string): Inline[] {
  const [, day, clock] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d)(?: UTC)?$/.exec(value) ?? [];
  const at = clock ? Date.parse(`${day}T${clock}:00Z`) : Number.NaN;
  return Number.isNaN(at) ? plain(value) : moment(at, value);
}

/** The step at work, then the bar with how far and how long, in the small line. */
export function progressPart(
  { progress, fields }: Pick<Card, 'fields'> & { progress: NonNullable<Card['progress']> },
  cut: Cutter,
): Part {
  const { percent, label, eta } = progress;
  const facts = fields.slice(0, 4).map((field) => `${field.label} ${field.value}`);
  const small = [...(eta ? [eta] : []), ...facts].map((fact) => cut(fact, 200));
  return {
    kind: 'blocks',
    blocks: [
      rich([line(bold(cut(label, longest.detail)))]),
      context([`${bar(percent)} ${percent}%`, ...small]),
    ],
  };
}
