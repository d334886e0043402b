/** Times and the table that they are printed in. */
import { cpus, loadavg } from 'node:os';
import { performance } from 'node:perf_hooks';

export type Line = { what: string; values: string[]; aim?: string };

/** Milliseconds that `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** @param share 0.5 for the median, 0.99 for the slowest hundredth */
export function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export const median = (values: number[]): number => percentile(values, 0.5);

export function ms(value: number): string {
  if (value >= 1000) return `${(value / 1000).toFixed(2)} s`;
  return `${value.toFixed(value < 100 ? 1 : 0)} ms`;
}

/** A table of plain text; figures mean little without the machine they were taken on. */
export function printTable(title: string, columns: string[], lines: Line[]): void {
  const rows = [
    ['', ...columns, 'aim'],
    ...lines.map((line) => [line.what, ...line.values, line.aim ?? '']),
  ];
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const print = (row: string[]) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('   ')
      .trimEnd();
  const load = loadavg()
    .map((value) => value.toFixed(2))
    .join(' ');
  console.log(`\n${title}\n${rows.map(print).join('\n')}`);
  console.log(`${cpus().length} cores, load average ${load}, Node ${process.versions.node}`);
}
