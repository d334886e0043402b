/** An agent's work over real HTTP: calls, several at once, and everything that a server or a model does wrong. */
import { expect, test } from 'vitest';
import {
  type Asked,
  openaiServer,
  type Reply,
  type Script,
} from '../../../../test/support/openai-server.ts';
import type { ResultField } from '../../../db/agent.ts';
import { FactotumError } from '../../../errors.ts';
import { createQuota } from '../../agent/quota.ts';
import type { Assignment, Callable, Spent } from '../model.ts';
import { createOpenAiModel } from './openai.ts';

const server = await openaiServer(() => ({ say: 'Done.' }));
const modelWith = (timeoutMs = 5_000) =>
  createOpenAiModel(
    {
      apiKey: undefined,
      baseUrl: server.baseUrl,
      model: 'test-model',
      timeoutMs,
      maxTokens: 8_000,
    },
    {
      log: { info: () => {}, warn: () => {}, error: () => {} },
      signal: new AbortController().signal,
      now: () => new Date(),
    },
  );

let calls: [string, unknown][] = [];
const callable = (name: string, call?: Callable['call']): Callable => ({
  name,
  description: 'Does what the test says.',
  parameters: { type: 'object', properties: { key: { type: 'string' } } },
  call: async (given) => {
    calls.push([name, given]);
    return call ? call(given) : { gave: { value: `${name} of ${JSON.stringify(given)}` } };
  },
});
const category: ResultField = {
  name: 'category',
  type: 'choice',
  options: ['refund', 'other'],
  about: 'What it is about',
};
const assignment = (about: Partial<Assignment> = {}): Assignment => ({
  agent: 'classifier',
  instructions: 'Say what it is about.',
  said: { instruction: 'Classify it', with: { text: 'Money back!' } },
  callables: [callable('get_memory'), callable('set_memory')],
  fields: [],
  steps: 6,
  quota: createQuota(40_000),
  ...about,
});
const spent: Spent[] = [];
/** What comes of it when the server answers these one after the other, the last again and again. */
async function carryOut(
  replies: Reply[] | Script,
  about: Partial<Assignment> = {},
  { timeoutMs = 5_000, signal = new AbortController().signal, model = modelWith(timeoutMs) } = {},
) {
  calls = [];
  spent.length = 0;
  server.play(
    typeof replies === 'function'
      ? replies
      : (_, nth) => replies[nth - 1] ?? replies.at(-1) ?? { say: 'Done.' },
  );
  if (!model.carryOut) throw new Error('The model carries nothing out.');
  return model.carryOut(assignment(about), { signal, spent: (one) => spent.push(one) });
}
async function failure(...given: Parameters<typeof carryOut>): Promise<FactotumError> {
  const error: unknown = await carryOut(...given).then(
    () => new Error('There was an answer.'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof FactotumError) return error;
  throw error;
}
const want = (name: string, given: string | object = {}): Reply => ({
  call: [{ name, arguments: given }],
});
const last = (): Asked => server.asked.at(-1) ?? ({} as never);
/** What the model was told last. */
const told = () => last().messages.at(-1)?.content ?? '';

test('calls are made in order, several at once, and what they gave is told', async () => {
  const both: Reply = {
    call: [
      { name: 'get_memory', arguments: { key: 'a' } },
      { name: 'get_memory', arguments: { key: 'b' } },
    ],
  };
  const done = await carryOut([
    both,
    want('set_memory', { key: 'c' }),
    { say: '<think>Hm.</think> All is kept. ' },
  ]);
  expect(done).toEqual({ text: 'All is kept.' });
  expect(calls).toEqual([
    ['get_memory', { key: 'a' }],
    ['get_memory', { key: 'b' }],
    ['set_memory', { key: 'c' }],
  ]);
  expect(server.asked[0]?.tools?.map(({ function: { name } }) => name)).toEqual([
    'get_memory',
    'set_memory',
  ]);
  expect(server.asked[0]?.response_format).toBeUndefined();
  expect(last().messages.map(({ role }) => role)).toEqual([
    ...['system', 'user', 'assistant', 'tool', 'tool', 'assistant', 'tool'],
  ]);
  expect(last().messages[3]?.content).toBe(
    '{"result":{"value":"get_memory of {\\"key\\":\\"a\\"}"}}',
  );
  expect(spent).toHaveLength(3);
  expect(spent[0]).toMatchObject({ prompt: 'agent', tokensIn: 900, tokensOut: 300 });
});

test('a result with fields comes by a function of its own, and is held to the types of the fields', async () => {
  const fields = [category];
  const right = { text: 'A refund.', category: 'refund' };
  expect(await carryOut([want('give_result', right)], { fields })).toEqual(right);
  const wrong = want('give_result', { text: 'x', category: 'mallory' });
  expect(await carryOut([wrong, want('give_result', right)], { fields })).toEqual(right);
  expect(told()).toBe('Not taken: category: must be one of refund, other.');
  // As JSON in words it is taken too; further fields are not.
  const say = { ...right, approver: 'mallory' };
  expect(await carryOut([{ say }], { fields })).toEqual(right);
  expect(await carryOut([{ say: 'A refund.' }, want('give_result', right)], { fields })).toEqual(
    right,
  );
  expect(told()).toContain('Answer by calling give_result.');
  expect(await carryOut([want('give_result', { text: 'Who knows' })], { fields })).toEqual({
    text: 'Who knows',
    category: null,
  });
});

test('without functions to call it answers at once in the shape of its fields', async () => {
  const about = { callables: [], fields: [category] };
  const right = { text: 'A refund.', category: 'refund' };
  expect(await carryOut([{ say: { ...right, category: 'x' } }, { say: right }], about)).toEqual(
    right,
  );
  expect(server.asked).toHaveLength(2);
  expect(last().response_format?.json_schema).toMatchObject({ name: 'agent', strict: true });
  expect(last().tools).toBeUndefined();
});

test.each<[string, Reply, string]>([
  [
    'a function that there is not',
    want('send_money', { to: 'mallory' }),
    'There is no function "send_money". There are: get_memory, set_memory.',
  ],
  ['a function without a name', want(''), 'There is no function ""'],
  [
    'arguments that are no JSON',
    want('get_memory', '{"key": "a'),
    'the arguments are no JSON object',
  ],
  ['arguments that are a list', want('get_memory', '[1]'), 'the arguments are no JSON object'],
  [
    'arguments in a fence',
    want('get_memory', '```{"key":"a"}```'),
    'the arguments are no JSON object',
  ],
  [
    'arguments that were cut off',
    { call: [{ name: 'get_memory', arguments: '{"key": "a' }], finish: 'length' },
    'the arguments were cut off',
  ],
  ['an answer that was cut off', { say: 'It is', finish: 'length' }, 'The answer was cut off'],
  ['an empty answer', { say: ' ' }, 'The answer is empty'],
])('%s: nothing is called, and it is told twice before it ends', async (_, reply, words) => {
  expect(await carryOut([reply, { say: 'Sorry. Done.' }])).toEqual({ text: 'Sorry. Done.' });
  expect(told()).toContain(words);
  const error = await failure([reply]);
  expect(error).toMatchObject({ code: 'INVALID', transient: false });
  expect(error.message).toMatch(/^its answer was of no use/);
  expect(server.asked).toHaveLength(3);
  expect(calls).toEqual([]);
});

test('a call that is refused is told; one that is only proposed is no mistake', async () => {
  const refused = { callables: [callable('pay', async () => ({ refused: 'No.', isWrong: true }))] };
  expect((await failure([want('pay')], refused)).message).toContain('No.');
  expect(calls).toHaveLength(3);
  const proposed = {
    callables: [callable('pay', async () => ({ refused: 'It is proposed.', isWrong: false }))],
  };
  const many = [want('pay'), want('pay'), want('pay'), want('pay'), { say: 'Proposed.' } as Reply];
  expect(await carryOut(many, proposed)).toEqual({ text: 'Proposed.' });
});

test('of too many calls at once the first eight are made', async () => {
  const call = Array.from({ length: 20 }, (_, key) => ({ name: 'get_memory', arguments: { key } }));
  await carryOut([{ call }, { say: 'Done.' }]);
  expect(calls).toHaveLength(8);
  expect(told()).toContain('at most 8 calls at once');
});

test('ids that a server gives twice do not mix what was given', async () => {
  const call = ['a', 'b'].map((key) => ({ name: 'get_memory', arguments: { key }, id: 'same' }));
  expect(await carryOut([{ call }, { say: 'Done.' }])).toEqual({ text: 'Done.' });
});

test('what ends the work ends it', async () => {
  const boom = new Error('The task was given up.');
  const callables = [callable('get_memory', async () => Promise.reject(boom))];
  await expect(carryOut([want('get_memory')], { callables })).rejects.toBe(boom);
});

test('a model that never ends is stopped at its steps', async () => {
  const error = await failure((_, nth) => want('get_memory', { key: nth }), { steps: 4 });
  expect(error).toMatchObject({ code: 'LIMIT', transient: false });
  expect(error.message).toBe(
    'The agent “classifier” did not come to an end within 4 steps. Last it called get_memory. Whoever looks after the workspace gives it clearer instructions or more steps (docs/agents.md); then try again.',
  );
  expect(server.asked).toHaveLength(4);
});

test('a model that never ends is stopped at its tokens, before the call that would exceed them', async () => {
  const quota = createQuota(4_000);
  const error = await failure((_, nth) => want('get_memory', { key: nth }), { quota, steps: 30 });
  expect(error).toMatchObject({ code: 'LIMIT' });
  expect(error.message).toContain('has used up its tokens');
  // Each answer takes 1,200: the fourth has no room.
  expect(server.asked).toHaveLength(3);
  for (const { max_tokens: most } of server.asked) expect(most).toBeLessThan(4_000);
});

test('tokens that a server does not tell are counted all the same', async () => {
  const choice = { message: { role: 'assistant', content: 'Done.' }, finish_reason: 'stop' };
  const quota = createQuota(40_000);
  await carryOut([{ body: JSON.stringify({ choices: [choice] }) }], { quota });
  expect(quota.left()).toBeLessThan(39_900);
});

test('a server that failed is asked again by work, and by nobody before the time that it has named', async () => {
  const model = modelWith();
  await failure([{ status: 500 }], {}, { model });
  const context = { now: new Date(), locale: 'en-US', currency: 'USD', timezone: 'UTC' };
  const { length } = server.asked;
  await model.assess('Water the plants', context);
  expect(server.asked).toHaveLength(length);
  expect(await carryOut([{ say: 'Done.' }], {}, { model })).toEqual({ text: 'Done.' });
  await model.extract({ text: 'Water the plants, please.' }, context);
  expect(server.asked.length).toBeGreaterThan(1);
  const busy: Reply = { status: 429, headers: { 'retry-after': '120' }, error: 'slow down' };
  await failure([busy], {}, { model });
  expect(await failure([{ say: 'Done.' }], {}, { model })).toMatchObject({ transient: true });
  expect(server.asked).toEqual([]);
});

test('a refusal ends it', async () => {
  const error = await failure([want('get_memory'), { refuse: 'I cannot help with that.' }]);
  expect(error.message).toBe(
    'its answer was of no use (it would not answer: I cannot help with that.)',
  );
});

test('a server that takes no more requests is waited for in the middle, if it says for how long', async () => {
  const busy: Reply = { status: 429, headers: { 'retry-after-ms': '20' }, error: 'slow down' };
  expect(await carryOut([want('get_memory'), busy, { say: 'Done.' }])).toEqual({ text: 'Done.' });
  expect(calls).toHaveLength(1);
  const long: Reply = { status: 429, headers: { 'retry-after': '120' }, error: 'slow down' };
  const error = await failure([want('get_memory'), long]);
  expect(error).toMatchObject({ code: 'UPSTREAM', transient: true });
  expect(error.retryAt?.getTime()).toBeGreaterThan(Date.now() + 60_000);
});

test.each<[string, Reply]>([
  ['an error of the server', { status: 500 }],
  ['a connection that ends in the middle', { hangUpAfter: 40 }],
])('%s is tried once more, then it is worth a later try', async (_, reply) => {
  expect(await carryOut([want('get_memory'), reply, { say: 'Done.' }])).toEqual({ text: 'Done.' });
  expect(calls).toHaveLength(1);
  expect(await failure([want('get_memory'), reply])).toMatchObject({
    code: 'UPSTREAM',
    transient: true,
  });
});

test('an answer that never comes is given up', async () => {
  const error = await failure([want('get_memory'), { trickle: true }], {}, { timeoutMs: 250 });
  expect(error).toMatchObject({ code: 'UPSTREAM', transient: true });
  expect(error.message).toContain('did not answer within');
});

test('a task that is given up ends the call under way', async () => {
  const ending = new AbortController();
  const error = failure([{ trickle: true }], {}, { signal: ending.signal });
  await expect.poll(() => server.asked.length).toBe(1);
  ending.abort();
  expect(await error).toMatchObject({ code: 'NOT_READY' });
});

/** As servers say it that know no functions. */
const noTools: [string, number, string][] = [
  ['Ollama', 400, 'registry.ollama.ai/library/tiny does not support tools'],
  [
    'vLLM',
    400,
    '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
  ],
  ['llama.cpp', 500, 'tools param requires --jinja flag'],
];
test.each(noTools)('%s without functions writes its calls as JSON', async (_, status, message) => {
  const answers: object[] = [
    { say: null, calls: [{ function: 'get_memory', arguments: '{"key":"a"}' }] },
    {
      say: null,
      calls: [{ function: 'give_result', arguments: '{"text":"Ok","category":"other"}' }],
    },
  ];
  const script: Script = ({ tools, messages }) =>
    tools ? { status, error: { message } } : { say: answers[messages.length > 2 ? 1 : 0] ?? {} };
  const model = modelWith();
  const done = await carryOut(script, { fields: [category] }, { model });
  expect(done).toEqual({ text: 'Ok', category: 'other' });
  expect(calls).toEqual([['get_memory', { key: 'a' }]]);
  expect(last().response_format?.json_schema?.strict).toBe(true);
  expect(last().messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
  expect(told()).toContain('"function":"get_memory","result":');
  // It is known from then on.
  await carryOut(script, { fields: [category] }, { model });
  expect(server.asked.every(({ tools }) => tools === undefined)).toBe(true);
});

test('an answer that is no JSON there is told', async () => {
  const replies: Reply[] = [{ say: 'get_memory(a)' }, { say: { say: 'Done.', calls: [] } }];
  let nth = 0;
  const script: Script = ({ tools }) =>
    tools ? { status: 400, error: 'no tools' } : (replies[nth++] ?? { say: '' });
  expect(await carryOut(script)).toEqual({ text: 'Done.' });
  expect(told()).toContain('no JSON object with');
});

test('no secret is sent, nor comes back', async () => {
  const key = ['gh', 'p_CaNaRy0123456789abcdefgh001'].join('');
  const about = { instructions: `Use ${key}.` };
  const done = await carryOut([want('get_memory'), { say: `It is ${key}.` }], about);
  expect(JSON.stringify(server.asked)).not.toContain('CaNaRy');
  expect(done).toEqual({ text: 'It is •••• (hidden).' });
});
