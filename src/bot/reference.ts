/** Which task somebody means: "my CRM task", "it" (R22). */
import type { Task } from '../db/task.ts';

/** What of a task its name is looked for in. */
export type Referable = Pick<Task, 'id' | 'title' | 'shortName' | 'description' | 'status'>;

export type Reference<T extends Referable = Task> =
  | { kind: 'one'; task: T }
  | { kind: 'many'; tasks: T[] }
  | { kind: 'none' };

/**
 * Finds the task that `words` name: by short name, then title, then all words in the title.
 * Without words: the only task, or the newest where the others are done.
 * @param tasks newest first
 */
export function findReferred<T extends Referable>(
  tasks: T[],
  words: string | undefined,
): Reference<T> {
  if (tasks.length === 0) return { kind: 'none' };
  const wanted = words ? normal(words) : '';
  if (wanted === '') {
    const open = tasks.filter(
      (task) => !['completed', 'failed', 'cancelled'].includes(task.status),
    );
    return choose(open.length > 0 ? open : tasks.slice(0, 1));
  }
  for (const matches of [
    (task: T) =>
      normal(task.shortName) === wanted || normal(task.title) === wanted || task.id === words,
    (task: T) => holds(task.title, wanted) || holds(wanted, normal(task.shortName)),
    (task: T) =>
      wanted.split(' ').every((word) => normal(`${task.title} ${task.description}`).includes(word)),
  ]) {
    const found = tasks.filter(matches);
    if (found.length > 0) return preferOpen(found);
  }
  return { kind: 'none' };
}

function preferOpen<T extends Referable>(found: T[]): Reference<T> {
  const open = found.filter((task) => !['completed', 'failed', 'cancelled'].includes(task.status));
  return open.length > 0 ? choose(open) : choose(found.slice(0, 1));
}

function choose<T extends Referable>(tasks: T[]): Reference<T> {
  const [first, ...others] = tasks;
  if (!first) return { kind: 'none' };
  return others.length === 0 ? { kind: 'one', task: first } : { kind: 'many', tasks };
}

/** Whether whole words of `text` are `words`; nothing is held by everything, so it counts as not held. */
const holds = (text: string, words: string) =>
  words !== '' && ` ${normal(text)} `.includes(` ${words} `);

const normal = (words: string) =>
  words
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
