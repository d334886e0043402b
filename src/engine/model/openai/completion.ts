/** What is asked of a server and what it answers, as far as Factotum uses either. */

/** A function that may be called, with the JSON Schema of its arguments. */
type FunctionSpec = {
  name: string;
  description: string;
  parameters: Record<string, unknown>;
};
/** A call that a model wants; `arguments` should be JSON. */
export type WantedCall = { id: string; name: string; arguments: string };

export type Turn =
  | { role: 'user' | 'assistant'; content: string; calls?: WantedCall[] }
  /** What a call gave. */
  | { role: 'tool'; id: string; name: string; content: string };

/** What is asked: instructions, then what was said, and the shape of the answer. */
export type Request = {
  name: string;
  system: string;
  turns: Turn[];
  /** What it may call. The answer is then calls, or any text, and not of the schema. */
  functions?: FunctionSpec[];
  /** The most tokens of this answer, where that is less than what answers may have anyway. */
  maxTokens?: number;
  /** A JSON Schema within what every server takes: all fields required, none further, no limits. */
  schema: Record<string, unknown>;
};

export type Completion = {
  text: string;
  /** Why the model would not answer. */
  refusal: string | undefined;
  calls: WantedCall[];
  /** What is wrong with how it answered, for the model to read. */
  problem?: string;
  /** Its tokens were used up before the end. */
  isCut: boolean;
  tokensIn: number;
  tokensOut: number;
};

/** Servers that are only alike may leave out anything, or answer 200 with an error. */
type Answer = {
  choices?: {
    message?: { content?: unknown; refusal?: unknown; tool_calls?: unknown };
    finish_reason?: unknown;
  }[];
  usage?: { prompt_tokens?: unknown; completion_tokens?: unknown } | null;
};

/** @throws Error for anything else */
export function completionOf(answer: unknown): Completion {
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
    calls: callsOf(choice.message.tool_calls),
    isCut: choice.finish_reason === 'length',
    tokensIn: count(usage?.prompt_tokens),
    tokensOut: count(usage?.completion_tokens),
  };
}

/** Some servers give no ids, the same one twice, or arguments that are no text. */
function callsOf(wanted: unknown): WantedCall[] {
  if (!Array.isArray(wanted)) return [];
  const known = new Set<string>();
  return wanted.map(
    (one: { id?: unknown; function?: { name?: unknown; arguments?: unknown } }, at) => {
      const { name, arguments: given } = one?.function ?? {};
      const isNew = typeof one?.id === 'string' && one.id !== '' && !known.has(one.id);
      const id = isNew ? String(one.id) : `call_${at + 1}`;
      known.add(id);
      return {
        id,
        name: typeof name === 'string' ? name : '',
        arguments: typeof given === 'string' ? given : JSON.stringify(given ?? {}),
      };
    },
  );
}
