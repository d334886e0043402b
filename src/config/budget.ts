/** What may be spent: amounts with their units in one line, and what a language model costs. */
import { invalid } from '../errors.ts';
import { Environment } from './environment.ts';

type Amounts = { tokens: number; microdollars: number; minutes: number; messages: number };
/** What may be spent in a day; what is not named is not bounded. */
type DayLimit = Partial<Omit<Amounts, 'minutes'>>;

export type BudgetConfig = {
  /** Microdollars for a million tokens; undefined where nobody has said. */
  price: { input: number; output: number } | undefined;
  /** The most tokens of one answer of the language model. */
  answerTokens: number;
  /** The most that one plan may ask for. People may add to it. */
  task: Amounts;
  personDay: DayLimit;
  workspaceDay: DayLimit;
};

/** Far more than a usual task takes, and little enough to be noticed. */
const usualTask: Amounts = {
  ...{ tokens: 1_000_000, microdollars: 20_000_000 },
  ...{ minutes: 240, messages: 1_000 },
};

const example = '500000 tokens, $5, 60 min, 20 messages';
const units = [
  ['tokens', /^(\d{1,12}) tokens?$/],
  ['microdollars', /^\$(\d{1,9}(?:\.\d{1,6})?)$/],
  ['minutes', /^(\d{1,6}) min(?:utes?)?$/],
  ['messages', /^(\d{1,9}) messages?$/],
] as const;

/**
 * "500000 tokens, $5": each unit once, in any order.
 * @throws INVALID with an example
 */
function readAmounts(name: string, text: string | undefined): Partial<Amounts> {
  const amounts: Partial<Amounts> = {};
  for (const part of (text ?? '').split(',').map((one) => one.trim())) {
    if (part === '') continue;
    const found = units.find(([, pattern]) => pattern.test(part));
    const amount = found?.[1].exec(part)?.[1];
    if (!found || amount === undefined || amounts[found[0]] !== undefined)
      throw invalid(
        `${name} has “${part}”, which is not understood or there twice. Write for example: ${example}`,
      );
    amounts[found[0]] =
      found[0] === 'microdollars' ? Math.round(Number(amount) * 1_000_000) : Number(amount);
  }
  return amounts;
}

/** @throws INVALID for half a price, or amounts that cannot be read */
export function readBudget(values: Environment): BudgetConfig {
  const { OPENAI_PRICE_INPUT: input, OPENAI_PRICE_OUTPUT: output } = values;
  if ((input === undefined) !== (output === undefined))
    throw invalid(
      'OPENAI_PRICE_INPUT and OPENAI_PRICE_OUTPUT belong together: set both, in dollars for a million tokens, or neither.',
    );
  const price = input === undefined || output === undefined ? undefined : { input, output };
  const day = (name: 'FACTOTUM_PERSON_DAY_LIMIT' | 'FACTOTUM_WORKSPACE_DAY_LIMIT') => {
    const { minutes, ...limit } = readAmounts(name, values[name]);
    if (minutes !== undefined)
      throw invalid(`${name} has minutes, which are bounded for a task only: FACTOTUM_TASK_LIMIT.`);
    return limit;
  };
  return {
    price,
    answerTokens: values.OPENAI_MAX_TOKENS,
    task: {
      ...usualTask,
      ...readAmounts('FACTOTUM_TASK_LIMIT', values.FACTOTUM_TASK_LIMIT),
    },
    personDay: day('FACTOTUM_PERSON_DAY_LIMIT'),
    workspaceDay: day('FACTOTUM_WORKSPACE_DAY_LIMIT'),
  };
}

/** What holds where nothing is set. */
export const usualBudget: BudgetConfig = readBudget(Environment.parse({}));
