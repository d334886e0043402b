/** What was lost, done twice or left behind: decided from a snapshot of the database alone. Pure. */
import { Plan, walk } from '../src/engine/workflow/plan.ts';
import { unfold } from '../src/engine/workflow/unfold.ts';
import { auditEvents } from './audit-event.ts';
import { compare } from './compare.ts';
import { duplicate, type Fault, loss, one, stuck } from './fault.ts';
import type { Memory } from './person.ts';
import type { Scenario } from './scenario.ts';
import type { Snapshot } from './snapshot.ts';

export type Expectation = {
  /** What the program has acknowledged. */
  memory: Memory;
  scenario: Scenario;
  /** The same work done without any harm. */
  unharmed?: Snapshot;
};

export function audit(snapshot: Snapshot, expected: Expectation): Fault[] {
  return [
    ...auditTalk(snapshot, expected),
    ...auditTask(snapshot, expected),
    ...auditSteps(snapshot),
    ...auditEvents(snapshot),
    ...auditApp(snapshot, expected),
    ...auditRest(snapshot, expected),
    ...(expected.unharmed ? compare(snapshot, expected.unharmed, expected.scenario) : []),
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
    ...expected.scenario.sends.flatMap(({ conversation, text }) => {
      const sent = shown.filter(
        (message) => message.conversation === conversation && message.text.includes(text),
      );
      return one(`message "${text}" in ${conversation}`, sent.length);
    }),
  ];
}

function auditTask(snapshot: Snapshot, { scenario }: Expectation): Fault[] {
  const { tasks, messages } = snapshot;
  return [
    ...scenario.conversations.flatMap((conversation) => {
      const delivered = messages.filter(
        (message) =>
          message.conversation === conversation &&
          Reflect.get(Object(message.card), 'kind') === 'delivery',
      );
      const filed = tasks.filter((task) => task.conversation === conversation);
      return [
        ...one(`task in ${conversation}`, filed.length),
        ...one(`delivery in ${conversation}`, delivered.length),
        ...filed.flatMap((task) => auditRun(snapshot, task)),
      ];
    }),
    ...tasks.flatMap(({ conversation }) =>
      scenario.conversations.includes(conversation)
        ? []
        : [duplicate(`a task in ${conversation}, where none belongs`)],
    ),
  ];
}

function auditRun(snapshot: Snapshot, task: Snapshot['tasks'][number]): Fault[] {
  const { plans, runs, events, checks } = snapshot;
  const planned = plans.filter((candidate) => candidate.taskId === task.id);
  const ran = runs.filter((candidate) => candidate.taskId === task.id);
  const ofTask = (event: string) =>
    events.filter((one) => one.taskId === task.id && one.stepId === null && one.event === event);
  const ended = task.executionLog.filter((entry) => entry.event === 'completed');
  const where = `of the task in ${task.conversation}`;
  return [
    ...(task.status === 'completed' ? [] : [stuck(`the task is ${task.status}`)]),
    ...(ran[0]?.finishedAt ? [] : [loss(`the end of the run ${where}`)]),
    ...one(`run ${where}`, ran.length),
    ...one(`plan ${where}`, planned.length),
    ...['accept', 'start', 'complete'].flatMap((event) =>
      one(`event ${event} ${where}`, ofTask(event).length),
    ),
    ...one(`"completed" in the log ${where}`, ended.length),
    ...planned.flatMap(({ plan }) =>
      Plan.parse(plan).checks.flatMap((check) => {
        const rows = checks.filter(
          (row) => row.key === check.id && ran.some(({ id }) => id === row.runId),
        );
        const isGreen = rows.every((row) => row.before && row.after?.passed);
        return [
          ...one(`check "${check.label}" ${where}`, rows.length),
          ...(isGreen ? [] : [loss(`the result of check "${check.label}" ${where}`)]),
        ];
      }),
    ),
  ];
}

/** What says in the ledger that it has begun: the others are over at once, or somebody is asked. */
const begun = ['tool', 'parallel', 'each', 'round', 'wait', 'wait_event'];

function auditSteps({ plans, steps, calls, events, approvals }: Snapshot): Fault[] {
  return plans.flatMap(({ taskId, plan }) => {
    const ofTask = steps.filter((step) => step.taskId === taskId);
    const planned = walk(unfold(Plan.parse(plan), ofTask).steps);
    return [...planned].flatMap((step) => {
      const rows = ofTask.filter((row) => row.key === step.key);
      const ids = rows.map((row) => row.id);
      const mine = calls.filter((call) => ids.includes(call.stepId));
      const asked = approvals.filter(
        (row) => ids.includes(row.stepId) && row.status === 'approved',
      );
      const happened = (event: string) =>
        events.filter(
          (one) => one.stepId !== null && ids.includes(one.stepId) && one.event === event,
        ).length;
      const isBegun = begun.includes(step.kind);
      // Whoever goes on without an event approves that.
      const end = step.kind === 'wait_event' && asked.length > 0 ? 'approve' : 'complete';
      return [
        ...one(`step "${step.key}"`, rows.length),
        ...rows.flatMap((row) => [
          ...(row.status === 'completed' ? [] : [loss(`step "${step.key}" is ${row.status}`)]),
          ...(row.substeps.every((part) => part.done)
            ? []
            : [loss(`a part of step "${step.key}"`)]),
        ]),
        ...(isBegun ? one(`event start of step "${step.key}"`, happened('start')) : []),
        ...(step.kind === 'approval'
          ? one(`approval of step "${step.key}"`, asked.length)
          : one(`event ${end} of step "${step.key}"`, happened(end))),
        ...(step.kind === 'tool' ? one(`call of step "${step.key}"`, mine.length) : []),
        ...mine.flatMap((call) =>
          call.status === 'completed'
            ? []
            : [loss(`the call of step "${step.key}" is ${call.status}`)],
        ),
      ];
    });
  });
}

function auditApp({ apps, roles, objects, plans }: Snapshot, { scenario }: Expectation): Fault[] {
  const schemas = objects.filter((name) => name.startsWith('schema '));
  const spec = Object(Plan.parse(plans[0]?.plan).subject);
  const [app] = apps;
  if (scenario.apps === 0)
    return [...apps, ...schemas, ...roles].map(() =>
      duplicate('a part of an app that nobody made'),
    );
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

function auditRest(
  { ledgerFaults, jobs, processes, approvals }: Snapshot,
  { scenario }: Expectation,
): Fault[] {
  // One that nobody has decided in time is asked again, and then another one is approved.
  const isOver = (status: string) => scenario.isTimed && status === 'superseded';
  return [
    ...ledgerFaults.map((problem) => loss(`the ledger: ${problem}`)),
    ...jobs.map((job) => stuck(`a job is left: ${job}`)),
    ...processes.map(() => stuck('a program is still registered')),
    ...approvals.flatMap((approval) =>
      approval.status === 'approved' || isOver(approval.status)
        ? []
        : [loss(`an approval is ${approval.status}`)],
    ),
  ];
}
