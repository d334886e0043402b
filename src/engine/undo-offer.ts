/** Whether a task can be taken back, and what of it: a pure decision. */
import type { Task } from '../db/task.ts';
import type { DoneStep, Undo, UndoItem } from '../db/undo.ts';
import type { Tool } from './tools/tool.ts';
import { type Plan, walk } from './workflow/plan.ts';

/** How long after its delivery a task can be taken back. */
export const undoMs = 7 * 86_400_000;

/** What a delivered task did, the last first, and how far taking it back is. */
export type UndoRecord = { done: DoneStep[]; newest: Undo | undefined };

export type UndoOffer = {
  /** Why it cannot be taken back now, as a sentence. */
  refusal: string | null;
  /** What can be taken back (pending) and what cannot (impossible), in the order in which it is done. */
  items: UndoItem[];
};

type Subject = { task: Task; undo: UndoRecord | undefined };
type Tools = ReadonlyMap<string, Pick<Tool, 'undo'>>;

/** What is already reversed stays so; what was kept may be tried again. */
export function undoOffer({ task, undo }: Subject, tools: Tools, now: Date): UndoOffer {
  const known = new Map(undo?.newest?.items.map((item) => [item.stepId, item]));
  const items = (undo?.done ?? []).map((step): UndoItem => {
    const earlier = known.get(step.id);
    return earlier?.status === 'reversed' ? earlier : itemOf(step, tools);
  });
  return { refusal: refusalOf(task, undo?.newest, items, now), items };
}

function itemOf({ id, name, kind, tool: key }: DoneStep, tools: Tools): UndoItem {
  const impossible = (note: string) => ({ stepId: id, name, status: 'impossible' as const, note });
  if (kind === 'human') return impossible('Cannot be undone: it was done by hand.');
  const tool = key ? tools.get(key) : undefined;
  if (!tool) return impossible(`Cannot be undone: the tool "${key}" is not installed here.`);
  if (!tool.undo.can) return impossible(tool.undo.why);
  return { stepId: id, name, status: 'pending', note: tool.undo.what };
}

function refusalOf(
  task: Task,
  newest: Undo | undefined,
  items: UndoItem[],
  now: Date,
): string | null {
  const { shortName, completedAt } = task;
  if (task.undoneAt) return `${shortName} was undone already.`;
  if (task.status === 'failed' || task.status === 'cancelled')
    return `${shortName} was not delivered, so there is nothing to undo.`;
  if (task.status !== 'completed' || !completedAt)
    return `${shortName} is not delivered yet, so there is nothing to undo. Cancel it instead.`;
  if (newest?.status === 'running') return `${shortName} is being undone already.`;
  if (now.getTime() >= completedAt.getTime() + undoMs)
    return `${shortName} was delivered more than 7 days ago, so it can no longer be undone.`;
  // Tracked only, or done by its subtasks, which are undone one by one.
  if (items.length === 0) return `${shortName} did nothing here that could be undone.`;
  if (items.every((item) => item.status !== 'pending')) {
    const names = items.map((item) => `"${item.name}"`).join(', ');
    return `Nothing that ${shortName} did can be undone: ${names}.`;
  }
  return null;
}

/** Of the steps of a plan, those that cannot be undone: key → why. */
export function lastingSteps(plan: Plan, tools: Tools): Record<string, string> {
  const why = [...walk(plan.steps)].flatMap((step) => {
    const undo = step.kind === 'tool' ? tools.get(step.tool)?.undo : undefined;
    return undo && !undo.can ? [[step.key, undo.why]] : [];
  });
  return Object.fromEntries(why);
}
