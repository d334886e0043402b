/**
 * The snapshot of a task that every surface renders: cards, pages, API and notices read only this, and
 * no secret is in it.
 */
import { type App, toApp } from '../apps/app.ts';
import type { Approval, ApprovalDecision } from '../db/approval.ts';
import type { Artifact, ArtifactSend } from '../db/artifact.ts';
import type { TaskCheck } from '../db/check.ts';
import type { Run } from '../db/run.ts';
import { readShown, type ShownRows } from '../db/standing.ts';
import type { Step } from '../db/step.ts';
import type { Task } from '../db/task.ts';
import type { Tx } from '../db/tx.ts';
import type { Undo } from '../db/undo.ts';
import { redact } from '../redact.ts';
import { codeOf } from './digest.ts';
import type { Interval } from './estimate/calibration.ts';
import { overallPercent, stepPercent, timeLeft, waitAhead } from './progress.ts';
import { leaningOn } from './skip.ts';
import type { Tool } from './tools/tool.ts';
import { lastingSteps, type UndoOffer, undoOffer } from './undo-offer.ts';
import { mapBlocks, type Plan, type PlanStep, readPlan } from './workflow/plan.ts';
import { unfold } from './workflow/unfold.ts';

export type StepView = Pick<
  Step,
  | 'id'
  | 'name'
  | 'completedLabel'
  | 'detail'
  | 'priority'
  | 'status'
  | 'substeps'
  | 'durationMs'
  | 'error'
  | 'kind'
  | 'effect'
  | 'updatedAt'
> & {
  /** From 1, among the steps of the same parent. */
  order: number;
  percent: number;
  /** The approval that it ran on: who gave it, and the code that its card showed. */
  allowed: { by: string; code: string } | null;
  /** The end of a wait that has begun, where that is a time. */
  until: Date | null;
  /** Branches that race: what came to nothing because another was first was not left out. */
  isRace?: boolean;
  children: StepView[];
  /** Of a failed step: what is left out with it when it is skipped. */
  leaning?: Pick<Step, 'id' | 'name' | 'priority' | 'kind'>[];
};

/** An approval with what each person has decided so far. */
export type ApprovalView = Approval & { decisions: ApprovalDecision[] };

export type PlanView = {
  version: number;
  plan: Plan;
  changes: string[];
  /** Steps that cannot be undone: key → why. */
  lasting: Record<string, string>;
};

/** Taking back a delivered task: what is possible now, and the newest try. */
type UndoView = { offer: UndoOffer; newest: Undo | undefined; timezone: string };

export type TaskView = {
  task: Task;
  /** The newest run; a dry run that has ended stays to be read. */
  run: Run | undefined;
  /** All versions, oldest first. */
  plans: PlanView[];
  steps: StepView[];
  /** The first top-level step that is not settled; 0 before the run. */
  currentStep: number;
  percent: number;
  /** Milliseconds left; null when nothing is running. */
  etaMs: number | null;
  /** The interval around it that four of five tasks end in. */
  eta: Interval | null;
  /** Milliseconds that the plan will wait besides, as far as it says so. */
  waitMs: number;
  checks: TaskCheck[];
  approvals: ApprovalView[];
  /** The newest version of what it has written and the one before, the newest last; and where versions are sent to. */
  artifacts: Artifact[];
  sends: ArtifactSend[];
  app: Pick<App, 'id' | 'slug' | 'name' | 'status'> | undefined;
  /** Only of a delivered task. */
  undo: UndoView | undefined;
};

/** Nobody knows when an event comes, and the end of a wait is no work. */
export const isWait = (step: StepView | undefined): boolean =>
  step?.kind === 'wait_event' || step?.kind === 'wait';

/** A step and all steps inside it. */
export const flatten = (step: StepView): StepView[] => [step, ...step.children.flatMap(flatten)];

type ViewTools = ReadonlyMap<string, Pick<Tool, 'secrets' | 'undo'>>;

/**
 * Undefined when the workspace of the transaction has no such task.
 * @param tools say which fields of a step's input are secret, and what can be undone
 */
export async function loadView(
  tx: Tx,
  taskId: string,
  now: Date,
  tools: ViewTools,
): Promise<TaskView | undefined> {
  const known = await readShown(tx, taskId);
  return known && viewOf(known, now, tools);
}

