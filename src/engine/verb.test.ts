/** Every verb in every status: it does what it says, or says why not, and then nothing has changed. */
import { describe, expect, test } from 'vitest';
import {
  ana,
  approvalStep,
  humanStep,
  neverAborted,
  testEngine,
  toolStep,
} from '../../test/support/engine.ts';
import { FactotumError } from '../errors.ts';
import { askQuestion, createTask, failTask } from './task.ts';
import { performVerb, type TaskVerb, taskVerbs, type VerbInput } from './verb.ts';
import { runChecks, runStep } from './work.ts';

const bench = await testEngine();
const { engine, read } = bench;
const eve = { ...ana, id: 'eve' };
const two = [toolStep('a'), toolStep('b', { tool: 'other' })];

bench.tool('other');
bench.tool('broken', () => Promise.reject(new FactotumError('INVALID', 'The name is taken.')));
bench.tool('unsure', () => Promise.reject(Object.assign(new Error(), { code: 'ECONNRESET' })), {
  idempotent: false,
});

const request = { channel: 'web', conversation: 'verbs', title: 'Test CRM', shortName: 'CRM' };
const planning = () =>
  read(async (tx) => {
    const description = 'Create a CRM for my cellphone store';
    return createTask(tx, engine, ana, { ...request, description });
  });
const reversed = async () => ({ outcome: 'reversed' as const, note: 'It is gone.' });
async function accepted(steps: unknown[]): Promise<string> {
  bench.tool('work', undefined, { undo: { can: true, what: 'what it made goes', run: reversed } });
  const id = await bench.propose(steps);
  await bench.accept(id);
  return id;
}
async function settled(steps: unknown[]): Promise<string> {
  const id = await accepted(steps);
  await bench.runJobs(id, { pass: true });
  return id;
}

/** A task in each status, brought there as people bring it there. */
const situations: Record<string, () => Promise<string>> = {
  draft: async () => {
    const { id } = await planning();
    await bench.force(id, 'draft');
    return id;
  },
  planning: async () => (await planning()).id,
  ready: () => bench.propose(two),
  // The plan was changed and accepted while a step of the old one is at work.
  queued: async () => {
    const id = await accepted([toolStep('a'), toolStep('b'), toolStep('c')]);
    await startFirst(id);
    await performVerb(engine, ana, id, 'modify', { text: 'leave out Do c' });
    await performVerb(engine, ana, id, 'accept');
    return id;
  },
  running: async () => {
    const id = await accepted(two);
    await startFirst(id);
    return id;
  },
  paused: async () => {
    const id = await accepted(two);
    await performVerb(engine, ana, id, 'pause');
    return id;
  },
  approval: () => settled([approvalStep('p'), ...two]),
  error: () => settled([toolStep('a', { tool: 'broken' }), two[1]]),
  unsure: () => settled([toolStep('a', { tool: 'unsure' }), two[1]]),
  manual: () => settled([humanStep('h'), ...two]),
  // It has worked for as long as it may.
  budget: async () => {
    const id = await accepted(two);
    await bench.db.raw`update tasks set budget = budget || '{"minutes": 0}' where id = ${id}`;
    await bench.runJobs(id, { pass: true });
    return id;
  },
  question: () =>
    read(async (tx) => {
      const task = await createTask(tx, engine, ana, { ...request, description: 'Make an app' });
      const question = { kind: 'question' as const, text: 'What for?', suggestions: [] };
      return (await askQuestion(tx, engine, task, question)).id;
    }),
  completed: () => settled(two),
  failed: async () => {
    const id = await settled([approvalStep('p'), ...two]);
    await read(async (tx) => failTask(tx, engine, await bench.task(id), 'Nobody is there.'));
    return id;
  },
  cancelled: async () => {
    const id = await settled([humanStep('h'), ...two]);
    await performVerb(engine, ana, id, 'cancel');
    return id;
  },
  // Carried out by somebody; the program only keeps track.
  tracked: async () => {
    const { id } = await planning();
    await bench.force(id, 'draft');
    await performVerb(engine, ana, id, 'start');
    return id;
  },
};

/** Runs the checks before the work, so that the first step is started and its job waits. */
async function startFirst(id: string): Promise<void> {
  for (const job of await bench.jobs('check', id)) {
    await bench.drop(job.id);
    await runChecks(engine, job.payload);
  }
}

