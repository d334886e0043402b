/** Asking for an approval: the row is there before any card (PAINS 1), unless somebody allowed it ahead. */
import { insertApproval } from '../db/approval.ts';
import { lockUsable, type StandingApproval, useStandingApproval } from '../db/standing-approval.ts';
import type { Tx } from '../db/tx.ts';
import { timesFrom } from './approval-clock.ts';
import type { Engine } from './context.ts';
import type { Command, Snapshot } from './decide.ts';
import { codeOf } from './digest.ts';
import { announce, appendTaskEvent, moveStep, moveTask } from './move.ts';
import { shownAs } from './shown.ts';
import { grantersOf } from './standing-approval.ts';

type AskCommand = Extract<Command, { kind: 'ask' }>;

export async function openApproval(
  tx: Tx,
  engine: Engine,
  snapshot: Snapshot,
  command: AskCommand,
): Promise<void> {
  const { task, workspace } = snapshot;
  const { step, ask } = command;
  const now = engine.now();
  if (await allowedAhead(tx, engine, snapshot, command)) return;
  // What was approved has changed since: it is asked about anew.
  const due = step.status === 'approval' ? moveStep(tx, step, { event: 'retry' }) : step;
  if (!due) return;
  const words = shownAs(step, command.shown ?? step);
  const change = { startedAt: now, retryAt: null, ...words };
  moveStep(tx, due, { event: 'request_approval', change });
  const approval = await insertApproval(tx, {
    ...ask,
    ...timesFrom(now, ask.timeoutSeconds, workspace),
    workspaceId: task.workspaceId,
    taskId: task.id,
    stepId: step.id,
  });
  appendTaskEvent(tx, task, 'ask', undefined, {
    approval: approval.id,
    approvers: ask.approvers,
    needed: ask.needed,
    digest: ask.digest,
    code: codeOf(ask.digest),
  });
  if (task.status === 'running') {
    const change = {
      blockedAt: now,
      blockedKind: 'approval',
      blockedReason: words.name,
    } as const;
    snapshot.task = moveTask(tx, engine, task, { event: 'request_approval', change });
  }
  const update = { type: 'approval_needed', approval: { id: approval.id, step: words.name } };
  announce(tx, task, update, { isUrgent: true });
}

/** Uses a standing approval when each call that is asked about is within the bounds of one (R12). */
async function allowedAhead(
  tx: Tx,
  engine: Engine,
  { task, run, policies, workspace, tools }: Snapshot,
  { step, ask, tool: name, recipients }: AskCommand,
): Promise<boolean> {
  const tool = name && tools.get(name);
  // Supervised means before each step, and one person ahead is not several.
  if (!tool || !recipients || ask.cause !== 'policy') return false;
  if (run.mode === 'supervised' || ask.needed > 1) return false;
  const now = engine.now();
  const granters = grantersOf(policies, tool, workspace);
  const usable = (await lockUsable(tx, tool.name, now)).filter(
    ({ grantedBy }) =>
      (!granters || granters.includes(grantedBy)) &&
      (ask.selfApproval || grantedBy !== task.requestedBy),
  );
  const left = new Map(usable.map((standing) => [standing.id, standing.maxUses - standing.uses]));
  const used: StandingApproval[] = [];
  for (const reached of recipients) {
    const standing = usable.find(
      (candidate) => (left.get(candidate.id) ?? 0) > 0 && covers(candidate, reached),
    );
    if (!standing) return false;
    left.set(standing.id, (left.get(standing.id) ?? 0) - 1);
    used.push(standing);
  }
  for (const standing of used) await useStandingApproval(tx, standing.id);
  const by = [...new Set(used.map((standing) => standing.grantedBy))].join(', ');
  const approval = await insertApproval(tx, {
    ...ask,
    workspaceId: task.workspaceId,
    taskId: task.id,
    stepId: step.id,
    status: 'approved',
    askedAt: now,
    decidedAt: now,
    decidedBy: by,
    reason: 'Allowed ahead by a standing approval.',
  });
  appendTaskEvent(tx, task, 'allow', by, {
    approval: approval.id,
    standing: used.map((standing) => standing.id),
    digest: ask.digest,
    code: codeOf(ask.digest),
  });
  return true;
}

/** One that names recipients does not cover a call of which nobody knows whom it reaches. */
const covers = (standing: StandingApproval, recipients: string[]) =>
  standing.recipients.length === 0
    ? recipients.length === 0
    : recipients.length > 0 &&
      recipients.every((recipient) => standing.recipients.includes(recipient));
