/** What a proof found, as plain text. Pure. */
import type { Fault } from './fault.ts';
import type { Proof } from './prove.ts';

export const isProven = ({ failures, kills }: Proof): boolean => failures.length === 0 && kills > 0;

export function printProof(proof: Proof): string {
  const faults = proof.failures.flatMap((failure) => failure.faults);
  const count = (kind: Fault['kind']) => faults.filter((fault) => fault.kind === kind).length;
  const rows: [string, number | string][] = [
    ['commit boundaries', proof.boundaries.length],
    ['trials', proof.trials],
    ['kills', proof.kills],
    ['  at another of the same place', proof.replaced],
    ['over before the boundary came', proof.missed],
    ['losses', count('loss')],
    ['duplicates', count('duplicate')],
    ['stuck', count('stuck')],
    ['time', `${Math.round(proof.tookMs / 1000)} s`],
  ];
  const width = Math.max(...rows.map(([title]) => title.length));
  return rows
    .map(([title, value]) => `${title.padEnd(width)}  ${String(value).padStart(6)}`)
    .join('\n');
}
