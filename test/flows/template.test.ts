/** Each template is run to its end on every branch, and its dry run is what the file beside it shows. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { acceptPlan } from '../../src/engine/accept.ts';
import { listTemplates } from '../../src/engine/template.ts';
import type { Value } from '../../src/engine/workflow/function.ts';
import type { Inputs } from '../../src/engine/workflow-start.ts';
import { root } from '../../src/root.ts';
import { testBot } from '../support/bot.ts';
import { ana } from '../support/engine.ts';
import { type Answer, workflowBench } from '../support/workflow-run.ts';

type Case = {
  /** Besides those of the file. */
  given: Record<string, Value>;
  answer?: Answer;
  /** The numbers of the steps that are done; `#2` is one of the second round. */
  done: (number | string)[];
  /** Otherwise it is completed. */
  ends?: 'blocked' | 'approval_pending';
};

const cases: Record<string, Case[]> = {
  'customer-support': [
    { given: { order_amount: 100 }, done: [1, 2] },
    { given: { order_amount: 101 }, answer: 'nobody', done: [1, 2], ends: 'approval_pending' },
  ],
  'refund-approval': [
    { given: {}, done: [1, 2, 3, 4] },
    { given: { amount: 100 }, done: [1, 3, 4] },
    { given: { reason: 'I like another colour more' }, done: [1, 5] },
    { given: {}, answer: 'no', done: [1], ends: 'blocked' },
  ],
  'employee-onboarding': [
    { given: {}, done: [1, 3, 4, 7, 8, 9] },
    { given: { role: 'Accountant', remote: true }, done: [1, 3, 5, 6, 7, 8, 9] },
    { given: {}, answer: 'no', done: [], ends: 'blocked' },
  ],
  'incident-response': [
    { given: {}, done: [1, 3, 4, 5, 6, 9] },
    { given: { description: 'Search is slow' }, done: [1, 7, 9] },
    { given: { description: 'A typing error' }, done: [1, 8, 9] },
    { given: {}, answer: 'nobody', done: [1, 3, 4], ends: 'approval_pending' },
  ],
  'content-review': [
    { given: {}, done: [1, 2, 3, 4, 5] },
    { given: { text: 'Our shop opens at nine on Monday.' }, done: [1, 3, 4, 5] },
    { given: { text: 'TODO' }, answer: 'no', done: [1, 2], ends: 'blocked' },
    { given: {}, answer: 'nobody', done: [1, 2], ends: 'blocked' },
  ],
  'invoice-approval': [
    { given: {}, done: [1, 2, 4, 5] },
    { given: { amount: 6000, ordered: 6000 }, done: [1, 3, 5] },
    { given: { amount: 500, ordered: 500 }, done: [1, 5] },
    { given: { amount: 6000, ordered: 5000 }, answer: 'no', done: [1, 2], ends: 'blocked' },
  ],
  'lead-routing': [
    { given: {}, done: [1, 2] },
    { given: { message: 'What do you do?' }, done: [1, 3] },
    { given: { message: 'What do you do?', employees: 2 }, done: [1, 4] },
  ],
  'weekly-report': [
    { given: {}, done: [1, 3] },
    { given: { open: 20 }, done: [1, 2, 3] },
    { given: {}, answer: 'no', done: [1], ends: 'blocked' },
  ],
  'access-request': [
    { given: {}, done: [1, 2, 4, 5, 6] },
    { given: { system: 'wiki' }, done: [1, 3, 4, 5, 6] },
    { given: { system: 'wiki', level: 'read', days: 0 }, done: [1, 4] },
    { given: {}, answer: 'no', done: [1], ends: 'blocked' },
    { given: {}, answer: 'nobody', done: [1], ends: 'blocked' },
  ],
  'vendor-evaluation': [
    { given: {}, done: ['1#1', '1#2', 3, 4] },
    { given: { budget: 100 }, done: ['1#1', '1#2', 2] },
    { given: {}, answer: 'no', done: ['1#1', '1#2', 3], ends: 'blocked' },
  ],
};

const templates = await listTemplates();
const bench = await testBot();
const { engine } = bench;

test('there are cases for every template', () => {
  expect(templates.map(({ name }) => name)).toEqual(Object.keys(cases).sort());
});

describe.each(templates)('the template $name', (template) => {
  const { name, about, text, inputs } = template;
  const own = cases[name] ?? [];

  test('has cases that together go through every step', () => {
    const numbers = [...text.matchAll(/STEP (\d+):(?! PARALLEL)/g)].map((match) => match[1]);
    const done = new Set(own.flatMap((one) => one.done.map((key) => String(key).split('#')[0])));
    const asked = name === 'customer-support' ? ['3'] : [];
    expect(numbers.filter((number) => !done.has(number ?? ''))).toEqual(asked);
    if (name !== 'customer-support') expect(about).not.toBe('');
  });

  test.each(own)('with $given and $answer does the steps $done', async ({ given, ...expected }) => {
    const flow = await workflowBench(bench, template);
    const { id } = await flow.start({ ...inputs, ...given } as Inputs);
    await acceptPlan(engine, ana, id, 1);
    await flow.people(id, expected.answer ?? 'yes');
    const { status, done, why } = await flow.outcome(id);
    const numbered = done.filter((key) => key.startsWith('step-'));
    const parallel = new Set(
      [...text.matchAll(/STEP (\d+): PARALLEL/g)].map((match) => `step-${match[1]}`),
    );
    expect({ status, done: numbered.filter((key) => !parallel.has(key)) }, why).toEqual({
      status: expected.ends ?? 'completed',
      done: expected.done.map((key) => `step-${key}`).sort(),
    });
  });

  test('is rehearsed as its transcript shows', async () => {
    await workflowBench(bench, template);
    const talk = bench.talk();
    const values = Object.entries(inputs).map(
      ([key, value]) => `${key} = ${JSON.stringify(value)}`,
    );
    await talk.say(`run ${name} with ${values.join(', ')}`);
    await talk.press('Dry run');
    await bench.runJobs((await talk.task()).id);
    await bench.settle();
    const [plan, rehearsal] = [talk.last('plan'), talk.last('dry_run')];
    const lines = [
      ...plan.text.split('\n').filter((line) => !line.startsWith('Confidence:')),
      '',
      rehearsal.text,
      ...rehearsal.sections.flatMap(({ title, items }) => [
        `${title}:`,
        ...items.map((item) => `- ${item}`),
      ]),
      ...rehearsal.checks.map(({ label, evidence }) => `✓ ${label}: ${evidence}`),
    ];
    const file = join(root, 'examples/workflows', `${name}.dry-run.txt`);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(file);
    expect(rehearsal.checks).toMatchObject([{ before: false, after: true }]);
  });
});

test('what people were asked is called so at the end too, with the values of this run', async () => {
  const [template] = templates.filter(({ name }) => name === 'content-review');
  if (!template) throw new Error('There is no such template.');
  const flow = await workflowBench(bench, template);
  const talk = bench.talk();
  await talk.say('run content-review with title = "Sale", text = "TODO"');
  await talk.say('accept');
  await flow.people((await talk.task()).id, 'yes');
  await bench.settle();
  const done = talk.last('delivery').sections.find(({ title }) => title === 'Done');
  expect(done?.items).toEqual([
    'content-reviewer',
    'Put Sale right: It is not finished.',
    'Publish Sale?',
    'Publish Sale',
    'Publish content_published',
  ]);
});
