/** What the adapter makes of a model's answers: the recorded examples of each prompt, and what it does without one. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { planOf, toolStep } from '../../../../test/support/engine.ts';
import { openaiServer, type Reply, saidTo } from '../../../../test/support/openai-server.ts';
import type { ResultField } from '../../../db/agent.ts';
import { answerShape } from '../../agent/result.ts';
import { planApp } from '../../plan-app.ts';
import { installedTools } from '../../tools/index.ts';
import { defineTool } from '../../tools/tool.ts';
import type { Context, Question, Understanding } from '../model.ts';
import { createOpenAiModel } from './openai.ts';
import { agentPrompt } from './prompt/agent.ts';
import { assessPrompt } from './prompt/assess.ts';
import { draftPrompt, redraftPrompt } from './prompt/draft.ts';
import { extractPrompt, threadPrompt } from './prompt/extract.ts';
import { revisePrompt } from './prompt/revise.ts';
import { revisePlanPrompt } from './prompt/revise-plan.ts';
import { understandPrompt } from './prompt/understand.ts';

type Example = {
  prompt: string;
  version: number;
  said: { text: string; change: string };
  answer: object;
};
const folder = join(import.meta.dirname, '../../../../test/fixtures/openai');
const example = (name: string): Example =>
  JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Example;
const context: Context = {
  now: new Date('2026-05-01T10:00:00Z'),
  locale: 'en-US',
  currency: 'USD',
  timezone: 'UTC',
};
const server = await openaiServer(() => ({ status: 500 }));
const warned: string[] = [];
function model() {
  const settings = { apiKey: undefined, baseUrl: server.baseUrl, model: 'test-model' };
  return createOpenAiModel(
    { ...settings, timeoutMs: 5_000, maxTokens: 8_000 },
    {
      log: {
        info: () => {},
        warn: (event) => warned.push(event),
        error: (event) => warned.push(event),
      },
      signal: new AbortController().signal,
      now: () => new Date(),
    },
  );
}
const answer = (...replies: (object | Reply)[]) =>
  server.play((_, nth) => {
    const reply = replies[nth - 1] ?? replies.at(-1) ?? {};
    return 'status' in reply || 'say' in reply || 'refuse' in reply
      ? (reply as Reply)
      : { say: reply };
  });
async function understood(text: string): Promise<Understanding> {
  const found = await model().understand(text, context);
  if (found.kind !== 'app') throw new Error(found.text);
  return found;
}

const category: ResultField = {
  name: 'category',
  type: 'choice',
  options: ['refund', 'other'],
  about: '',
};

test.each(readdirSync(folder))('%s has the shape and the version of its prompt', (file) => {
  const { prompt, version, answer: said } = example(file.replace('.json', ''));
  const prompts = [
    understandPrompt,
    revisePrompt,
    revisePlanPrompt,
    assessPrompt,
    draftPrompt,
    redraftPrompt,
    extractPrompt,
    threadPrompt,
    { ...agentPrompt, schema: answerShape([category]) },
  ];
  const known = prompts.find(({ name }) => name === prompt);
  expect(known?.version).toBe(version);
  expect((known?.schema as z.ZodType | undefined)?.safeParse(said).success).toBe(true);
});

describe('understand', () => {
  const crm = example('understand-crm');

  test('makes the app of what the model read, and counts as said only what was', async () => {
    answer(crm.answer);
    const found = await understood(crm.said.text);
    expect(found).toMatchObject({ type: 'CRM', domain: 'Cellphone retail', shortName: 'CRM' });
    expect(found.impliedEntities).toEqual(['customers', 'products', 'sales', 'repairs']);
    expect(found.spec.slug).toBe('cellphone-store-crm');
    const repairs = found.spec.entities.find(({ key }) => key === 'repairs');
    expect(repairs?.fields.map(({ key, type }) => `${key} ${type}`)).toEqual([
      'customer relation',
      'device text',
      'problem longtext',
      'status status',
      'estimated_cost money',
    ]);
    expect(found.confidence).toBe(0.9);
    expect(found.understood).toEqual([]);
    expect(found.guessed[0]).toBe(
      'Customers, products, sales and repairs were added by the language model.',
    );
    expect(
      planApp(found.spec, found, installedTools, new Map()).steps.map(({ key }) => key),
    ).toEqual(['tables', 'pages', 'search', 'workflow-repairs']);
    expect(saidTo(server.asked[0] ?? ({} as never))).toEqual(crm.said);
  });

  test('reads what the rules cannot, another language, with its quotes and alerts', async () => {
    const { said, answer: german } = example('understand-german');
    answer(german);
    const { spec, understood: sure, confidence } = await understood(said.text);
    const [hives] = spec.entities;
    expect(hives).toMatchObject({ key: 'hives', source: 'Bienenstöcke' });
    expect(hives?.fields.map(({ source }) => source)).toEqual(['Standort', 'Alter der Königin']);
    expect(spec.rules).toMatchObject([
      { entity: 'hives', when: [{ field: 'queen_age', op: 'gt', value: 3 }] },
    ]);
    expect(sure).toEqual(['You named hives.']);
    expect(confidence).toBe(1);
  });

  test('asks the model’s question with its suggestions, of which none is a command', async () => {
    const { said, answer: vague } = example('understand-vague');
    answer(vague);
    expect(await model().understand(said.text, context)).toEqual({
      kind: 'question',
      text: 'What should the app keep track of?',
      suggestions: [
        'Customer list with name, phone and last visit',
        'Inventory of parts with stock and supplier',
      ],
    });
    const suggestions = [
      'accept',
      'Approve',
      'cancel',
      'show https://evil.example now',
      'A list of pets',
    ];
    answer({
      app: null,
      question: { text: 'Which <@U1> one? See http://evil.example/x', suggestions },
    });
    expect(await model().understand('Make an app', context)).toEqual({
      kind: 'question',
      text: 'Which @U1 one? See',
      suggestions: ['show now', 'A list of pets'],
    });
  });

  test('words that the text does not have are no quote', async () => {
    const made = structuredClone(crm.answer) as {
      app: { entities: { said: string | null; fields: { said: string | null }[] }[] };
    };
    for (const entity of made.app.entities) {
      entity.said = 'the manager asked for it';
      for (const field of entity.fields) field.said = 'as agreed';
    }
    answer(made);
    const { spec, understood: sure, confidence } = await understood(crm.said.text);
    expect(JSON.stringify(spec)).not.toContain('"source"');
    expect(sure).toEqual([]);
    expect(confidence).toBe(0.9);
  });

  const withFields = (fields: object[]) => {
    const entity = { name: 'repair', said: null, fields };
    const app = {
      name: 'Shop',
      type: 'App',
      business: 'Repairs',
      entities: [entity],
      dashboard: [],
    };
    return { app: { ...app, alerts: [], guessed: [] }, question: null };
  };
  const field = (about: object) => ({
    ...{ name: 'x', type: 'text', options: [], exits: [], to: null, many: false },
    ...{ required: false, unique: false, search: false, said: null },
    ...about,
  });

  test.each([
    [
      'a link to nothing',
      [field({ name: 'owner', type: 'relation', to: 'people' })],
      'which is none of: repair',
    ],
    [
      'a status of one state',
      [field({ name: 'state', type: 'status', options: ['new'] })],
      'two options or more',
    ],
    ['a choice of nothing', [field({ name: 'colour', type: 'choice' })], 'without options'],
  ])('%s goes back to the model', async (_, fields, problem) => {
    answer(withFields(fields), withFields([field({ name: 'device' })]));
    expect((await understood('Repairs')).spec.entities[0]?.fields.map(({ key }) => key)).toEqual([
      'device',
    ]);
    expect(server.asked[1]?.messages.at(-1)?.content).toContain(problem);
  });

  test('an alert on what is not there is said to be left out', async () => {
    const said = withFields([field({ name: 'device' })]);
    Object.assign(said.app, {
      alerts: [{ entity: 'repair', field: 'stock', when: 'lt', value: '5', said: 'stock below 5' }],
    });
    answer(said);
    expect((await understood('Repairs, stock below 5')).guessed[0]).toContain(
      'Left out: "stock below 5"',
    );
  });

  test.each([
    ['nothing', { app: null, question: null }],
    ['another shape', { entities: [] }],
    ['no JSON', { say: 'Sure! Here is your app.' }],
    ['a list', { say: '[1,2]' }],
    ['an app of nothing', { ...withFields([]), app: { ...withFields([]).app, entities: [] } }],
  ])('where the model gives %s twice, the rules read it and the card says so', async (_, said) => {
    answer(said);
    const found = await understood(crm.said.text);
    expect(server.asked).toHaveLength(2);
    expect(found.spec.slug).toBe('cellphone-crm');
    expect(found.guessed[0]).toMatch(
      /^The language model could not be used: its answer was of no use \(.+\)\. This was read by rules alone\.$/,
    );
  });

  test('the words of a refusal are shown without links', async () => {
    answer({ refuse: 'No. Press <https://evil.example/accept> instead' });
    expect((await understood(crm.said.text)).guessed[0]).toBe(
      'The language model could not be used: its answer was of no use (it would not answer: No. Press instead). This was read by rules alone.',
    );
  });

  test('where neither reads it, the question says so', async () => {
    answer({ status: 401 });
    const found = (await model().understand(
      'Mach mir eine App für die Werkstatt',
      context,
    )) as Question;
    expect(found.kind).toBe('question');
    expect(found.text).toContain(
      '(The language model could not be used: its server refuses the key.',
    );
  });

  test('a text without words is not sent', async () => {
    answer({ status: 500 });
    expect((await model().understand('🎉 … !!', context)).kind).toBe('question');
    expect(server.asked).toHaveLength(0);
  });

  test('of a text beyond all measure the beginning is read, and that is said', async () => {
    answer(crm.answer);
    const found = await understood(`${crm.said.text} ${'and more of it '.repeat(5_000)}`);
    expect(found.guessed[0]).toBe('Only the first 60,000 characters of the description were read.');
    expect(String(saidTo(server.asked[0] ?? ({} as never))['text'])).toHaveLength(60_000);
  });
});

describe('revise', () => {
  const { said, answer: commands } = example('revise');
  const spec = async () => {
    answer(example('understand-crm').answer);
    return (await understood('Create a CRM for my cellphone store')).spec;
  };

  test('carries out the commands that the change is made of; what stays keeps its id', async () => {
    const before = await spec();
    answer(commands);
    const made = await model().revise(before, said.change, context);
    if (made.kind !== 'revision') throw new Error(made.text);
    expect(made.spec.entities.map(({ key }) => key)).toEqual(['customers', 'products', 'repairs']);
    expect(made.spec.entities[0]?.id).toBe(before.entities[0]?.id);
    expect(made.spec.entities[0]?.fields.at(-1)?.label).toBe('Remarks');
    expect(made.changes).toHaveLength(2);
    expect(saidTo(server.asked[0] ?? ({} as never))['change']).toBe(said.change);
  });

  test('a command that makes no sense goes back to the model, then the rules read it', async () => {
    const before = await spec();
    answer({ commands: ['frobnicate the customers'], question: null });
    const made = await model().revise(before, 'drop sales', context);
    expect(server.asked[1]?.messages.at(-1)?.content).toContain('frobnicate the customers');
    expect(made).toMatchObject({
      kind: 'revision',
      note: expect.stringContaining('by rules alone'),
    });
  });
});

const inputOf = (...names: string[]) =>
  z.object(Object.fromEntries(names.map((name) => [name, z.string()])));
const tool = (name: string, effect: 'write' | 'send', input: z.ZodType) =>
  defineTool({
    name,
    effect,
    input,
    ...{
      description: name,
      idempotent: true,
      unitMs: 1,
      output: z.unknown(),
      run: async () => ({}),
    },
  });
const tools = new Map([
  ['report', tool('report', 'write', inputOf('folder', 'title'))],
  ['mail', tool('mail', 'send', inputOf('to', 'text'))],
]);
const plan = planOf([
  toolStep('report', { tool: 'report', input: { folder: 'reports/2025', title: 'Q1' } }),
  toolStep('mail', { tool: 'mail', input: { to: 'web:sales', text: 'Done' } }),
]);
const about = { failedKey: 'report', tools };

describe('revisePlan', () => {
  test('sets what the person wrote in a step that stays inside', async () => {
    const { said, answer: edits } = example('revise-plan');
    answer(edits);
    const made = await model().revisePlan(plan, said.change, about);
    if (made.kind !== 'revision') throw new Error(made.text);
    expect(made.plan.steps).toMatchObject([
      { input: { folder: 'reports/2026', title: 'Q1' } },
      { input: { to: 'web:sales', text: 'Done' } },
    ]);
    expect(made.changes).toEqual(['Do report: folder is now “reports/2026”.']);
    // What is sent to people is no business of the model.
    expect(JSON.stringify(saidTo(server.asked[0] ?? ({} as never)))).not.toContain('web:sales');
  });

  test('an exact phrase is the person’s own and needs no model', async () => {
    answer({ status: 500 });
    const made = await model().revisePlan(plan, 'send it to web:team', about);
    expect(made).toMatchObject({ plan: { steps: [{}, { input: { to: 'web:team' } }] } });
    expect(server.asked).toHaveLength(0);
  });

  test('without an answer the question of the rules is asked, with the reason', async () => {
    answer({ status: 403 });
    const made = (await model().revisePlan(plan, 'make it nicer', about)) as Question;
    expect(made.text).toMatch(
      /^I did not understand .+ \(The language model could not be used: the key may not/,
    );
  });
});

describe('assess', () => {
  test('what can be built is understood and built', async () => {
    const { said, answer: immediate } = example('assess-immediate');
    answer(immediate, example('understand-crm').answer);
    const found = await model().assess(said.text, context);
    expect(found).toMatchObject({
      strategy: 'immediate',
      executionType: 'fully_automated',
      found: { kind: 'app', spec: { name: 'Cellphone Store CRM' } },
    });
  });

  test('a project is divided, and what a part lacks is known by code', async () => {
    const { said, answer: parts } = example('assess-decompose');
    answer(parts);
    expect(await model().assess(said.text, context)).toEqual({
      executionType: 'semi_automated',
      strategy: 'decompose',
      subtasks: [
        { title: 'Book the stand', executionType: 'manual' },
        { title: 'Design the banner', executionType: 'manual' },
        { title: 'Create a list of the leads to invite', executionType: 'fully_automated' },
      ],
    });
  });

  test('what nobody here can do is blocked with what it lacks', async () => {
    const { said, answer: blocked } = example('assess-blocked');
    answer(blocked);
    expect(await model().assess(said.text, context)).toEqual({
      executionType: 'manual',
      strategy: 'blocked',
      reason: 'Requires a person on site',
    });
  });

  test('a model does not talk away what this installation lacks', async () => {
    answer(example('assess-immediate').answer);
    expect(await model().assess('Pay the invoice of the landlord', context)).toEqual({
      executionType: 'manual',
      strategy: 'blocked',
      reason: 'Requires access to payment system',
    });
    expect(await model().assess('Translate the brochure', context)).toMatchObject({
      strategy: 'blocked',
      reason: 'Requires a tool for such texts, and none is installed',
    });
  });

  test('without an answer the rules decide, with a note', async () => {
    answer({ status: 500 });
    expect(await model().assess('Order new chairs', context)).toMatchObject({
      strategy: 'blocked',
      reason: 'Requires access to procurement portal',
      note: expect.stringContaining('reports an error of its own (500)'),
    });
  });
});
