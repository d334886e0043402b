/** The work with a kill beside the same work without: what there is more of was made twice, less of is lost. Pure. */
import { duplicate, type Fault, loss } from './fault.ts';
import type { Scenario } from './scenario.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * Events of the ledger are compared by what they say. Of buttons there are as many as states of a card were
 * shown, and a card that is brought up to date less often skips some; those of the last state are compared
 * with the card.
 */
const uncounted = ['task_events', 'actions'];

/** Where times pass: how often people were reminded and asked, with a card each. What they decided counts. */
const timed = {
  tables: ['cards', 'messages', 'approvals'],
  events: ['remind', 'expire', 'ask', 'request_approval', 'retry', 'unblock'],
};
type Timed = typeof timed;

export function compare(
  snapshot: Snapshot,
  unharmed: Snapshot,
  { isTimed }: Pick<Scenario, 'isTimed'>,
): Fault[] {
  const without = isTimed ? timed : { tables: [], events: [] };
  const before = tally(listed(unharmed, without));
  const now = tally(listed(snapshot, without));
  return [...new Set([...before.keys(), ...now.keys()])].flatMap((name) => {
    const difference = (now.get(name) ?? 0) - (before.get(name) ?? 0);
    const what = `${Math.abs(difference)} times ${name}, beside the unharmed run`;
    if (difference === 0) return [];
    return [difference > 0 ? duplicate(what) : loss(what)];
  });
}

const listed = (one: Snapshot, { tables, events }: Timed): string[] => [
  ...one.objects.map((name) => `in the app: ${name}`),
  ...ledgerOf(one, events),
  ...stepsOf(one),
  ...eventsOf(one),
  ...memoryOf(one),
  ...one.planned.map((job) => `a job for later: ${job}`),
  ...Object.entries(one.counts).flatMap(([table, count]) =>
    [...uncounted, ...tables].includes(table)
      ? []
      : Array.from({ length: count }, () => `a row in ${table}`),
  ),
];

const placeOf = ({ tasks }: Snapshot, taskId: string | null): string =>
  tasks.find(({ id }) => id === taskId)?.conversation ?? 'nowhere';

/** Each event with its step. Taking a call up again is written down, and is no event twice. */
function ledgerOf(one: Snapshot, without: string[]): string[] {
  return one.events
    .filter(({ event, data }) => event !== 'call' || Reflect.get(Object(data), 'first') !== false)
    .filter(({ event }) => !without.includes(event))
    .map(({ event, stepId, taskId }) => {
      const step = one.steps.find((candidate) => candidate.id === stepId);
      const what = step ? `step "${step.key}"` : 'the task';
      return `event ${event} of ${what} in ${placeOf(one, taskId)}`;
    });
}

/** What came out of each step; ids and times differ from run to run. */
function stepsOf(one: Snapshot): string[] {
  return one.steps.map(({ key, kind, status, result, taskId }) => {
    const shown = kind === 'wait' ? '' : plain(result);
    return `step "${key}" in ${placeOf(one, taskId)}, ${status}, with ${shown}`;
  });
}

/** What was published, and who has taken it. */
function eventsOf(one: Snapshot): string[] {
  const nameOf = (eventId: string) => {
    const event = one.published.find(({ id }) => id === eventId);
    return `${event?.name} ${plain(event?.payload)}`;
  };
  return [
    ...one.published.map(({ id, depth }) => `published: ${nameOf(id)}, caused by ${depth}`),
    ...one.receipts.map(({ eventId, waitId }) => {
      const wait = one.waits.find(({ id }) => id === waitId);
      return `taken: ${nameOf(eventId)} by "${wait?.stepKey}" in ${placeOf(one, wait?.taskId ?? null)}`;
    }),
    ...one.starts.map(
      ({ eventId, taskId }) => `begun: ${nameOf(eventId)} in ${placeOf(one, taskId)}`,
    ),
  ];
}

function memoryOf(one: Snapshot): string[] {
  const nameOf = (memoryId: string) => {
    const memory = one.remembered.find(({ id }) => id === memoryId);
    return `"${memory?.key}" of ${memory?.agent}`;
  };
  return [
    ...one.remembered.map(
      ({ id, version, value }) => `remembered: ${nameOf(id)}, version ${version}: ${plain(value)}`,
    ),
    ...one.versions.map(
      ({ memoryId, version, change, value }) =>
        `version ${version} of ${nameOf(memoryId)} by ${change}: ${plain(value)}`,
    ),
  ];
}

const plain = (value: unknown): string =>
  JSON.stringify(value ?? null)
    .replace(/\b[a-z]{3}_[0-9a-hjkmnp-z]{20}/g, 'id')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time');

function tally(names: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
