/**
 * The server that a language model runs on: OpenAI's chat completions, or another server that speaks them.
 * The one file that knows the `openai` package. What a server cannot do is found out by asking and kept
 * for as long as the program runs.
 */
import OpenAI, { APIError } from 'openai';
import type { ResponseFormatJSONSchema } from 'openai/resources/shared';
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

/** What is asked: instructions, then what was said, and the shape of the answer. */
export type Request = {
  name: string;
  system: string;
  turns: { role: 'user' | 'assistant'; content: string }[];
  /** A JSON Schema within what every server takes: all fields required, none further, no limits. */
  schema: Record<string, unknown>;
};

export type Completion = {
  text: string;
  /** Why the model would not answer. */
  refusal: string | undefined;
  /** Its tokens were used up before the end. */
  isCut: boolean;
  tokensIn: number;
  tokensOut: number;
};

export type Provider = {
  model: string;
  /** @throws FactotumError UPSTREAM, NOT_READY, LIMIT or INVALID with a sentence; `transient` where later may help */
  complete(request: Request, signal: AbortSignal): Promise<Completion>;
};

/** Strict schemas, any JSON, any text. LM Studio knows the first and the last only, Ollama's cloud the second. */
const formats = ['schema', 'json', 'text'] as const;
type Ability = {
  format: (typeof formats)[number];
  /** OpenAI's newer models refuse the one, older servers do not know the other. */
  limit: 'max_tokens' | 'max_completion_tokens';
  /** The same text is to be read in the same way; reasoning models refuse to be told. */
  temperature: boolean;
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
    limit: isOwn ? 'max_completion_tokens' : 'max_tokens',
    temperature: !isOwn,
  };

  const ask = async (request: Request, able: Ability, signal: AbortSignal): Promise<unknown> => {
    const { model, maxTokens } = settings;
    return client.chat.completions.create(
      {
        model,
        messages: [{ role: 'system', content: instructionsOf(request, able) }, ...request.turns],
        [able.limit]: maxTokens,
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
          const completion = completionOf(await ask(request, able, signal));
          ability = able;
          return completion;
        } catch (error) {
          const refusal = refusalOf(error);
          const less = refusal && lesser(able, refusal);
          if (!less) throw failureOf(error, refusal, settings, signal);
          able = less;
        }
      }
    },
  };
}

function formatOf(
  { name, schema }: Request,
  { format }: Ability,
): { response_format?: ResponseFormatJSONSchema | { type: 'json_object' } } {
  if (format === 'text') return {};
  if (format === 'json') return { response_format: { type: 'json_object' } };
  return { response_format: { type: 'json_schema', json_schema: { name, schema, strict: true } } };
}

/** A server that is not held to the schema is told of it. */
function instructionsOf({ system, schema }: Request, { format }: Ability): string {
  if (format === 'schema') return system;
  return `${system}\n\nAnswer with one JSON object and nothing else. It has to fit this JSON Schema:\n${JSON.stringify(schema)}`;
}

/** The next lesser way of asking the same; undefined when what was refused is not the way. */
function lesser(able: Ability, { status, words }: Refusal): Ability | undefined {
  if (![400, 404, 415, 422, 500, 501].includes(status)) return undefined;
  const names = (pattern: RegExp) => pattern.test(words);
  if (names(/context.{0,3}length|maximum context|too (?:long|many tokens)|context window/i))
    return undefined;
  if (able.limit === 'max_completion_tokens' && names(/max_completion_tokens/))
    return { ...able, limit: 'max_tokens' };
  if (able.temperature && names(/temperature/)) return { ...able, temperature: false };
  if (able.limit === 'max_tokens' && able.format === 'schema' && names(/max_completion_tokens/))
    return { ...able, limit: 'max_completion_tokens' };
  const next = formats[formats.indexOf(able.format) + 1];
  const isAbout = names(
    /response_format|json_schema|json_object|json mode|structured|schema|grammar/i,
  );
  // An error of the server's own is about the format only when it says so; an unknown model never is.
  if (!next || (!isAbout && (status === 404 || status >= 500))) return undefined;
  return { ...able, format: next };
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

/** Servers that are only alike may leave out anything, or answer 200 with an error. */
type Answer = {
  choices?: { message?: { content?: unknown; refusal?: unknown }; finish_reason?: unknown }[];
  usage?: { prompt_tokens?: unknown; completion_tokens?: unknown } | null;
};

function completionOf(answer: unknown): Completion {
  const { choices, usage } = (answer ?? {}) as Answer;
  const choice = Array.isArray(choices) ? choices[0] : undefined;
  if (!choice?.message) throw new Error('The answer is no chat completion.');
  const { content, refusal } = choice.message;
  const count = (value: unknown) => (Number.isSafeInteger(value) ? Number(value) : 0);
  const isFiltered = choice.finish_reason === 'content_filter';
  return {
    text: typeof content === 'string' ? content : '',
    refusal:
      typeof refusal === 'string' && refusal !== ''
        ? refusal
        : isFiltered
          ? 'Its provider’s filter stopped the answer.'
          : undefined,
    isCut: choice.finish_reason === 'length',
    tokensIn: count(usage?.prompt_tokens),
    tokensOut: count(usage?.completion_tokens),
  };
}
