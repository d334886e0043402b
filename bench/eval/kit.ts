/** Labelled texts in a folder: what is read, what is right, and the scorer that came with them. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Item = { id: string; text: string };
/** Rules are improved by looking at `open` alone; `closed` says whether that was more than learning by heart. */
export type Half = 'open' | 'closed';
export type Prediction = { id: string };

/** Reads a JSON Lines file. @throws when a line is no JSON, naming the line */
export function readLines<T>(file: string): T[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, index): T[] => {
      if (line.trim() === '') return [];
      try {
        return [JSON.parse(line) as T];
      } catch {
        throw new Error(`${file}:${index + 1} is no JSON.`);
      }
    });
}

/** Which half an item belongs to: the same in every run, whatever else is in the file. */
export const halfOf = (id: string): Half =>
  (createHash('sha256').update(id).digest()[0] ?? 0) % 2 === 0 ? 'open' : 'closed';

/** What the kit's own `score.mjs` says about predictions, for the items of one half or for all. */
export function score<T>(folder: string, predictions: Prediction[], half: Half | 'all'): T {
  const isPart = ({ id }: { id: string }) => half === 'all' || halfOf(id) === half;
  const lines = (rows: object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const home = mkdtempSync(join(tmpdir(), 'factotum-eval-'));
  try {
    const gold = readLines<{ id: string }>(join(folder, 'gold.jsonl')).filter(isPart);
    writeFileSync(join(home, 'gold.jsonl'), lines(gold));
    writeFileSync(join(home, 'predictions.jsonl'), lines(predictions.filter(isPart)));
    const files = [join(home, 'predictions.jsonl'), join(home, 'gold.jsonl')];
    const printed = execFileSync(
      process.execPath,
      [join(folder, 'score.mjs'), ...files, '--json'],
      { encoding: 'utf8', maxBuffer: 64_000_000 },
    );
    return JSON.parse(printed) as T;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
