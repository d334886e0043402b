/** "Did you mean …?" */

const longest = 40;
/** So that a long list of wrong names takes no longer than a short one. */
const mostCompared = 300;

/**
 * The candidate that differs from a word by one typing error, by two in long words; case does not count.
 * Swapped neighbours are one error.
 */
export function nearest<T extends string>(word: string, candidates: Iterable<T>): T | undefined {
  if (word.length > longest) return undefined;
  const wanted = word.toUpperCase();
  const allowed = wanted.length < 3 ? 0 : wanted.length < 6 ? 1 : 2;
  let best: T | undefined;
  let least = allowed + 1;
  let compared = 0;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - wanted.length) >= least) continue;
    compared += 1;
    if (compared > mostCompared) break;
    const distance = distanceOf(wanted, candidate.toUpperCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** Optimal string alignment. */
function distanceOf(a: string, b: string): number {
  let older: number[] = [];
  let old = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min(
        (old[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (old[j - 1] ?? 0) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (older[j - 2] ?? 0) + 1);
      row.push(least);
    }
    [older, old] = [old, row];
  }
  return old[b.length] ?? 0;
}
