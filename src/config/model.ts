/** The language model's settings together. */
import { invalid } from '../errors.ts';
import type { Environment } from './environment.ts';

/** A language model behind a server that speaks OpenAI's chat completions; undefined when none is set. */
export type ModelConfig = {
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

/** @throws INVALID on a half-set combination, or where a key would travel for everybody to read */
export function readModel(values: Environment): ModelConfig | undefined {
  const { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseUrl, OPENAI_MODEL: model } = values;
  if (apiKey === undefined && baseUrl === undefined && model === undefined) return undefined;
  if (model === undefined)
    throw invalid(
      `${apiKey ? 'OPENAI_API_KEY' : 'OPENAI_BASE_URL'} is set without a model. Set OPENAI_MODEL to the name of one that the server has, or unset both to go on without a language model.`,
    );
  const host = baseUrl === undefined ? 'api.openai.com' : new URL(baseUrl).hostname;
  if (apiKey === undefined && host === 'api.openai.com')
    throw invalid(
      'OPENAI_MODEL needs a server: set OPENAI_API_KEY for OpenAI’s own, or OPENAI_BASE_URL for another one, such as http://127.0.0.1:11434/v1 for Ollama. Unset OPENAI_MODEL to go on without a language model.',
    );
  if (apiKey !== undefined && baseUrl?.startsWith('http:') && !isNear(host))
    throw invalid(
      `OPENAI_BASE_URL would send OPENAI_API_KEY unencrypted to ${host}. Use https:// there, or unset the key if that server wants none.`,
    );
  const { OPENAI_TIMEOUT_SECONDS: seconds, OPENAI_MAX_TOKENS: maxTokens } = values;
  return { apiKey, baseUrl, model, timeoutMs: seconds * 1000, maxTokens };
}

/** This machine, a private network (RFC 1918), or a name that only such a network knows. */
const isNear = (host: string): boolean =>
  host === '[::1]' ||
  /^(?:127|10)\.[\d.]+$|^192\.168\.[\d.]+$|^172\.(?:1[6-9]|2\d|3[01])\.[\d.]+$/.test(host) ||
  /^[a-z\d-]+$|\.(?:local|internal|localhost)$/i.test(host);
