/**
 * A server that speaks OpenAI's chat completions as far as Factotum uses them, over real HTTP, and answers as
 * the test says. It refuses what the real one refuses: schemas beyond the strict subset, JSON mode without the
 * word JSON, unknown parameters (platform.openai.com/docs/guides/structured-outputs, /docs/api-reference/chat).
 */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';

type Schema = { [key: string]: unknown };
type Message = {
  role: string;
  content: string;
  tool_call_id?: string;
  tool_calls?: { id: string; type: string; function: { name: string; arguments: string } }[];
};
export type Asked = {
  headers: IncomingHttpHeaders;
  model: string;
  messages: Message[];
  tools?: { type: string; function: { name: string; description: string; parameters: Schema } }[];
  response_format?: {
    type: string;
    json_schema?: { name: string; strict: boolean; schema: Schema };
  };
  max_tokens?: number;
  max_completion_tokens?: number;
  temperature?: number;
};

/** What the server does with a request. */
export type Reply = Made & {
  /** What it says that it took; null where it does not say. */
  usage?: { prompt_tokens: number; completion_tokens: number } | null;
};
type Made =
  /** The model's text; an object is written as JSON. */
  | { say: string | object; finish?: 'stop' | 'length' | 'content_filter' }
  | { refuse: string }
  /** Calls of functions, in one answer; arguments that are a text are sent as they are. */
  | { call: { name: string; arguments: string | object; id?: string }[]; finish?: 'length' }
  | { status: number; error?: object | string; headers?: Record<string, string> }
  /** Any body at all. */
  | { body: string; type?: string }
  /** Ends the connection after so many bytes of a good answer; 0 is before the head. */
  | { hangUpAfter: number }
  /** A good head, then a byte now and then that never makes a whole. */
  | { trickle: true };
export type Script = (asked: Asked, nth: number) => Reply | Promise<Reply>;

