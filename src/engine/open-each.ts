/** A list is about to be gone through: each round gets rows of its own, with its item. */
import { insertSteps, type StepError } from '../db/step.ts';
import type { Tx } from '../db/tx.ts';
import type { Engine } from './context.ts';
import { keepAmong } from './continue.ts';
import type { Command, Snapshot } from './decide.ts';
import { moveStep } from './move.ts';
import { stepRows } from './step-rows.ts';
import { unfold, withRounds } from './workflow/unfold.ts';

/** All of them are read and decided about together. */
const mostRows = 5000;

/** @returns false: the rows have to be read anew */
export async function openEach(
  tx: Tx,
  engine: Engine,
  snapshot: Snapshot,
  { step, plan, items }: Extract<Command, { kind: 'open_each' }>,
): Promise<boolean> {
  const { workspaceId, taskId, runId, id } = step;
  const { rounds } = withRounds(plan, items.length);
  const itemOf = new Map(rounds.map(({ key }, at) => [key, items[at] ?? null]));
  const owner = { workspaceId, taskId, runId, parentId: id };
  const rows = [...stepRows(engine, rounds, owner)].map((row) =>
    itemOf.has(row.key) ? { ...row, result: itemOf.get(row.key) } : row,
  );
  if (snapshot.steps.length + rows.length > mostRows) {
    const reason = `With ${items.length.toLocaleString('en')} rounds there would be more than ${mostRows.toLocaleString('en')} steps. Divide the list, or the work.`;
    const error: StepError = { message: `Could not do "${step.name}".`, reason, kind: 'permanent' };
    moveStep(tx, step, { event: 'fail', change: { error }, data: { reason } });
    return false;
  }
  const steps = [...snapshot.steps, ...insertSteps(tx, rows)];
  await keepAmong(tx, engine, snapshot, unfold(snapshot.plan, steps), steps);
  const change = { startedAt: engine.now(), expectedMs: 0 };
  moveStep(tx, step, { event: 'start', change, data: { rounds: items.length } });
  return false;
}
