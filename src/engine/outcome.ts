/** Waits for a task to come to rest, and says in one sentence how it stands then. */
import { transaction } from '../db/client.ts';
import type { Actor, Engine } from './context.ts';
import type { SignalHub } from './signal.ts';
import { flatten, loadView, type TaskView } from './view.ts';

export type Outcome =
  | { kind: 'done'; result: string }
  | { kind: 'stopped'; reason: string }
  | { kind: 'running' };

/** A signal that was lost on the way is made up for after this many milliseconds. */
const lookMs = 1000;

/**
 * Reads the task whenever something is told of it, until it needs nothing or somebody.
 * @param options `ms` at most to wait; `signal` aborted when nobody waits for the answer any more
 */
export async function waitForRest(
  engine: Engine,
  hub: Pick<SignalHub, 'subscribe'>,
  actor: Actor,
  taskId: string,
  options: { ms: number; signal: AbortSignal },
): Promise<Outcome> {
  const deadline = Date.now() + options.ms;
  let wake = () => {};
  const unsubscribe = hub.subscribe((signal) => {
    if (signal.kind === 'task' && signal.taskId === taskId) wake();
  });
  options.signal.addEventListener('abort', () => wake(), { once: true });
  try {
    for (;;) {
      // Listens before it reads, so that what is told in between is not missed.
      const told = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const view = await transaction(engine.db, actor, (tx) =>
        loadView(tx, taskId, engine.now(), engine.tools),
      );
      const outcome: Outcome = view ? outcomeOf(view) : { kind: 'running' };
      const left = deadline - Date.now();
      if (outcome.kind !== 'running' || left <= 0 || options.signal.aborted) return outcome;
      const timer = setTimeout(() => wake(), Math.min(lookMs, left));
      await told;
      clearTimeout(timer);
    }
  } finally {
    unsubscribe();
  }
}

/** How a task stands, as a program is told. Pure. */
function outcomeOf(view: TaskView): Outcome {
  const { task, app } = view;
  switch (task.status) {
    case 'planning':
    case 'queued':
    case 'running':
      return { kind: 'running' };
    case 'completed': {
      const words = view.artifacts.at(-1)?.text;
      if (words) return { kind: 'done', result: words };
      const where = app ? `. Open it at /apps/${app.slug}` : '';
      return { kind: 'done', result: `${outputOf(task.result) || task.title}${where}` };
    }
    case 'cancelled':
      return { kind: 'stopped', reason: 'It was cancelled' };
    case 'failed':
      return { kind: 'stopped', reason: task.failureReason ?? 'It failed' };
    case 'paused':
      return { kind: 'stopped', reason: 'It is paused' };
    case 'approval_pending':
      return { kind: 'stopped', reason: `Waits for an approval: ${task.blockedReason ?? ''}` };
    case 'ready':
      return { kind: 'stopped', reason: 'Its plan waits for a go-ahead' };
    case 'draft':
    case 'blocked':
      return { kind: 'stopped', reason: errorOf(view) ?? task.blockedReason ?? 'It waits' };
  }
}

/** "Could not finish "Tell the shop". The channel is gone." */
function errorOf({ task, steps }: TaskView): string | undefined {
  if (task.blockedKind !== 'error') return undefined;
  const error = steps.flatMap(flatten).find((step) => step.status === 'failed')?.error;
  return error ? `${error.message} ${error.reason}` : undefined;
}

function outputOf(result: unknown): string {
  if (typeof result !== 'object' || result === null || !('output' in result)) return '';
  return typeof result.output === 'string' ? result.output : JSON.stringify(result.output);
}
