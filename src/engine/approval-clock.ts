/**
 * When something is due about an open approval without anybody's click: a reminder at half time, then
 * the next person, then a visible end (PAINS 9). Pure; times count working hours where there are any.
 */
import type { Approval } from '../db/approval.ts';
import type { Workspace } from '../db/workspace.ts';
import { addWorkingMs, nextWorkingMoment } from './working-hours.ts';

type Hours = Pick<Workspace, 'workingHours' | 'timezone' | 'fallbackApprover'>;
type Times = Pick<Approval, 'askedAt' | 'remindedAt' | 'dueAt' | 'nextAt'>;

/** The times of an approval that is asked for now; without a limit it waits as long as it takes. */
export function timesFrom(now: Date, timeoutSeconds: number | null, workspace: Hours): Times {
  if (timeoutSeconds === null) return { askedAt: now, remindedAt: null, dueAt: null, nextAt: null };
  const { workingHours, timezone } = workspace;
  const ms = timeoutSeconds * 1000;
  const half = addWorkingMs(now, ms / 2, workingHours, timezone);
  return {
    askedAt: now,
    remindedAt: null,
    dueAt: addWorkingMs(now, ms, workingHours, timezone),
    nextAt: nextWorkingMoment(half, workingHours, timezone),
  };
}

export type Due =
  | { kind: 'remind' }
  | { kind: 'escalate'; to: string; left: string[] }
  | { kind: 'reject' }
  | { kind: 'expire' };

/** What is due at `now`; undefined when nothing is. A clock that jumped past the reminder skips it. */
export function dueOf(approval: Approval, now: Date, workspace: Hours): Due | undefined {
  const { dueAt, nextAt } = approval;
  if (approval.status !== 'open' || !nextAt || nextAt > now) return undefined;
  if (!dueAt || dueAt > now) return approval.remindedAt ? undefined : { kind: 'remind' };
  if (approval.onTimeout === 'reject') return { kind: 'reject' };
  const chain = [...approval.escalateTo];
  // Nobody named: the workspace's fallback approver, never an approval by itself (R8).
  if (chain.length === 0 && workspace.fallbackApprover) chain.push(workspace.fallbackApprover);
  const others = chain.filter((person) => !approval.approvers.includes(person));
  const [to, ...left] = others;
  return to === undefined ? { kind: 'expire' } : { kind: 'escalate', to, left };
}
