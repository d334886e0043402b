/** What a language model took for a task: a line of the task's history for each call, and their sum. */
import { z } from 'zod';
import type { Tx } from '../db/client.ts';
import { giveReservations } from '../db/reservation.ts';
import { appendLog } from '../db/task.ts';
import type { Spent } from './model/model.ts';

export async function recordSpent(tx: Tx, taskId: string, spent: Spent[]): Promise<void> {
  for (const { prompt, model, tokensIn, tokensOut, ms } of spent) {
    const tokens = { tokens_in: tokensIn, tokens_out: tokensOut };
    await appendLog(tx, taskId, { event: 'model_call', prompt, model, ...tokens, ms });
  }
  // What was reserved before the task was there is its cost too.
  const keys = spent.flatMap(({ reservation }) => reservation ?? []);
  await giveReservations(tx, taskId, keys);
}

const Line = z.object({
  event: z.literal('model_call'),
  tokens_in: z.number(),
  tokens_out: z.number(),
});

/** Undefined when no call is in the history. */
export function sumSpent(
  log: unknown[],
): { calls: number; tokensIn: number; tokensOut: number } | undefined {
  const lines = log.flatMap((line) => Line.safeParse(line).data ?? []);
  if (lines.length === 0) return undefined;
  const sum = (of: (line: z.infer<typeof Line>) => number) =>
    lines.reduce((total, line) => total + of(line), 0);
  return {
    calls: lines.length,
    tokensIn: sum((line) => line.tokens_in),
    tokensOut: sum((line) => line.tokens_out),
  };
}
