/** Messages, notes and sentences: the tasks in them, and the dates that people name. */

import type { Model } from '../../src/engine/model/model.ts';
import { readDue } from '../../src/engine/model/offline/extract/due.ts';
import { type Item, type Prediction, score } from './kit.ts';
import type { Scores } from './table.ts';

type Said = Item & { kind: string; ref?: string; sent_at?: string; author?: string };

export async function predictTasks(model: Model, item: Said): Promise<Prediction> {
  const context = { now: timeOf(item), locale: 'en-US', currency: 'USD', timezone: 'UTC' };
  if (item.kind === 'due')
    return { id: item.id, due: readDue(item.text, context)?.date } as Prediction;
  const { text, author } = item;
  const found = await model.extract({ text, ...(author ? { author } : {}) }, context);
  const tasks = found.map(({ title, quote, assignee, due }) => ({
    title,
    span: quote,
    assignee,
    due: due?.date,
    due_text: due?.text,
  }));
  return { id: item.id, tasks } as Prediction;
}

/** The kit's times are in UTC. */
function timeOf({ ref, sent_at: sentAt }: Said): Date {
  const written = ref && !/Z|[+-]\d\d:?\d\d$/.test(ref) ? `${ref}Z` : (ref ?? sentAt);
  const at = new Date(written ?? '2026-01-05T09:00:00Z');
  return Number.isNaN(at.getTime()) ? new Date('2026-01-05T09:00:00Z') : at;
}

type Part = { p?: number; r?: number } & Record<string, number>;
type Report = { headline: Record<string, { value: number }> } & Record<
  'detect' | 'extract' | 'title' | 'due' | 'assignee',
  Record<string, Part>
>;

export function scoreTasks(
  folder: string,
  predictions: Prediction[],
  half: Parameters<typeof score>[2],
): Scores {
  const report = score<Report>(folder, predictions, half);
  const { headline } = report;
  const means = ['detect_macro_f1', 'extract_macro_f1', 'title', 'due', 'assignee'].map(
    (name): [string, number] => [
      `${name.replace('_macro_f1', '')} (mean)`,
      headline[name]?.value ?? 0,
    ],
  );
  return Object.fromEntries([
    ...means,
    ...(['detect', 'extract'] as const).flatMap((measure) =>
      Object.entries(report[measure]).flatMap(([source, { p, r, f1 }]) => [
        [`${measure} ${source}`, f1],
        [`${measure} ${source} precision/recall`, `${percent(p)}/${percent(r)}`],
      ]),
    ),
    ...(['title', 'due', 'assignee'] as const).flatMap((measure) =>
      Object.entries(report[measure]).map(([source, { n, ...part }]) => [
        `${measure} ${source}`,
        Object.values(part)[0],
      ]),
    ),
  ]);
}

const percent = (value = 0) => (value * 100).toFixed(0);
