/** Scores as rows: one a source and measure, a column a half. */

/** A score between 0 and 1, or the words of one that is no number. */
export type Scores = Record<string, number | string>;
export type Columns = Record<'open' | 'closed' | 'all', Scores>;

/** A table for the terminal; numbers are percent. */
export function tableOf(title: string, { open, closed, all }: Columns): string {
  const names = Object.keys(all);
  const width = Math.max(title.length, ...names.map((name) => name.length));
  const cell = (value: number | string | undefined) =>
    (typeof value === 'number' ? (value * 100).toFixed(1) : (value ?? '-')).padStart(10);
  const row = (name: string, cells: (number | string | undefined)[]) =>
    `${name.padEnd(width)}${cells.map(cell).join('')}`;
  return [
    row(title, ['open', 'closed', 'all']),
    ...names.map((name) => row(name, [open[name], closed[name], all[name]])),
  ].join('\n');
}