export async function openaiServer(script: Script) {
  const asked: Asked[] = [];
  const state = { script };
  const server = createServer((request, response) => {
    void read(request).then(async (body) => {
      const one: Asked = { ...JSON.parse(body), headers: request.headers };
      asked.push(one);
      const problem = request.url === '/v1/chat/completions' ? problemOf(one) : undefined;
      if (problem)
        return fail(response, 400, { error: { message: problem, type: 'invalid_request_error' } });
      if (request.url !== '/v1/chat/completions') return fail(response, 404, {});
      return reply(response, one, await state.script(one, asked.length));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  };
  afterAll(stop);
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    /** Every request so far, the refused ones too. */
    asked,
    /** From now on. */
    play(next: Script): void {
      state.script = next;
      asked.length = 0;
    },
    stop,
  };
}

/** The data that the model was given: the first message that is no instruction. */
export function saidTo(asked: Asked): Record<string, unknown> {
  const { content } = asked.messages.find(({ role }) => role === 'user') ?? { content: '{}' };
  return JSON.parse(content) as Record<string, unknown>;
}

function reply(response: ServerResponse, asked: Asked, made: Reply): void {
  if ('status' in made) {
    for (const [name, value] of Object.entries(made.headers ?? {})) response.setHeader(name, value);
    fail(response, made.status, made.error ? { error: made.error } : {});
    return;
  }
  if ('body' in made) {
    response.setHeader('Content-Type', made.type ?? 'application/json');
    response.end(made.body);
    return;
  }
  if ('trickle' in made) {
    response.setHeader('Content-Type', 'application/json');
    const timer = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(timer));
    return;
  }
  if ('hangUpAfter' in made) {
    const whole = JSON.stringify(completion(asked, { content: '{}' }, 'stop'));
    if (made.hangUpAfter === 0) {
      response.destroy();
      return;
    }
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': whole.length });
    response.write(whole.slice(0, made.hangUpAfter), () => response.destroy());
    return;
  }
  response.setHeader('Content-Type', 'application/json');
  if ('call' in made) {
    const tool_calls = made.call.map(({ name, arguments: given, id }, at) => ({
      id: id ?? `call_${asked.messages.length}_${at}`,
      type: 'function',
      function: { name, arguments: typeof given === 'string' ? given : JSON.stringify(given) },
    }));
    const finish = made.finish ?? 'tool_calls';
    response.end(
      JSON.stringify(completion(asked, { content: null, tool_calls }, finish, made.usage)),
    );
    return;
  }
  const message =
    'refuse' in made
      ? { content: null, refusal: made.refuse }
      : {
          content: typeof made.say === 'string' ? made.say : JSON.stringify(made.say),
          refusal: null,
        };
  const finish = 'refuse' in made ? 'stop' : (made.finish ?? 'stop');
  response.end(JSON.stringify(completion(asked, message, finish, made.usage)));
}

const completion = (
  asked: Asked,
  message: object,
  finish_reason: string,
  usage: Reply['usage'] = { prompt_tokens: 900, completion_tokens: 300 },
) => ({
  id: 'chatcmpl-test',
  object: 'chat.completion',
  created: 1_700_000_000,
  model: asked.model,
  choices: [
    { index: 0, message: { role: 'assistant', ...message }, logprobs: null, finish_reason },
  ],
  usage: usage && { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens },
});

function fail(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

const parameters = new Set(
  'headers model messages tools response_format max_tokens max_completion_tokens temperature'.split(
    ' ',
  ),
);

function problemOf(asked: Asked): string | undefined {
  const unknown = Object.keys(asked).find((name) => !parameters.has(name));
  if (unknown) return `Unrecognized request argument supplied: ${unknown}`;
  const { response_format: format, messages } = asked;
  const talk = talkProblem(asked);
  if (talk) return talk;
  if (
    format?.type === 'json_object' &&
    !messages.some(({ content }) => /json/i.test(content ?? ''))
  )
    return "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.";
  if (format?.type !== 'json_schema') return undefined;
  const { name = '', strict, schema } = format.json_schema ?? {};
  if (!/^[\w-]{1,64}$/.test(name)) return "Invalid 'response_format.json_schema.name'.";
  if (!strict || !schema || schema['type'] !== 'object') return 'The root must be a strict object.';
  const wrong = schemaProblem(schema, 1);
  return wrong && `Invalid schema for response_format '${name}': ${wrong}`;
}

/** What is wrong with functions, or with what is said of their calls (platform.openai.com/docs/guides/function-calling). */
function talkProblem({ tools, messages }: Asked): string | undefined {
  if (tools?.length === 0) return "Invalid 'tools': empty array.";
  for (const {
    type,
    function: { name, parameters },
  } of tools ?? []) {
    if (type !== 'function' || !/^[\w-]{1,64}$/.test(name))
      return "Invalid 'tools[0].function.name'.";
    if (parameters['type'] !== 'object') return `Invalid schema for function '${name}'.`;
  }
  let open: string[] = [];
  for (const { role, content, tool_call_id: id = '', tool_calls: calls } of messages) {
    if (role === 'tool' && !open.includes(id))
      return "messages with role 'tool' must be a response to a preceding message with 'tool_calls'.";
    if (role !== 'tool' && open.length > 0)
      return "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'.";
    if (role === 'tool') open = open.filter((one) => one !== id);
    if (calls) open = calls.map((call) => call.id);
    if (new Set(open).size !== open.length) return "Duplicate 'tool_call_id'.";
    if (typeof content !== 'string' && !calls) return "Invalid type for 'messages.content'.";
  }
  return undefined;
}

const words = new Set(
  'type properties required additionalProperties items enum anyOf description const'.split(' '),
);
/** The older limit; newer models allow 10. */
const deepest = 5;

/** What the strict subset does not allow, at any depth. */
function schemaProblem(schema: Schema, depth: number): string | undefined {
  const odd = Object.keys(schema).find((word) => !words.has(word));
  if (odd) return `'${odd}' is not permitted.`;
  if (schema['type'] === 'object') {
    const names = Object.keys((schema['properties'] ?? {}) as Schema);
    const required = (schema['required'] ?? []) as string[];
    if (depth > deepest) return `${depth} levels of nesting exceeds limit of ${deepest}.`;
    if (schema['additionalProperties'] !== false)
      return "'additionalProperties' is required to be false.";
    if (names.some((name) => !required.includes(name))) return "'required' must include every key.";
  }
  const inner = [
    ...Object.values((schema['properties'] ?? {}) as Record<string, Schema>).map(
      (each) => [each, 1] as const,
    ),
    ...(schema['items'] ? [[schema['items'] as Schema, 0] as const] : []),
    ...((schema['anyOf'] ?? []) as Schema[]).map((each) => [each, 0] as const),
  ];
  for (const [each, further] of inner) {
    const problem = schemaProblem(each, depth + further);
    if (problem) return problem;
  }
  return undefined;
}
