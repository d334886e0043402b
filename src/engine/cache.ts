/** A step that may take what the same call gave before, of any task of the workspace (CACHED FOR). */
import { findCached } from '../db/call.ts';
import type { Run } from '../db/run.ts';
import type { Step } from '../db/step.ts';
import type { Tx } from '../db/tx.ts';
import type { ToolStep } from './workflow/plan.ts';

export type Cached = { callId: string; output: unknown; detail: string };

/** @param work what the call does, as in its key: the tool, its input, and what of the plan it depends on */
export async function cachedFor(
  tx: Tx,
  { step, run, toolStep, work }: { step: Step; run: Run; toolStep: ToolStep; work: string },
): Promise<Cached | undefined> {
  const { cachedSeconds, tool, input, detail } = toolStep;
  // Whoever tries again wants it fresh, and a rehearsal shows what would be done.
  if (cachedSeconds === undefined || step.attempt > 1 || run.mode === 'dry_run') return undefined;
  if (run.rehearsedRunId !== null) return undefined;
  // By the same clock that calls are written down with.
  const now = Date.now();
  const since = new Date(now - cachedSeconds * 1000);
  const found = await findCached(tx, { tool, input, work, since });
  if (!found) return undefined;
  const age = ageOf(now - found.finishedAt.getTime());
  const words = `From the cache, ${age} old.`;
  return {
    ...{ callId: found.id, output: found.output },
    detail: detail === '' ? words : `${words} ${detail}`,
  };
}

/** "less than a minute", "5 minutes", "2 hours", "3 days". */
function ageOf(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return 'less than a minute';
  const [count, word] =
    minutes < 120
      ? [minutes, 'minute']
      : minutes < 48 * 60
        ? [Math.floor(minutes / 60), 'hour']
        : [Math.floor(minutes / 1440), 'day'];
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
