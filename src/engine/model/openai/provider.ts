/**
 * The server that a language model runs on: OpenAI's chat completions, or another server that speaks them.
 * The one file that knows the `openai` package. What a server cannot do is found out by asking and kept
 * for as long as the program runs.
 */
import OpenAI, { APIError } from 'openai';
import { type Ability, formatOf, instructionsOf, lesser } from './ability.ts';
import { asActions, withActions } from './action.ts';
import { type Completion, completionOf, type Request, type Turn } from './completion.ts';
import { failureOf, type Refusal } from './failure.ts';

export type Settings = {
  /** Undefined for a server that wants none. */
  apiKey: string | undefined;
  /** Undefined for OpenAI's own. */
  baseUrl: string | undefined;
  model: string;
  /** For one answer, with every try that it takes. */
  timeoutMs: number;
  /** The most tokens that one answer may have. */
  maxTokens: number;
};

export type Provider = {
  model: string;
  /** @throws FactotumError UPSTREAM, NOT_READY, LIMIT or INVALID with a sentence; `transient` where later may help */
  complete(request: Request, signal: AbortSignal): Promise<Completion>;
};

export function createProvider(settings: Settings): Provider {
  const isOwn = /^https:\/\/api\.openai\.com\b/.test(settings.baseUrl ?? 'https://api.openai.com');
  const client = new OpenAI({
    // The package reads the environment for whatever it is not told; of that only OPENAI_CUSTOM_HEADERS, which
    // a proxy in between may want, is left to it.
    apiKey: settings.apiKey ?? 'none',
    adminAPIKey: null,
    baseURL: settings.baseUrl ?? 'https://api.openai.com/v1',
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: 'off',
    maxRetries: 0,
    timeout: settings.timeoutMs,
    defaultHeaders: settings.apiKey === undefined ? { Authorization: null } : {},
  });
  let ability: Ability = {
    format: 'schema',
    limits: isOwn ? ['max_completion_tokens'] : ['max_tokens', 'max_completion_tokens'],
    functions: true,
    temperature: !isOwn,
  };

  const ask = async (request: Request, able: Ability, signal: AbortSignal): Promise<unknown> => {
    const { model } = settings;
    const maxTokens = Math.min(settings.maxTokens, request.maxTokens ?? settings.maxTokens);
    const { functions = [] } = request;
    return client.chat.completions.create(
      {
        model,
        messages: [
          { role: 'system', content: instructionsOf(request, able) },
          ...request.turns.map(messageOf),
        ],
        ...(functions.length > 0
          ? { tools: functions.map((one) => ({ type: 'function' as const, function: one })) }
          : {}),
        ...(able.limits[0] ? { [able.limits[0]]: maxTokens } : {}),
        ...(able.temperature ? { temperature: 0 } : {}),
        ...formatOf(request, able),
      },
      // The client's own limit ends with the headers; the signal also covers the body.
      { signal },
    );
  };

  return {
    model: settings.model,
    async complete(request, signal) {
      for (let able = ability; ; ) {
        try {
          const isWritten = request.functions !== undefined && !able.functions;
          const asked = isWritten ? asActions(request) : request;
          const completion = completionOf(await ask(asked, able, signal));
          ability = able;
          return isWritten ? withActions(completion) : completion;
        } catch (error) {
          const refusal = refusalOf(error);
          const less = refusal && lesser(able, refusal, request.functions !== undefined);
          if (!less) throw failureOf(error, refusal, settings, signal);
          able = less;
        }
      }
    },
  };
}

function messageOf(turn: Turn): OpenAI.Chat.ChatCompletionMessageParam {
  if (turn.role === 'tool') return { role: 'tool', tool_call_id: turn.id, content: turn.content };
  const { role, content, calls = [] } = turn;
  if (role === 'user' || calls.length === 0) return { role, content };
  const wanted = calls.map(({ id, name, arguments: given }) => ({
    ...{ id, type: 'function' as const, function: { name, arguments: given } },
  }));
  return { role, content: content === '' ? null : content, tool_calls: wanted };
}

function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof APIError) || error.status === undefined) return undefined;
  const { status, message, param, code, type } = error;
  const header = (name: string) => (error.headers as Headers | undefined)?.get(name) ?? undefined;
  return {
    status,
    words: [message, param, code, type].filter(Boolean).join(' '),
    retryAfter: header('retry-after'),
    retryAfterMs: header('retry-after-ms'),
  };
}
