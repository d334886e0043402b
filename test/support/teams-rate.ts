/**
 * How often a bot may write into one conversation. Pure.
 * Source: "Optimize your bot with rate limiting in Teams", learn.microsoft.com/microsoftteams.
 */
const limits = [
  { inMs: 1_000, most: 7 },
  { inMs: 2_000, most: 8 },
  { inMs: 30_000, most: 60 },
  { inMs: 3_600_000, most: 1_800 },
] as const;

export type Overrun = { conversation: string; inMs: number; most: number; count: number };

/**
 * @param writes in the order of their times, in milliseconds
 * @returns per conversation and limit the fullest window that held too many; empty when all is well
 */
export function overrunsIn(writes: readonly { conversation: string; at: number }[]): Overrun[] {
  const times = new Map<string, number[]>();
  for (const { conversation, at } of writes) {
    const known = times.get(conversation);
    if (known) known.push(at);
    else times.set(conversation, [at]);
  }
  return [...times].flatMap(([conversation, at]) =>
    limits.flatMap(({ inMs, most }) => {
      const count = fullest(at, inMs);
      return count > most ? [{ conversation, inMs, most, count }] : [];
    }),
  );
}

/** The most that fall into any window of this length; its end does not belong to it. */
function fullest(times: readonly number[], inMs: number): number {
  let most = 0;
  let first = 0;
  for (const [last, time] of times.entries()) {
    while (time - (times[first] ?? time) >= inMs) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
