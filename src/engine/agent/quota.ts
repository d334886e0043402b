/** How many tokens may still be spent. An agent that another one asks draws on that one's too. */
export type Quota = {
  left(): number;
  take(tokens: number): void;
};

export function createQuota(tokens: number, outer?: Quota): Quota {
  let rest = tokens;
  return {
    left: () => Math.max(0, Math.min(rest, outer?.left() ?? rest)),
    take(spent) {
      rest -= spent;
      outer?.take(spent);
    },
  };
}
