/** Whether a word is another one with a slip of the keyboard. */

/** Short words have no room for a slip: "app" and "apt" are two words. */
const slipsOf = (word: string) => (word.length < 5 ? 0 : word.length < 8 ? 1 : 2);

/** The same word, but for a letter too many, too few, wrong or swapped; in long words, for two. */
export function isSlip(typed: string, meant: string): boolean {
  const most = slipsOf(typed);
  if (typed === meant) return true;
  if (most === 0 || Math.abs(typed.length - meant.length) > most) return false;
  return distance(typed, meant) <= most;
}

/** The number of letters added, left out, replaced or swapped (optimal string alignment). */
function distance(one: string, two: string): number {
  const rows: number[][] = [Array.from({ length: two.length + 1 }, (_, index) => index)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= two.length; j++) {
      const cost = one[i - 1] === two[j - 1] ? 0 : 1;
      const isSwapped = i > 1 && j > 1 && one[i - 1] === two[j - 2] && one[i - 2] === two[j - 1];
      row.push(
        Math.min(
          at(i - 1, j) + 1,
          at(i, j - 1) + 1,
          at(i - 1, j - 1) + cost,
          isSwapped ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
  }
  return at(one.length, two.length);
}
