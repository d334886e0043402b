/** How many tokens may still be spent. An agent that another one asks draws on that one's too. */
export type Purse = {
  left(): number;
  take(tokens: number): void;
};

export function createPurse(tokens: number, outer?: Purse): Purse {
  let rest = tokens;
  return {
    left: () => Math.max(0, Math.min(rest, outer?.left() ?? rest)),
    take(spent) {
      rest -= spent;
      outer?.take(spent);
    },
  };
}
