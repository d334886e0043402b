/** What was lost, done twice or left behind: decided from a snapshot of the database alone. Pure. */
import { Plan, walk } from '../src/engine/workflow/plan.ts';
import type { Memory } from './person.ts';
import type { Snapshot } from './snapshot.ts';

export type Fault = { kind: 'loss' | 'duplicate' | 'stuck'; what: string };

export type Expectation = {
  /** What the program has acknowledged. */
  memory: Memory;
  conversation: string;
  sends: { conversation: string; text: string }[];
  /** The same work done without any harm. */
  unharmed?: Snapshot;
};

const loss = (what: string): Fault => ({ kind: 'loss', what });
const duplicate = (what: string): Fault => ({ kind: 'duplicate', what });
const stuck = (what: string): Fault => ({ kind: 'stuck', what });

/** `count` of a thing that there must be exactly one of. */
function one(what: string, count: number): Fault[] {
  if (count === 1) return [];
  return [count === 0 ? loss(`no ${what}`) : duplicate(`${count} times ${what}`)];
}

export function audit(snapshot: Snapshot, expected: Expectation): Fault[] {
  return [
    ...auditTalk(snapshot, expected),
    ...auditTask(snapshot, expected),
    ...auditSteps(snapshot),
    ...auditApp(snapshot),
    ...auditRest(snapshot),
    ...(expected.unharmed ? compare(snapshot, expected.unharmed) : []),
  ];
}

/** Where the work stands that does not go on. */
export function auditStuck({ tasks, steps, jobs, cards }: Snapshot, reason: string): Fault[] {
  const where = [
    ...tasks.map((task) => `the task is ${task.status}`),
    ...steps
      .filter((step) => step.status !== 'completed')
      .map((step) => `step "${step.key}" is ${step.status}`),
    ...cards
      .filter((card) => card.shownVersion < card.version)
      .map((card) => `the card ${card.key} is not shown`),
    ...jobs,
  ];
  return [stuck([reason, ...where].join('; '))];
}

function auditTalk(snapshot: Snapshot, expected: Expectation): Fault[] {
  const { messages, cards, outdated, actions } = snapshot;
  const people = messages.filter((message) => message.author !== 'factotum');
  const shown = messages.filter((message) => message.author === 'factotum');
  return [
    ...expected.memory.said.flatMap((id) =>
      one(
        `message "${id}" that was acknowledged`,
        people.filter((message) => message.externalId === id).length,
      ),
    ),
    ...expected.memory.pressed.flatMap((id) =>
      actions.some((action) => action.id === id && action.consumedAt)
        ? []
        : [loss('a pressed button that was acknowledged')],
    ),
    ...people.flatMap((message) =>
      message.handledAt ? [] : [loss(`"${message.text}" was never answered`)],
    ),
    ...cards.flatMap((card) => {
      const standing = shown.filter((message) => message.id === card.reference);
      const isFinal = card.shownVersion === card.version && standing[0]?.version === card.version;
      return [
        ...one(`message for the card ${card.key}`, standing.length),
        ...(isFinal ? [] : [loss(`the card ${card.key} is not shown in its final version`)]),
      ];
    }),
    ...outdated.map((key) => loss(`the card ${key} does not say how it ended`)),
    ...shown.flatMap((message) =>
      cards.some((card) => card.reference === message.id)
        ? []
        : [duplicate(`a message that belongs to no card: "${message.text.slice(0, 60)}"`)],
    ),
    ...expected.sends.flatMap(({ conversation, text }) => {
      const sent = shown.filter(
        (message) => message.conversation === conversation && message.text.includes(text),
      );
      return one(`message "${text}" in ${conversation}`, sent.length);
    }),
  ];
}

function auditTask(snapshot: Snapshot, expected: Expectation): Fault[] {
  const { tasks, plans, runs, events, checks, messages } = snapshot;
  const filed = tasks.filter((task) => task.conversation === expected.conversation);
  const delivered = messages.filter(
    (message) => Reflect.get(Object(message.card), 'kind') === 'delivery',
  );
  return [
    ...one('task', filed.length),
    ...filed.flatMap((task) => {
      const run = runs.find((candidate) => candidate.taskId === task.id);
      const plan = plans.find((candidate) => candidate.taskId === task.id);
      const ofTask = (event: string) =>
        events.filter(
          (one) => one.taskId === task.id && one.stepId === null && one.event === event,
        );
      return [
        ...(task.status === 'completed' ? [] : [stuck(`the task is ${task.status}`)]),
        ...(run?.finishedAt ? [] : [loss('the end of the run')]),
        ...one('run', runs.filter((candidate) => candidate.taskId === task.id).length),
        ...one('plan', plans.filter((candidate) => candidate.taskId === task.id).length),
        ...['accept', 'start', 'complete'].flatMap((event) =>
          one(`event ${event} of the task`, ofTask(event).length),
        ),
        ...one(
          '"completed" in the log',
          task.executionLog.filter((entry) => entry.event === 'completed').length,
        ),
        ...Plan.parse(plan?.plan).checks.flatMap((check) => {
          const rows = checks.filter((row) => row.key === check.id);
          const isGreen = rows.every((row) => row.before && row.after?.passed);
          return [
            ...one(`check "${check.label}"`, rows.length),
            ...(isGreen ? [] : [loss(`the result of check "${check.label}"`)]),
          ];
        }),
      ];
    }),
    ...one('delivery', delivered.length),
  ];
}

