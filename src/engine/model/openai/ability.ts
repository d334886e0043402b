/** In which ways a server can be asked for JSON, the best first, and what is tried next when it refuses one. */
import type { Request } from './completion.ts';
import type { Refusal } from './failure.ts';

/** Strict schemas, any JSON, any text. LM Studio knows the first and the last only, Ollama's cloud the second. */
const formats = ['schema', 'json', 'text'] as const;
export type Ability = {
  format: (typeof formats)[number];
  /**
   * What the most tokens are called, what to try first: OpenAI's newer models refuse the one, older servers do
   * not know the other. Without any, the server's own limit holds, which is lower where it found ours too large.
   */
  limits: readonly ('max_tokens' | 'max_completion_tokens')[];
  /** Functions can be offered to it; otherwise calls are written as JSON (`action.ts`). */
  functions: boolean;
  /** The same text is to be read in the same way; reasoning models refuse to be told. */
  temperature: boolean;
};

type Format =
  | { type: 'json_object' }
  | { type: 'json_schema'; json_schema: Pick<Request, 'name' | 'schema'> & { strict: true } };

export function formatOf(
  { name, schema, functions }: Request,
  { format }: Ability,
): { response_format?: Format } {
  if (functions) return {};
  if (format === 'text') return {};
  if (format === 'json') return { response_format: { type: 'json_object' } };
  return { response_format: { type: 'json_schema', json_schema: { name, schema, strict: true } } };
}

/** A server that is not held to the schema is told of it. */
export function instructionsOf(
  { system, schema, functions }: Request,
  { format }: Ability,
): string {
  if (functions) return system;
  if (format === 'schema') return system;
  return `${system}\n\nAnswer with one JSON object and nothing else. It has to fit this JSON Schema:\n${JSON.stringify(schema)}`;
}

/** How servers say that a text is longer than they can read. */
export const tooLong =
  /context.{0,3}length|maximum context|too (?:long|many tokens)|context window/i;

/**
 * How servers say that they, or the model, know no functions: "does not support tools" (Ollama), '"auto" tool choice
 * requires --enable-auto-tool-choice' (vLLM), "tools param requires --jinja flag" (llama.cpp).
 */
const noFunctions = /\btools?\b|tool_choice|\bfunctions?\b/i;

/**
 * The next lesser way of asking the same; undefined when what was refused is not the way.
 * @param offered whether functions were
 */
export function lesser(
  able: Ability,
  { status, words }: Refusal,
  offered: boolean,
): Ability | undefined {
  if (![400, 404, 415, 422, 500, 501].includes(status)) return undefined;
  const names = (pattern: RegExp) => pattern.test(words);
  if (able.limits.length > 0 && names(/max_(?:completion_)?tokens/))
    return { ...able, limits: able.limits.slice(1) };
  if (names(tooLong)) return undefined;
  if (offered && able.functions && names(noFunctions)) return { ...able, functions: false };
  if (able.temperature && names(/temperature/)) return { ...able, temperature: false };
  const next = formats[formats.indexOf(able.format) + 1];
  const isAbout = names(
    /response_format|json_schema|json_object|json mode|structured|schema|grammar/i,
  );
  // An error of the server's own is about the format only when it says so; an unknown model never is.
  if (!next || (!isAbout && (status === 404 || status >= 500))) return undefined;
  return { ...able, format: next };
}
