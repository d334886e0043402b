/** Which events a text publishes and waits for, and whether there is anybody on the other side. */
import { type File, type Name, statementsIn } from './ast.ts';
import type { Known } from './check-reference.ts';
import type { Problems } from './problem.ts';

export type EventNames = { publishes: Name[]; awaits: Name[] };

/** Everywhere in a text, or in a part of one. */
export function eventsIn(items: File['items']): EventNames {
  const found: EventNames = { publishes: [], awaits: [] };
  for (const item of items) {
    if (item.kind === 'use') continue;
    for (const statement of statementsIn(item.kind === 'workflow' ? item.body : [item])) {
      if (statement.kind === 'publish') found.publishes.push(statement.event);
      else if (statement.kind === 'wait_event' || statement.kind === 'on_event')
        found.awaits.push(statement.event);
    }
  }
  return found;
}

/** As events are stored: their case counts. */
export const eventKey = (name: string): string => name.trim().normalize('NFC');

/** Warnings: a program may publish or read what no workflow does, and another workflow may come later. */
export function checkEvents(
  problems: Problems,
  { items }: File,
  known: NonNullable<Known['events']>,
): void {
  const { publishes, awaits } = eventsIn(items);
  const keys = (own: Name[], others: Iterable<string>) =>
    new Set([...own.map(({ text }) => eventKey(text)), ...others]);
  const published = keys(publishes, known.published);
  const awaited = keys(awaits, known.awaited);
  warn(problems, publishes, awaited, {
    what: 'No workflow waits for the event',
    otherwise: 'That is fine where a program reads it: GET /api/events.',
  });
  warn(problems, awaits, published, {
    what: 'No workflow publishes the event',
    otherwise: 'That is fine where a program publishes it: POST /api/events.',
  });
}

function warn(
  problems: Problems,
  names: Name[],
  others: ReadonlySet<string>,
  { what, otherwise }: { what: string; otherwise: string },
): void {
  for (const name of names) {
    const key = eventKey(name.text);
    if (key === '' || others.has(key)) continue;
    const near = problems.suggest(what, key, () => others);
    const hint = near ? `Did you mean "${near}"? ${otherwise}` : otherwise;
    problems.add('WF316', name, `${what} “${key.slice(0, 60)}”.`, hint);
  }
}