function auditSteps({ plans, steps, calls, events, approvals }: Snapshot): Fault[] {
  const planned = plans.flatMap((row) => [...walk(Plan.parse(row.plan).steps)]);
  return planned.flatMap((step) => {
    const rows = steps.filter((row) => row.key === step.key);
    const ids = rows.map((row) => row.id);
    const mine = calls.filter((call) => ids.includes(call.stepId));
    const happened = (event: string) =>
      events.filter(
        (one) => one.stepId !== null && ids.includes(one.stepId) && one.event === event,
      );
    return [
      ...one(`step "${step.key}"`, rows.length),
      ...rows.flatMap((row) => [
        ...(row.status === 'completed' ? [] : [loss(`step "${step.key}" is ${row.status}`)]),
        ...(row.substeps.every((part) => part.done) ? [] : [loss(`a part of step "${step.key}"`)]),
      ]),
      ...(step.kind === 'approval'
        ? []
        : one(`event start of step "${step.key}"`, happened('start').length)),
      ...(step.kind === 'approval'
        ? one(
            `approval of step "${step.key}"`,
            approvals.filter((row) => ids.includes(row.stepId)).length,
          )
        : one(`event complete of step "${step.key}"`, happened('complete').length)),
      ...(step.kind === 'tool' ? one(`call of step "${step.key}"`, mine.length) : []),
      ...mine.flatMap((call) =>
        call.status === 'completed'
          ? []
          : [loss(`the call of step "${step.key}" is ${call.status}`)],
      ),
    ];
  });
}

function auditApp({ apps, roles, objects, plans }: Snapshot): Fault[] {
  const schemas = objects.filter((name) => name.startsWith('schema '));
  const spec = Object(Plan.parse(plans[0]?.plan).subject);
  const [app] = apps;
  const partsOf = (value: unknown): string[] =>
    ['entities', 'views', 'rules'].flatMap((kind) => {
      const parts: unknown = Reflect.get(Object(value), kind);
      return Array.isArray(parts) ? parts.map((part) => `${kind} ${Reflect.get(part, 'id')}`) : [];
    });
  const missing = partsOf(spec).filter((part) => !partsOf(app?.spec).includes(part));
  return [
    ...one('app', apps.length),
    ...one('schema of an app', schemas.length),
    ...one('role of an app', roles.length),
    ...(app?.status === 'live' ? [] : [loss(`the app is ${app?.status ?? 'missing'}`)]),
    ...missing.map((part) => loss(`${part} of the app`)),
  ];
}

function auditRest({ ledgerFaults, jobs, processes, approvals }: Snapshot): Fault[] {
  return [
    ...ledgerFaults.map((problem) => loss(`the ledger: ${problem}`)),
    ...jobs.map((job) => stuck(`a job is left: ${job}`)),
    ...processes.map(() => stuck('a program is still registered')),
    ...approvals.flatMap((approval) =>
      approval.status === 'approved' ? [] : [loss(`an approval is ${approval.status}`)],
    ),
  ];
}

/**
 * Events are compared by what they say. Of buttons there are as many as states of a card were shown, and a
 * card that is brought up to date less often skips some; those of the last state are compared with the card.
 */
const uncounted = ['task_events', 'actions'];

/** Against the same work without harm: what there is more of was made twice, what there is less of is lost. */
function compare(snapshot: Snapshot, unharmed: Snapshot): Fault[] {
  const listed = (one: Snapshot): string[] => [
    ...one.objects.map((name) => `in the app: ${name}`),
    ...eventsOf(one),
    ...one.planned.map((job) => `a job for later: ${job}`),
    ...Object.entries(one.counts).flatMap(([table, count]) =>
      uncounted.includes(table) ? [] : Array.from({ length: count }, () => `a row in ${table}`),
    ),
  ];
  const before = tally(listed(unharmed));
  const now = tally(listed(snapshot));
  return [...new Set([...before.keys(), ...now.keys()])].flatMap((name) => {
    const difference = (now.get(name) ?? 0) - (before.get(name) ?? 0);
    const what = `${Math.abs(difference)} times ${name}, beside the unharmed run`;
    if (difference === 0) return [];
    return [difference > 0 ? duplicate(what) : loss(what)];
  });
}

/** Each event with its step. Taking a call up again is written down, and is no event twice. */
function eventsOf({ events, steps }: Snapshot): string[] {
  return events
    .filter(({ event, data }) => event !== 'call' || Reflect.get(Object(data), 'first') !== false)
    .map(({ event, stepId }) => {
      const step = steps.find((candidate) => candidate.id === stepId);
      return `event ${event} of ${step ? `step "${step.key}"` : 'the task'}`;
    });
}

function tally(names: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
