/** Which task somebody means: "my CRM task", "it" (R22). */
import type { Task } from '../db/task.ts';
import { isSlip } from './likeness.ts';

/** What of a task its name is looked for in. */
export type Referable = Pick<Task, 'id' | 'title' | 'shortName' | 'description' | 'status'>;

export type Reference<T extends Referable = Task> =
  | { kind: 'one'; task: T }
  | { kind: 'many'; tasks: T[] }
  | { kind: 'none' };

/**
 * Finds the task that `words` name: by short name, then title, then all words in the title, then the same with
 * slips of the keyboard.
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
    (task: T) => isNamedWithSlips(wanted, normal(`${task.title} ${task.shortName}`)),
  ]) {
    const found = tasks.filter(matches);
    if (found.length > 0) return preferOpen(found);
  }
  return { kind: 'none' };
}

const places = ['first', 'second', 'third', 'fourth', 'fifth'];

/**
 * The task that a number means: "2" or "second" is the second of `tasks`, "last" the last.
 * @returns undefined when `words` are no number of one of them
 */
export function findCounted<T extends Referable>(
  tasks: T[],
  words: string | undefined,
): Reference<T> | undefined {
  if (words === undefined) return undefined;
  const place = places.indexOf(words.toLowerCase()) + 1;
  const number = place || (/^\d{1,3}$/.test(words) ? Number(words) : 0);
  const task = words.toLowerCase() === 'last' ? tasks.at(-1) : tasks[number - 1];
  return task && { kind: 'one', task };
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

/** Each word that matters is one of the name's, perhaps with a slip. */
function isNamedWithSlips(wanted: string, name: string): boolean {
  const words = wanted
    .split(' ')
    .filter((word) => !/^(?:the|a|an|for|of|to|my|our|and)$/.test(word));
  const known = name.split(' ');
  return words.length > 0 && words.every((word) => known.some((other) => isSlip(word, other)));
}

/** Whether whole words of `text` are `words`; nothing is held by everything, so it counts as not held. */
const holds = (text: string, words: string) =>
  words !== '' && ` ${normal(text)} `.includes(` ${words} `);

const normal = (words: string) =>
  words
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
