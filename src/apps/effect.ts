/** What a step has changed: in an app the difference of two inventories, and the sum of it all for people. */
import type { StepEffect } from '../db/step.ts';

type Changes = StepEffect['changes'];

const rowsLine = /^rows (\S+) (\d+)$/;

/**
 * Lines of the second inventory that the first lacks ("+ column customers.phone text") and the
 * reverse ("- …"); of records only how many came or went ("+ 12 rows in products"). In a fixed order.
 */
export function effectBetween(before: string[], after: string[]): Changes {
  const counts = new Map<string, number>();
  const rows = new Map<string, number>();
  for (const [lines, sign] of [
    [before, -1],
    [after, 1],
  ] as const) {
    for (const line of lines) {
      const [, table, n] = rowsLine.exec(line) ?? [];
      if (table === undefined) counts.set(line, (counts.get(line) ?? 0) + sign);
      else rows.set(table, (rows.get(table) ?? 0) + sign * Number(n));
    }
  }
  const changed = [...counts].flatMap(([line, n]) =>
    Array.from({ length: Math.abs(n) }, () => ({ line, gone: n < 0, text: line })),
  );
  const moved = [...rows]
    .filter(([, n]) => n !== 0)
    .map(([table, n]) => ({
      line: `rows ${table}`,
      gone: n < 0,
      text: `${count(Math.abs(n), 'row')} in ${table}`,
    }));
  return [...changed, ...moved]
    .sort((a, b) => compare(subjectOf(a.line), subjectOf(b.line)) || compareGone(a, b))
    .map(({ gone, text }) => `${gone ? '-' : '+'} ${text}`);
}

type Change = { line: string; gone: boolean };
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
/** What was comes before what is. */
const compareGone = (a: Change, b: Change) =>
  Number(b.gone) - Number(a.gone) || compare(a.line, b.line);
/** "column customers.phone" of "column customers.phone text": both forms of a changed thing stand together. */
const subjectOf = (line: string) => line.split(' ', 2).join(' ');

/** `total`: "4 tables, 26 columns, 9 indexes, 12 views, 2 rules, 0 rows"; `things`: "customers (6 columns)", "support-bot: last order". */
export type EffectSummary = { total: string; things: string[] };

const kinds = ['table', 'column', 'index', 'view', 'rule', 'memory'] as const;
type Kind = (typeof kinds)[number];
/** `name` tells it from others of its kind; `table` is the new table that it belongs to. */
type Thing = { kind: Kind; name: string; table: string };

/** Sums up the changes of a step, or of several one after the other. What the runtime keeps for itself is not counted. */
export function summaryOf(changes: Changes): EffectSummary {
  const added: Thing[] = [];
  const removed: Thing[] = [];
  let rows = 0;
  let others = 0;
  for (const change of changes) {
    const [, sign, line = ''] = /^([+-]) (.*)$/s.exec(change) ?? [];
    const [, n] = /^(\d+) rows? in /.exec(line) ?? [];
    const thing = thingOf(line);
    if (n !== undefined) rows += sign === '-' ? -Number(n) : Number(n);
    else if (thing && !isSetAgain(thing, added)) (sign === '-' ? removed : added).push(thing);
    else others += 1;
  }
  const isSame = (a: Thing) => (b: Thing) => a.kind === b.kind && a.name === b.name;
  const altered = added.filter((thing) => removed.some(isSame(thing)));
  const made = added.filter((thing) => !altered.includes(thing));
  const gone = removed.filter((thing) => !altered.some(isSame(thing)));
  const parts = [
    [...countKinds(made), count(rows, 'row')].join(', '),
    ...(altered.length > 0 ? [`changes ${countKinds(altered).join(', ')}`] : []),
    ...(gone.length > 0 ? [`removes ${countKinds(gone).join(', ')}`] : []),
    // A step that only sets a trigger has changed something, though nothing that is counted.
    ...(added.length + removed.length === 0 && others > 0
      ? [`${count(others, 'detail')} of what is there`]
      : []),
  ];
  const named = (wanted: Kind) =>
    made.filter(({ kind }) => kind === wanted).map(({ name }) => name);
  const tables = named('table').map((name) => sizeOf(name, made));
  return { total: parts.join('; '), things: [...tables, ...named('memory')] };
}

/** Unlike what is in a table, a memory may be set more than once. */
const isSetAgain = ({ kind, name }: Thing, added: Thing[]) =>
  kind === 'memory' && added.some((thing) => thing.kind === kind && thing.name === name);

const sizeOf = (table: string, made: Thing[]) =>
  `${table} (${count(made.filter((thing) => thing.kind === 'column' && thing.table === table).length, 'column')})`;

function countKinds(things: Thing[]): string[] {
  return kinds.flatMap((kind) => {
    const n = things.filter((thing) => thing.kind === kind).length;
    return n > 0 ? [count(n, kind)] : [];
  });
}

/** Columns that every table has; a field's column is never called so. */
const own = new Set(['id', 'version', 'created_at', 'updated_at', 'deleted_at', '_search']);

function thingOf(line: string): Thing | undefined {
  const [kind = '', first = ''] = line.split(' ', 2);
  const [table = '', column] = first.split('.');
  const name = line.slice(kind.length + 1).replace(/ #\w+$/, '');
  switch (kind) {
    case 'table':
      return table.startsWith('_') ? undefined : { kind, name: table, table };
    case 'column':
      // Two dots: a column of the table behind a link, which counts as one column of its entity.
      return table.startsWith('_') || first.split('.').length > 2 || own.has(column ?? '')
        ? undefined
        : { kind, name: first, table };
    case 'link':
      return { kind: 'column', name: first, table };
    case 'index':
      return table.startsWith('_') ? undefined : { kind, name, table };
    case 'view':
    case 'rule':
    case 'memory':
      return { kind, name, table: '' };
    default:
      return undefined;
  }
}

const plurals: Record<string, string> = { index: 'indexes', memory: 'memories' };
const count = (n: number, noun: string) => `${n} ${n === 1 ? noun : (plurals[noun] ?? `${noun}s`)}`;
