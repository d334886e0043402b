/** What tokens cost. Pure. */

/** Microdollars for a million tokens, which are also millionths of a dollar for one. */
export type Price = { input: number; output: number };

/**
 * Taken where nobody has said what a model costs: dearer than what most models cost, so that money is rather kept than
 * spent unseen. A model that costs nothing has to be said to.
 */
export const unknownPrice: Price = { input: 15_000_000, output: 75_000_000 };

/** Never rounded down. */
export const costOf = (tokensIn: number, tokensOut: number, price: Price): number =>
  Math.ceil((tokensIn * price.input + tokensOut * price.output) / 1_000_000);