/** What each verb makes of each situation: the status afterwards, or `–` where it is refused. */
const table = `
                   draft     planning  ready     queued    running   paused    approval  error     unsure    manual    budget    question  completed failed    cancelled tracked
  accept           –         –         queued    –         –         –         –         –         –         –         –         –         –         –         –         –
  modify           –         –         ready     –         ready     ready     ready     ready     ready     ready     ready     –         –         –         –         –
  cancel           cancelled cancelled cancelled cancelled cancelled cancelled cancelled cancelled cancelled cancelled cancelled cancelled –         –         –         cancelled
  pause            –         –         –         paused    paused    –         paused    paused    paused    paused    paused    –         –         –         –         paused
  resume           –         –         –         –         –         running   –         –         –         –         –         –         –         –         –         –
  retry            –         –         –         –         –         –         –         running   running   –         –         –         –         –         –         –
  skip             –         –         –         –         –         –         –         running   running   –         –         –         –         –         –         –
  add_budget       –         –         –         –         –         –         –         –         –         –         running   –         –         –         –         –
  finish_cheaper   –         –         –         –         –         –         –         –         –         –         –         –         –         –         –         –
  stop_and_deliver –         –         –         –         –         –         –         –         –         –         running   –         –         –         –         –
  confirm          –         –         –         –         –         –         –         –         running   –         –         –         –         –         –         –
  approve          –         –         –         –         –         –         running   –         –         –         –         –         –         –         –         –
  reject           –         –         –         –         –         –         blocked   –         –         –         –         –         –         –         –         –
  ask_again        –         –         –         –         –         –         –         –         –         –         –         –         –         –         –         –
  finish_step      –         –         –         –         –         –         –         –         –         running   –         –         –         –         –         –
  start_over       cancelled cancelled cancelled cancelled cancelled cancelled cancelled cancelled cancelled cancelled cancelled –         completed failed    cancelled cancelled
  undo             –         –         –         –         –         –         –         –         –         –         –         –         completed –         –         –
  undo_confirm     –         –         –         –         –         –         –         –         –         –         –         –         completed –         –         –
  undo_keep        –         –         –         –         –         –         –         –         –         –         –         –         –         –         –         –
  execute          running   –         running   –         –         –         –         –         –         –         –         blocked   –         –         –         –
  start            running   –         –         –         –         –         –         –         –         –         –         –         –         –         –         –
  complete         completed –         –         –         –         –         –         –         –         –         –         –         –         –         –         completed
  fail             failed    –         –         –         –         –         –         –         –         –         –         –         –         –         –         failed
  block            blocked   –         –         –         –         –         –         –         –         –         –         –         –         –         –         blocked`;

const [head = '', ...rows] = table.trim().split('\n');
const columns = head.trim().split(/ +/);
const pairs = rows.flatMap((row) => {
  const [verb = '', ...cells] = row.trim().split(/ +/);
  return columns.map((column, index) => ({
    verb: verb as TaskVerb,
    column,
    after: cells[index] ?? '',
  }));
});

async function inputOf(verb: TaskVerb, id: string): Promise<VerbInput> {
  const steps = await bench.steps(id);
  const step = (steps.find((one) => one.kind === 'human') ?? steps[0])?.id ?? 'stp_none';
  const inputs: Partial<Record<TaskVerb, VerbInput>> = {
    modify: { text: 'leave out Do b' },
    skip: { confirmed: true },
    finish_step: { step },
    block: { text: 'The supplier has to answer.' },
  };
  return inputs[verb] ?? {};
}

/** Everything that is stored about a task. */
async function stored(id: string): Promise<unknown> {
  const { raw } = bench.db;
  return Promise.all([
    raw`select * from tasks where id = ${id} or restarted_from_id = ${id} order by id`,
    raw`select * from plans where task_id = ${id} order by id`,
    raw`select * from runs where task_id = ${id} order by id`,
    raw`select * from task_steps where task_id = ${id} order by id`,
    raw`select * from approvals where task_id = ${id} order by id`,
    raw`select * from calls where task_id = ${id} order by id`,
    raw`select * from task_events where task_id = ${id} order by id`,
  ]);
}

const attempt = (actor: typeof ana, id: string, verb: TaskVerb, input: VerbInput) =>
  performVerb(engine, actor, id, verb, input).then(
    (outcome) => ({ outcome, error: undefined }),
    (error: unknown) => ({ outcome: undefined, error }),
  );