/** The same from what has been read. */
export function viewOf(known: ShownRows, now: Date, tools: ViewTools): TaskView {
  const { task, run, steps: rows, checks, app } = known;
  const plans = known.plans.map((row) => ({
    version: row.version,
    plan: withoutSecrets(readPlan(row), tools),
    changes: row.changes,
    lasting: lastingSteps(readPlan(row), tools),
  }));
  const approvals = known.approvals.map((approval) => ({
    ...approval,
    decisions: known.decisions.filter((decision) => decision.approvalId === approval.id),
  }));
  const planned = plans.find((shown) => shown.version === run?.planVersion)?.plan;
  const leaning = (row: Step) => (planned ? leaningOn(planned, rows, [row]) : []);
  const steps = treeOf(rows, approvals, null, now, leaning);
  const isMoving =
    ['queued', 'running', 'paused', 'approval_pending', 'blocked'].includes(task.status) &&
    rows.length > 0;
  const left = isMoving && planned ? unfold(planned, rows) : undefined;
  const eta = left ? timeLeft(left, rows, now) : null;
  const current = steps.find((step) => step.status !== 'completed' && step.status !== 'skipped');
  // Before anything is cut or laid out: half a secret would no longer be recognised.
  return redact({
    task,
    run,
    plans,
    steps,
    currentStep: current?.order ?? steps.length,
    percent: task.status === 'completed' ? 100 : Math.max(task.progress, overallPercent(rows, now)),
    etaMs: eta?.midMs ?? null,
    eta,
    // A rehearsal waits for nothing.
    waitMs: left && run?.mode !== 'dry_run' ? waitAhead(left.steps, rows) : 0,
    checks,
    approvals,
    artifacts: known.artifacts,
    sends: known.sends,
    app: app && toApp(app),
    undo: viewUndo(known, tools, now),
  });
}

function viewUndo(
  { task, undo: newest, done, timezone }: ShownRows,
  tools: ViewTools,
  now: Date,
): UndoView | undefined {
  if (task.status !== 'completed') return undefined;
  return { offer: undoOffer({ task, undo: { done, newest } }, tools, now), newest, timezone };
}

function treeOf(
  rows: Step[],
  approvals: Approval[],
  parentId: string | null,
  now: Date,
  leaning: (row: Step) => Step[],
): StepView[] {
  return rows
    .filter((row) => row.parentId === parentId)
    .map((row) => ({
      id: row.id,
      order: row.stepOrder,
      name: row.name,
      completedLabel: row.completedLabel,
      detail: row.detail,
      kind: row.kind,
      priority: row.priority,
      status: row.status,
      substeps: row.substeps,
      durationMs: row.durationMs,
      error: row.error,
      updatedAt: row.updatedAt,
      percent: Math.max(row.progress, stepPercent(row, now)),
      effect: row.effect,
      allowed: allowedBy(approvals, row),
      until: row.kind === 'wait' && row.status === 'running' ? row.retryAt : null,
      ...(isRace(row) ? { isRace: true } : {}),
      ...(row.status === 'failed' ? { leaning: leaning(row).map(nameOf) } : {}),
      children: treeOf(rows, approvals, row.id, now, leaning),
    }));
}

const nameOf = ({ id, name, priority, kind }: Step) => ({ id, name, priority, kind });

const isRace = ({ kind, result }: Step) =>
  kind === 'parallel' && typeof result === 'object' && result !== null && 'branch' in result;

function allowedBy(approvals: Approval[], step: Step): StepView['allowed'] {
  const given = approvals.findLast(
    (approval) => approval.status === 'approved' && approval.stepIds.includes(step.id),
  );
  return given ? { by: given.decidedBy ?? 'somebody', code: codeOf(given.digest) } : null;
}

/** The plan with the secret fields of every input hidden; the rest is seen to with the whole view. */
function withoutSecrets(plan: Plan, tools: ViewTools): Plan {
  const shown = (step: PlanStep): PlanStep => {
    if (step.kind !== 'tool') return mapBlocks(step, (block) => block.map(shown));
    const secrets = tools.get(step.tool)?.secrets;
    const { input, bind } = step;
    return {
      ...step,
      input: redact(input, secrets),
      ...(bind ? { bind: redact(bind, secrets) } : {}),
    };
  };
  return { ...plan, steps: plan.steps.map(shown) };
}
