/** What whoever runs the program has set: what a model costs, and what may be spent without more being asked. */
import type { Bound, Envelope } from './envelope.ts';
import { type Price, unknownPrice } from './price.ts';

/** What may be spent in a day; what is not named is not bounded. */
export type DayLimit = Partial<Record<Exclude<Bound, 'minutes'>, number>>;

export type BudgetSettings = {
  /** Undefined where it is not known: `unknownPrice` is taken then, and said to be a guess. */
  price: Price | undefined;
  /** The most tokens of one answer of the language model. */
  answerTokens: number;
  /** The most that one plan may ask for. People may add to it. */
  task: Envelope;
  personDay: DayLimit;
  workspaceDay: DayLimit;
};

export const priceOf = ({ price }: Pick<BudgetSettings, 'price'>): Price => price ?? unknownPrice;
