/** Approvals that a change of a plan takes away or gives to others: whoever is to be asked decides that, not who asks. */
import { isDeepStrictEqual } from 'node:util';
import type { Task } from '../db/task.ts';
import type { Tx } from '../db/tx.ts';
import { getWorkspace } from '../db/workspace.ts';
import { FactotumError } from '../errors.ts';
import type { Actor } from './context.ts';
import { means, namesOf } from './person.ts';
import { peopleOf } from './policy.ts';
import { looksAfter } from './setting.ts';
import { type ApprovalStep, type Plan, walk } from './workflow/plan.ts';

/** The approvals by named people that the other plan has not, or not with the same people and times. */
export function loosenedApprovals(before: Plan, after: Plan): ApprovalStep[] {
  const kept = new Map(approvalsOf(after).map((step) => [step.key, termsOf(step)]));
  return approvalsOf(before).filter(
    (step) => step.from.length > 0 && !isDeepStrictEqual(kept.get(step.key), termsOf(step)),
  );
}

const approvalsOf = (plan: Plan): ApprovalStep[] =>
  [...walk(plan.steps)].filter((step) => step.kind === 'approval');

const termsOf = ({ from, needed, timeoutSeconds, onTimeout, escalateTo }: ApprovalStep) => ({
  ...{ from, needed, timeoutSeconds, onTimeout, escalateTo },
});

/** @throws FORBIDDEN for whoever is neither asked by each of them nor looks after the workspace */
export async function assertMayLoosen(
  tx: Tx,
  actor: Actor,
  task: Task,
  steps: ApprovalStep[],
): Promise<void> {
  if (steps.length === 0) return;
  const workspace = await getWorkspace(tx, actor.workspaceId);
  const names = await namesOf(tx, actor);
  if (looksAfter(actor, workspace) || workspace.approvers.some((name) => means(names, name)))
    return;
  const askedBy = ({ from }: ApprovalStep) => peopleOf(from, task, workspace);
  const strange = steps.find((step) => !askedBy(step).some((name) => means(names, name)));
  if (!strange) return;
  const who = [...askedBy(strange), 'an approver of the workspace'].join(' or ');
  const words = `“${strange.name}” can be left out or given to others only by ${who}.`;
  throw new FactotumError('FORBIDDEN', words);
}
