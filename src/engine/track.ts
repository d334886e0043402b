/** What people do with a task that is only tracked: they take it over, finish it, give it up or wait. */
import {
  actAs,
  blockExecution,
  completeExecution,
  failExecution,
  startExecution,
} from '../db/execution.ts';
import type { Task } from '../db/task.ts';
import { conflict, invalid } from '../errors.ts';
import type { Actor, Engine } from './context.ts';
import { executeTask } from './execute.ts';
import { onOwnTask } from './hold.ts';

export const trackVerbs = ['start', 'complete', 'fail', 'block'] as const;
export type TrackVerb = (typeof trackVerbs)[number];

/**
 * @param text what came of it (complete), the error (fail), the reason (block)
 * @param isRetried fail: whether another try is wanted, while one is left
 * @returns what to tell the person
 * @throws CONFLICT when the verb is not possible now, or the engine itself carries the task out
 */
export async function trackTask(
  engine: Engine,
  actor: Actor,
  taskId: string,
  verb: TrackVerb,
  text: string | undefined,
  isRetried: boolean,
): Promise<string> {
  const words = text?.trim() ?? '';
  if (verb === 'block' && words === '') throw invalid('Say what it waits for.');
  return onOwnTask(engine, actor, taskId, async (tx, task) => {
    const me = { id: actor.id, type: 'user' } as const;
    await actAs(tx, actor.id);
    switch (verb) {
      case 'start':
        await startExecution(tx, taskId, me);
        return `${task.title} is yours.`;
      case 'complete':
        // Whoever says that it is done has done it, said before or not.
        if (isWaiting(task)) await startExecution(tx, taskId, me);
        await completeExecution(tx, taskId, { strategy: 'manual', output: words || 'Done.' });
        return `${task.title} is done.`;
      case 'fail': {
        const error = words || 'No reason was given.';
        const again = await failExecution(tx, taskId, error, isRetried);
        return again ? `${task.title} is tried again.` : `${task.title} failed.`;
      }
      case 'block':
        await blockExecution(tx, taskId, words);
        return `${task.title} waits: ${words}`;
    }
  });
}

/** Not begun yet, or left to a person; what the engine has begun has verbs of its own. */
const isExecutable = ({ status, planVersion }: Task) =>
  status === 'draft' || status === 'ready' || (status === 'blocked' && planVersion === 0);

const isWaiting = ({ status }: Task) =>
  status === 'draft' || status === 'queued' || status === 'blocked';

/**
 * The same as a call of the API, without waiting for the end.
 * @throws FORBIDDEN for somebody who may not steer the task, CONFLICT when it has been begun
 */
export async function executeNow(engine: Engine, actor: Actor, taskId: string): Promise<string> {
  await onOwnTask(engine, actor, taskId, async (_, task) => {
    if (!isExecutable(task))
      throw conflict(
        `${task.shortName} is ${task.status.replace('_', ' ')}, so it cannot be begun again.`,
      );
  });
  const execution = await executeTask(engine, actor, taskId);
  if (execution.kind === 'watch') return 'I am on it.';
  if (execution.kind === 'stopped') return `A person has to do this. ${execution.reason}.`;
  return `Divided into ${execution.subtasks.map((part) => part.title).join(', ')}.`;
}
