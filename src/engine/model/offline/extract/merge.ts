/** The same task said twice is one: "Send the report" and later "please don't forget to send the report by Friday". */
import type { FoundTask } from '../../model.ts';
import { stem } from '../word.ts';

const small = new Set(
  'a an the to of for and or in on at by with from this that it my your our his her their me us you please up'.split(
    ' ',
  ),
);

/** Near-duplicates merged: the surer one stays, and takes what only the other one said. */
export function mergeAlike<T extends FoundTask>(found: T[]): T[] {
  const kept: T[] = [];
  for (const task of found) {
    const at = kept.findIndex((other) => isSame(other, task));
    const known = kept[at];
    if (!known) kept.push(task);
    else
      kept[at] =
        known.confidence >= task.confidence ? { ...task, ...known } : { ...known, ...task };
  }
  return kept;
}

function isSame(one: FoundTask, two: FoundTask): boolean {
  if (one.assignee && two.assignee && one.assignee !== two.assignee) return false;
  if (one.due && two.due && one.due.date !== two.due.date) return false;
  const [first, second] = [wordsOf(one.title), wordsOf(two.title)];
  if (first.size === 0 || second.size === 0) return false;
  const shared = [...first].filter((word) => second.has(word)).length;
  return shared / (first.size + second.size - shared) >= 0.7;
}

const wordsOf = (title: string) =>
  new Set(
    stem(title.toLowerCase().replace(/[^\p{L}\p{N} ]+/gu, ' '))
      .split(/\s+/)
      .filter((word) => word && !small.has(word)),
  );
