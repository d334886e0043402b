/** What is asked of a server and what it answers, as far as Factotum uses either. */

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

/** Servers that are only alike may leave out anything, or answer 200 with an error. */
type Answer = {
  choices?: { message?: { content?: unknown; refusal?: unknown }; finish_reason?: unknown }[];
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
    isCut: choice.finish_reason === 'length',
    tokensIn: count(usage?.prompt_tokens),
    tokensOut: count(usage?.completion_tokens),
  };
}
