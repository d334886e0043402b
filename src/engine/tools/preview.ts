/** Words of previews: what a step will do, before it does it. */

/** "4 new tables", "1 new table". */
export const count = (amount: number, noun: string): string =>
  `${amount} ${noun}${amount === 1 ? '' : 's'}`;

/** A card is read, not searched: of many lines the first dozen are shown, and how many are left. */
export function shorten(lines: string[]): string[] {
  return lines.length > 13 ? [...lines.slice(0, 12), `and ${lines.length - 12} more`] : lines;
}

export const unchanged = 'No records are changed';
