/**
 * A secret in every place of a task where a person or a program can put one: it is shown on no card
 * and no page, in no answer of the API, and kept in no log and no ledger.
 */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createStoredChannel } from '../../src/bot/message.ts';
import { renderWords as slackWords } from '../../src/bot/slack/render.ts';
import { renderWords as teamsWords } from '../../src/bot/teams/render.ts';
import { listLedger } from '../../src/db/ledger.ts';
import { rememberPerson } from '../../src/db/person.ts';
import { listTasks } from '../../src/db/task.ts';
import { finishHumanStep } from '../../src/engine/decision.ts';
import { listenSignals } from '../../src/engine/signal.ts';
import { createTask, proposePlan } from '../../src/engine/task.ts';
import { loadView } from '../../src/engine/view.ts';
import { FactotumError } from '../../src/errors.ts';
import { createLog } from '../../src/log.ts';
import { serve } from '../../src/web/server.ts';
import { testBot } from '../support/bot.ts';
import { ana, approvalStep, humanStep, planOf, toolStep } from '../support/engine.ts';

const bench = await testBot();
const { bot, engine, db } = bench;
bot.channels = new Map([['web', createStoredChannel(db, 'web')]]);
engine.log = createLog();

/** One of a kind for each place, so that a leak names where it came from. */
const planted = new Map<string, string>();
function canary(place: string): string {
  const number = String(planted.size + 1).padStart(3, '0');
  const secret = ['gh', 'p_CaNaRy0123456789abcdefgh', number].join('');
  planted.set(place, secret);
  return secret;
}
/** No provider gives secrets of this shape: only the tool's word says that it is one. */
const pin = 'tulip-umbrella-seven';
planted.set('a secret field of the input', pin);

const conversation = 'canary';
const shownIn = new Map<string, string>();
const written: string[] = [];
let address: string;

beforeAll(async () => {
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    written.push(String(chunk));
    return true;
  });
  afterAll(() => stderr.mockRestore());
  const hub = await listenSignals(db);
  const access = { hosts: [] as string[], token: undefined };
  const web = { bot, hub, workspaceId: ana.workspaceId, personId: ana.id, access };
  const server = await serve({ ...web, isQueueReady: () => true }, '127.0.0.1', 0);
  access.hosts.push(`127.0.0.1:${server.port}`);
  address = `http://127.0.0.1:${server.port}`;
  afterAll(async () => {
    await server.stop();
    await hub.stop();
  });
});

/** Files a task with a canary in every field, and takes it through an error, an approval and a manual step to its end. */
async function work(): Promise<string> {
  const said = (where: string) => `${where} ${canary(where)}`;
  const plan = planOf(
    [
      toolStep('send', {
        tool: 'mail',
        name: said('step name'),
        detail: said('step detail'),
        completedLabel: said('completed label'),
        substeps: [said('part of a step')],
        priority: 'high',
        input: { pin, note: said('tool input'), password: canary('tool input by name') },
      }),
      approvalStep('allow', { name: said('approval name'), detail: said('approval detail') }),
      humanStep('call', { name: said('manual step'), instruction: said('instruction') }),
      toolStep('end', { tool: 'report', name: 'Report' }),
    ],
    {
      title: said('plan title'),
      creates: [{ icon: '📋', text: said('what it creates') }],
      understood: [said('understood')],
      guessed: [said('guessed')],
      risks: [said('risk')],
      checks: [{ id: 'chk_1', label: said('check'), kind: 'unheard_of' }],
      subject: { note: said('subject') },
    },
  );
  const id = await bench.read(async (tx) => {
    const words = { title: said('title'), shortName: said('short name') };
    const place = { channel: 'web', conversation };
    const task = await createTask(tx, engine, ana, {
      ...place,
      ...words,
      description: said('description'),
    });
    return (await proposePlan(tx, engine, task, plan, [said('change of the plan')])).id;
  });
  let tries = 0;
  bench.tool(
    'mail',
    async ({ outside, substep, idempotencyKey: key }) => {
      tries += 1;
      await substep(plan.steps[0]?.kind === 'tool' ? (plan.steps[0].substeps[0] ?? '') : '', () =>
        outside.send({ key, to: `web:${conversation}`, text: said('message sent') }),
      );
      if (tries > 1) return { echo: pin, result: said('result'), apiKey: canary('result by name') };
      const reason = `${said('error reason')}, and the pin ${pin} is wrong.`;
      throw new FactotumError('INVALID', reason, { cause: new Error(`${pin} was refused`) });
    },
    { secrets: ['pin'] },
  );
  bench.tool('report', async () => ({ total: said('last result') }));

  await bench.settle();
  await collect(id, 'when planned');
  await bench.accept(id);
  await bench.runJobs(id, { pass: true });
  await bench.settle();
  expect(await bench.task(id)).toMatchObject({ status: 'blocked', blockedKind: 'error' });
  await collect(id, 'when failed');
  await press('Retry');
  await bench.runJobs(id, { pass: true });
  const [approval] = await bench.approvals(id);
  const effect = { lines: [said('approval effect')], impact: said('impact'), undo: said('undo') };
  await db.raw`update approvals set effect = ${db.raw.json(effect)} where id = ${approval?.id ?? ''}`;
  await bench.settle();
  await collect(id, 'when asked');
  await press('Reject', said('why not'));
  await bench.settle();
  await collect(id, 'when refused');
  await press('Retry');
  await bench.runJobs(id, { pass: true });
  await bench.settle();
  await press('Approve');
  await bench.settle();
  await collect(id, 'when a person must act');
  await finishHumanStep(engine, ana, id, (await bench.step(id, 'call')).id);
  await bench.runJobs(id, { pass: true });
  await bench.settle();
  await post('/api/messages', { conversation, text: 'show logs' });
  await bench.settle();
  expect((await bench.task(id)).status).toBe('completed');
  await collect(id, 'when done');
  return id;
}

