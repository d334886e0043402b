/** How sure the reading is: said in words counts in full, known from the trade a little less, a default least. */

export type Certainty = 'said' | 'known' | 'default';

const worth: Record<Certainty, number> = { said: 1, known: 0.89, default: 0.6 };

/** The mean worth of the parts of a reading, 0–1 with two digits. */
export function confidenceOf(parts: Certainty[]): number {
  if (parts.length === 0) return 0;
  const sum = parts.reduce((total, part) => total + worth[part], 0);
  return Math.round((sum / parts.length) * 100) / 100;
}
