/** The real client over HTTP against a server that answers as it is told: the right way, lesser ways, and failures. */
import { afterEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import {
  type Asked,
  openaiServer,
  type Reply,
  type Script,
} from '../../../../test/support/openai-server.ts';
import { FactotumError } from '../../../errors.ts';
import type { Spent } from '../model.ts';
import { createAsker, type Limits } from './ask.ts';
import type { Prompt, Read } from './judge.ts';
import { createProvider } from './provider.ts';

const prompt: Prompt<{ city: string; people: number | null }> = {
  name: 'city',
  version: 1,
  system: 'Name the city.',
  schema: z.object({ city: z.string(), people: z.number().nullable() }),
};
const good = { city: 'Paris', people: 2_100_000 };
const server = await openaiServer(() => ({ say: good }));
const spent: Spent[] = [];
let clock = new Date('2026-05-01T10:00:00Z');
afterEach(() => {
  spent.length = 0;
});

function asker(about: Partial<Limits> & { apiKey?: string } = {}) {
  const { timeoutMs = 10_000 } = about;
  const provider = createProvider({
    apiKey: about.apiKey,
    baseUrl: server.baseUrl,
    model: 'test-model',
    timeoutMs,
    maxTokens: 700,
  });
  return createAsker(provider, {
    timeoutMs,
    signal: about.signal ?? new AbortController().signal,
    now: about.now ?? (() => clock),
    spent: (one) => spent.push(one),
  });
}

type City = z.infer<typeof prompt.schema>;
const any = (value: City): Read<City> => ({ found: value });
const ask = (from = asker(), read = any) =>
  from.ask(prompt, { text: 'Where is the Louvre?' }, read, {});
/** The error with which it ends. */
async function failure(from = asker(), read = any): Promise<FactotumError> {
  const error: unknown = await ask(from, read).then(
    () => new Error('There was an answer.'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof FactotumError) return error;
  throw error;
}
/** These replies one after the other, then the last again and again. */
const inTurn =
  (...replies: Reply[]): Script =>
  (_, nth) =>
    replies[nth - 1] ?? replies.at(-1) ?? { say: good };
const formats = (asked: Asked[]) => asked.map(({ response_format: one }) => one?.type);

test('a strict schema is asked for, and what was spent is told', async () => {
  server.play(() => ({ say: good }));
  expect(await ask(asker({ apiKey: 'sk-secret' }))).toEqual(good);
  const [asked] = server.asked;
  expect(asked).toMatchObject({ model: 'test-model', max_tokens: 700, temperature: 0 });
  expect(asked?.response_format?.json_schema).toMatchObject({ name: 'city', strict: true });
  expect(asked?.messages).toEqual([
    { role: 'system', content: 'Name the city.' },
    { role: 'user', content: '{"text":"Where is the Louvre?"}' },
  ]);
  expect(asked?.headers.authorization).toBe('Bearer sk-secret');
  expect(spent).toEqual([
    { prompt: 'city', model: 'test-model', tokensIn: 900, tokensOut: 300, ms: expect.any(Number) },
  ]);
});

test('without a key none is sent, nor what else the environment holds for the package', async () => {
  vi.stubEnv('OPENAI_API_KEY', 'sk-of-the-environment');
  vi.stubEnv('OPENAI_ADMIN_KEY', 'sk-of-the-administrator');
  vi.stubEnv('OPENAI_ORG_ID', 'org-1');
  vi.stubEnv('OPENAI_PROJECT_ID', 'proj-1');
  vi.stubEnv('OPENAI_BASE_URL', 'http://127.0.0.1:9/v1');
  server.play(() => ({ say: good }));
  await ask();
  vi.unstubAllEnvs();
  const sent = JSON.stringify(server.asked[0]?.headers);
  expect(sent).not.toMatch(/authorization|sk-of|org-1|proj-1/);
});

const noSchema = {
  status: 400,
  error: {
    message: "'response_format.type' json_schema is not supported",
    param: 'response_format',
  },
};
/** As LM Studio says it (lmstudio-ai/lmstudio-bug-tracker#189). */
const noJson = {
  status: 400,
  error: "'response_format.type' must be 'json_schema' or 'text'",
};

test('a server without strict schemas is asked in JSON mode, and that is remembered', async () => {
  server.play(({ response_format: one }) =>
    one?.type === 'json_schema' ? noSchema : { say: good },
  );
  const one = asker();
  expect(await ask(one)).toEqual(good);
  expect(await ask(one)).toEqual(good);
  expect(formats(server.asked)).toEqual(['json_schema', 'json_object', 'json_object']);
  expect(server.asked[1]?.messages[0]?.content).toContain('"required":["city","people"]');
});

test('a server with neither is asked for JSON in words', async () => {
  server.play(({ response_format: one }) =>
    one ? noJson : { say: `Sure:\n\`\`\`json\n${JSON.stringify(good)}\n\`\`\`` },
  );
  expect(await ask()).toEqual(good);
  expect(formats(server.asked)).toEqual(['json_schema', 'json_object', undefined]);
});

test.each([
  [
    'temperature',
    'temperature',
    "Unsupported value: 'temperature' does not support 0 with this model.",
  ],
  [
    'max_tokens',
    'max_tokens',
    "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
  ],
] as const)('a server that refuses %s is asked without it', async (_, name, message) => {
  server.play((asked) =>
    asked[name] === undefined ? { say: good } : { status: 400, error: { message, param: name } },
  );
  const one = asker();
  expect(await ask(one)).toEqual(good);
  expect(await ask(one)).toEqual(good);
  expect(formats(server.asked)).toEqual(['json_schema', 'json_schema', 'json_schema']);
});

test('a limit that is too large for the server under either name is left to it', async () => {
  const message =
    "'max_tokens' or 'max_completion_tokens' is too large: 700. This model's maximum context length is 512 tokens.";
  server.play(({ max_tokens: one, max_completion_tokens: other }) =>
    one === undefined && other === undefined ? { say: good } : { status: 400, error: { message } },
  );
  expect(await ask()).toEqual(good);
  expect(server.asked.map((asked) => asked.max_tokens ?? asked.max_completion_tokens)).toEqual([
    700,
    700,
    undefined,
  ]);
});

test.each([
  ['no JSON', 'I think it is Paris.', 'The answer is no JSON object.'],
  ['JSON that was cut off', '{"city": "Par', 'The answer is no JSON object.'],
  ['another shape', { town: 'Paris' }, 'city: '],
])('%s is repaired once, with what was wrong', async (_, wrong, problem) => {
  server.play(inTurn({ say: wrong }, { say: good }));
  expect(await ask()).toEqual(good);
  expect(server.asked).toHaveLength(2);
  const [, said, told] = server.asked[1]?.messages.slice(1) ?? [];
  expect(server.asked[1]?.messages.map(({ role }) => role)).toEqual([
    'system',
    'user',
    'assistant',
    'user',
  ]);
  expect(said?.content).toBe(server.asked[1]?.messages[2]?.content);
  expect(told?.content).toContain(problem);
});

test('an answer that is cut off at the limit is asked for again, shorter', async () => {
  server.play(inTurn({ say: '{"city": "Pa', finish: 'length' }, { say: good }));
  expect(await ask()).toEqual(good);
  expect(server.asked[1]?.messages.at(-1)?.content).toContain('cut off');
});

test('what the code finds wrong with an answer is repaired too, and only once', async () => {
  server.play(() => ({ say: good }));
  const error = await failure(asker(), () => ({ problems: ['That is no capital of Spain.'] }));
  expect(server.asked).toHaveLength(2);
  expect(error).toMatchObject({ code: 'INVALID', transient: false });
  expect(error.message).toContain('That is no capital of Spain.');
});

test('a thought before the answer is no part of it', async () => {
  server.play(() => ({ say: `<think>{"city": "Rome"}? No.</think>${JSON.stringify(good)}` }));
  expect(await ask()).toEqual(good);
});

test.each([
  ['a refusal', { refuse: 'I cannot help with that.' }, 'I cannot help with that.'],
  ['a filter', { say: '', finish: 'content_filter' }, 'filter'],
] as const)('%s is not asked again', async (_, reply, why) => {
  server.play(() => reply);
  expect((await failure()).message).toContain(why);
  expect(server.asked).toHaveLength(1);
});

test('429 is waited for where the server names a short time', async () => {
  server.play(
    inTurn(
      { status: 429, error: { message: 'slow down' }, headers: { 'Retry-After': '0' } },
      { say: good },
    ),
  );
  expect(await ask()).toEqual(good);
  expect(server.asked).toHaveLength(2);
});

test('429 with a long time is transient until then, and the server is left alone until then', async () => {
  server.play(() => ({
    status: 429,
    error: { message: 'slow down' },
    headers: { 'Retry-After': '120' },
  }));
  const one = asker({ now: () => clock });
  clock = new Date();
  const error = await failure(one);
  expect(error).toMatchObject({ code: 'UPSTREAM', transient: true });
  expect((error.retryAt?.getTime() ?? 0) - clock.getTime()).toBeGreaterThan(100_000);
  expect(server.asked).toHaveLength(1);
  server.play(() => ({ say: good }));
  expect(await failure(one)).toBe(error);
  expect(server.asked).toHaveLength(0);
  clock = new Date(clock.getTime() + 130_000);
  expect(await ask(one)).toEqual(good);
});

test('an error of the server is tried once more', async () => {
  server.play(inTurn({ status: 500 }, { say: good }));
  expect(await ask()).toEqual(good);
  server.play(() => ({ status: 503 }));
  expect(await failure()).toMatchObject({ code: 'UPSTREAM', transient: true });
  expect(server.asked).toHaveLength(2);
});

test.each([
  ['in the middle of an answer', 200],
  ['before it', 0],
])('a server that hangs up %s is tried once more', async (_, hangUpAfter) => {
  server.play(inTurn({ hangUpAfter }, { say: good }));
  expect(await ask()).toEqual(good);
  server.play(() => ({ hangUpAfter }));
  const error = await failure();
  expect(error).toMatchObject({ code: 'UPSTREAM', transient: true });
  expect(error.message).toContain('hung up');
});

test('an answer that never ends is given up after the time limit', async () => {
  server.play(() => ({ trickle: true }));
  const error = await failure(asker({ timeoutMs: 300 }));
  expect(error).toMatchObject({ code: 'UPSTREAM', transient: true });
  expect(error.message).toContain('did not answer within');
  expect(server.asked).toHaveLength(1);
});

test('when the program stops, the question ends at once as NOT_READY', async () => {
  const stopping = new AbortController();
  server.play(() => {
    stopping.abort();
    return { trickle: true };
  });
  expect(await failure(asker({ signal: stopping.signal }))).toMatchObject({
    code: 'NOT_READY',
    transient: true,
  });
});

test.each([
  [401, {}, 'sets a valid OPENAI_API_KEY'],
  [403, {}, 'Whoever administers the account allows it'],
  [404, { message: 'The model does not exist', code: 'model_not_found' }, 'checks OPENAI_MODEL'],
  [429, { message: 'You exceeded your quota', code: 'insufficient_quota' }, 'adds credit'],
])('%i is permanent and says who puts it right', async (status, error, cure) => {
  server.play(() => ({ status, error }));
  const failed = await failure();
  expect(failed).toMatchObject({ code: 'UPSTREAM', transient: false });
  expect(failed.message).toContain(cure);
  expect(server.asked).toHaveLength(1);
});

test('a request that is refused whatever its form is permanent, with the server’s words but no secret', async () => {
  const message = `no: ${['gh', 'p_0123456789abcdefghijk'].join('')}`;
  server.play(() => ({ status: 400, error: { message } }));
  const failed = await failure();
  expect(failed).toMatchObject({ code: 'INVALID', transient: false });
  expect(failed.message).toContain('refuses the request (400');
  expect(failed.message).not.toContain('0123456789');
  expect(server.asked).toHaveLength(3);
});

test('too long a text is said to be that, and the next one is asked', async () => {
  const error = {
    message: "This model's maximum context length is 4096 tokens.",
    code: 'context_length_exceeded',
  };
  server.play(inTurn({ status: 400, error }, { say: good }));
  const one = asker();
  expect(await failure(one)).toMatchObject({
    code: 'LIMIT',
    message: expect.stringContaining('Send it in parts'),
  });
  expect(server.asked).toHaveLength(1);
  expect(await ask(one)).toEqual(good);
});

test.each([
  ['a page', { body: '<html>Hello</html>', type: 'text/html' }],
  ['something else', { body: '{"error":"unexpected endpoint"}' }],
  ['nothing', { body: '{"choices":[]}' }],
])('%s instead of a completion names the address as the cause', async (_, reply) => {
  server.play(() => reply);
  expect((await failure()).message).toContain('checks OPENAI_BASE_URL');
});