type Action = { id: string; label: string };
type Shown = { messages: { card?: { actions: Action[] } }[] };

async function press(label: string, reason?: string): Promise<void> {
  const { messages } = (await (await ask(`/api/conversations/${conversation}`)).json()) as Shown;
  const actions = messages.flatMap(({ card }) => card?.actions ?? []);
  const action = actions.findLast((known) => known.label === label);
  if (!action) throw new Error(`There is no button ${label}.`);
  const input = reason === undefined ? {} : { input: { text: reason } };
  expect(await post('/api/actions', { id: action.id, ...input })).toMatchObject({
    outcome: 'done',
  });
}

const ask = (path: string) => fetch(`${address}${path}`);
async function post(path: string, body: object): Promise<unknown> {
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(address + path, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  const text = await response.text();
  shownIn.set(`answer to ${path} ${shownIn.size}`, text);
  return JSON.parse(text);
}

async function collect(id: string, when: string): Promise<void> {
  const paths = ['/api/tasks', `/api/tasks/${id}`, `/api/tasks/${id}/progress`, '/tasks'];
  for (const path of [...paths, `/api/conversations/${conversation}`, `/c/${conversation}`])
    shownIn.set(`${path} ${when}`, await (await ask(path)).text());
  const rows = async (what: string, found: Promise<readonly unknown[]>) =>
    shownIn.set(`${what} ${when}`, JSON.stringify(await found));
  await rows('cards', db.raw`select card from cards`);
  await rows('buttons', db.raw`select subject from actions`);
  await rows('messages of the bot', db.raw`select * from messages where author = 'factotum'`);
  await rows('execution_log', db.raw`select execution_log from tasks`);
  await rows('task_events', db.raw`select data from task_events`);
  await rows(
    'view',
    bench.read(async (tx) => [await loadView(tx, id, engine.now(), engine.tools)]),
  );
  await rows(
    'ledger',
    bench.read((tx) => listLedger(tx, ana.workspaceId)),
  );
}

/** What people say, paste and call things: found tasks, names of people and of apps, links, records, files. */
async function talk(): Promise<void> {
  const said = (where: string) => `${where} ${canary(where)}`;
  const pasted = [
    `Ann: I will send the ${said('promised thing')} by 12 March 2031`,
    `Ben: please call the ${said('asked thing')}`,
    `ACTION: Carla ${canary('name')} to bring the ${said('agreed thing')}`,
    `please see https://user:${canary('password of a link')}@files.example/${canary('file name')}.pdf`,
  ].join('\n');
  await post('/api/messages', { conversation, text: pasted });
  await bench.settle();
  await press('Make these tasks');
  await bench.settle();
  await post('/api/messages', {
    conversation,
    text: `Create a CRM for ${canary('name of an app')} with customers and ${said('name of a list')}`,
  });
  await bench.settle();
  await post('/api/messages', {
    conversation,
    text: `add a ${canary('new field')} field to customers`,
  });
  await post('/api/messages', { conversation, text: `assign it to ${canary('assignee')}` });
  await bench.settle();
  const filed = (await post('/api/tasks', {
    ...{ title: said('filed title'), description: said('filed description'), conversation },
    ...{ short_name: canary('filed short name'), execution_type: 'manual' },
    ...{ assigned_to_type: 'user', assigned_to_id: canary('filed assignee') },
    ai_context: said('filed context'),
  })) as { task_id: string };
  await bench.settle();
  await post('/api/messages', { conversation, text: 'list my tasks' });
  await bench.settle();
  await collect(filed.task_id, 'after talk');
  shownIn.set('Teams words', JSON.stringify(teamsWords(said('words in Teams'), { baseUrl: '' })));
  shownIn.set('Slack words', JSON.stringify(slackWords(said('words in Slack'), { baseUrl: '' })));
  const tasks = await bench.read((tx) => listTasks(tx));
  expect(tasks.length).toBeGreaterThan(3);
  await bench.read((tx) =>
    rememberPerson(tx, {
      ...{
        workspaceId: ana.workspaceId,
        id: 'U0NAMED001',
        channel: 'slack',
        conversation: 'D0NAMED',
      },
      name: said('name of a person'),
    }),
  );
  shownIn.set('people', JSON.stringify(await db.raw`select * from people`));
}

test('a secret in every field of a task is shown nowhere and kept in no log', async () => {
  await work();
  await talk();
  shownIn.set('log', written.join(''));
  // It has really been there: the log tells of the error, the ledger of the reason, the card of the result.
  for (const [where, words] of [
    ['log', 'error reason'],
    ['ledger when failed', 'error reason'],
    ['cards when failed', 'error reason'],
    ['cards when planned', 'step detail'],
    ['cards when a person must act', 'instruction'],
    ['messages of the bot when done', 'message sent'],
    ['/tasks when done', 'plan title'],
  ] as const)
    expect(shownIn.get(where), where).toContain(`${words} ••••`);
  const leaks = [...shownIn].flatMap(([where, text]) =>
    [...planted]
      .filter(([, secret]) => partsOf(secret).some((part) => text.includes(part)))
      .map(([place]) => `${place} → ${where}`),
  );
  expect(leaks).toEqual([]);
  expect(planted.size).toBeGreaterThan(45);
});

/** As it is, its end, and as an address or a name of ours would have it. */
const partsOf = (secret: string) => [
  secret,
  secret.slice(-12),
  ...(secret === pin
    ? []
    : [
        secret
          .toLowerCase()
          .replace(/[^a-z0-9]+/g, '-')
          .slice(0, 30),
      ]),
];