/** A sentence for a person: no error of the program, no word of its insides. */
function expectSentence(error: unknown): void {
  expect(error).toBeInstanceOf(FactotumError);
  expect(error).toMatchObject({
    code: expect.stringMatching(/^(CONFLICT|FORBIDDEN|INVALID|NOT_FOUND)$/),
    message: expect.stringMatching(/^[A-Z“"].{10,}[.?!”]$/s),
  });
}

test('the table has every verb, and a situation for every status', () => {
  expect([...new Set(pairs.map(({ verb }) => verb))]).toEqual([...taskVerbs]);
  expect(columns).toEqual(Object.keys(situations));
});

describe.each(columns)('a task that is %s', (column) => {
  const bring = situations[column];
  if (!bring) throw new Error(`There is no situation ${column}.`);

  test.each(pairs.filter((pair) => pair.column === column))(
    '$verb → $after',
    async ({ verb, after }) => {
      const id = await bring();
      const before = await stored(id);
      const { outcome, error } = await attempt(ana, id, verb, await inputOf(verb, id));
      if (after === '–') {
        expectSentence(error);
        expect(await stored(id)).toEqual(before);
        return;
      }
      expect(error).toBeUndefined();
      expect(outcome?.message).toMatch(/^[A-Z].+[.!?]$/s);
      const { status } = await bench.task(id);
      // Where nothing is in the way, what was accepted or let go on has begun at once.
      expect(status === 'running' && after === 'queued' ? 'queued' : status).toBe(after);
      if (verb === 'start_over') {
        const next = await bench.task(outcome?.taskId ?? '');
        expect(next).toMatchObject({ status: 'ready', restartedFromId: id, requestedBy: 'ana' });
      }
    },
  );

  test('is not changed by somebody who neither asked for it nor approves here', async () => {
    const id = await bring();
    const isOver = ['completed', 'failed', 'cancelled'].includes(column);
    // Anybody may do a manual step, and may begin for themselves what is over.
    const own = [
      ...(column === 'manual' ? ['finish_step'] : []),
      ...(isOver ? ['start_over'] : []),
    ];
    const before = await stored(id);
    for (const verb of taskVerbs.filter((one) => !own.includes(one))) {
      const { error } = await attempt(eve, id, verb, await inputOf(verb, id));
      expectSentence(error);
    }
    expect(await stored(id)).toEqual(before);
  });

  test('is not there for another workspace', async () => {
    const id = await bring();
    const other = { ...ana, workspaceId: 'wsp_other' };
    for (const verb of taskVerbs) {
      const { error } = await attempt(other, id, verb, await inputOf(verb, id));
      expect(error).toMatchObject({ code: 'NOT_FOUND' });
    }
  });
});

test('a step job of a task that was changed meanwhile is harmless', async () => {
  const bring = situations['queued'];
  const id = (await bring?.()) ?? '';
  const [job] = await bench.jobs('step', id);
  if (!job) throw new Error('No step waits.');
  await bench.drop(job.id);
  await runStep(engine, job.payload, neverAborted);
  expect(await bench.task(id)).toMatchObject({ status: 'running', planVersion: 2 });
});

describe('without saying which', () => {
  test('finish_step means the only manual step whose turn it is', async () => {
    const id = await situations['manual']?.();
    await performVerb(engine, ana, id ?? '', 'finish_step');
    expect(await bench.step(id ?? '', 'h')).toMatchObject({ status: 'completed' });
  });

  test('finish_step is refused where none waits, and where several do', async () => {
    const none = await bench.propose(two);
    await expect(performVerb(engine, ana, none, 'finish_step')).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'CRM has no manual step whose turn it is.',
    });
    const branches = [[humanStep('h')], [humanStep('i')]];
    const both = await settled([{ kind: 'parallel', key: 'p', name: 'Both', branches }]);
    await expect(performVerb(engine, ana, both, 'finish_step')).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/^2 manual steps of CRM wait\./),
    });
  });
});

test('start over that is said many times at once makes one new task', async () => {
  const id = await bench.propose(two);
  const again = await Promise.all(
    Array.from({ length: 8 }, () => performVerb(engine, ana, id, 'start_over')),
  );
  expect(new Set(again.map(({ taskId }) => taskId)).size).toBe(1);
  const [row] = await bench.db
    .raw`select count(*)::int as made from tasks where restarted_from_id = ${id}`;
  expect(row).toEqual({ made: 1 });
});

test('an approval that is given while the task is paused says that it stays paused', async () => {
  const id = (await situations['approval']?.()) ?? '';
  await performVerb(engine, ana, id, 'pause');
  expect((await performVerb(engine, ana, id, 'approve')).message).toBe(
    'Approved. CRM is paused: say “continue” to go on.',
  );
  expect(await bench.task(id)).toMatchObject({ status: 'paused' });
});

test.each([
  ['error', 'CRM is stopped at an error, so it cannot be resumed.'],
  ['manual', 'CRM is waiting for somebody to do their part, so it cannot be resumed.'],
  ['budget', 'CRM is out of budget, so it cannot be resumed.'],
  ['question', 'CRM is waiting for an answer, so it cannot be resumed.'],
])('a blocked task (%s) says what it waits for', async (situation, message) => {
  const id = (await situations[situation]?.()) ?? '';
  await expect(performVerb(engine, ana, id, 'resume')).rejects.toMatchObject({ message });
});
