/** What a language model took for a task: a line of the task's history for each call. */
import { giveReservations } from '../db/reservation.ts';
import { appendLog } from '../db/task.ts';
import type { Tx } from '../db/tx.ts';
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
