/**
 * Whether a tool step may run: by itself, after somebody's approval, or not at all. Pure: from the plan,
 * the tools, the workspace's policies and the approvals so far. An approval counts for exactly what it
 * was given for: its digest is computed anew here whenever a step is about to start.
 */
import type { Approval, ApprovalEffect } from '../db/approval.ts';
import type { Policy } from '../db/policy.ts';
import type { Run } from '../db/run.ts';
import type { Step } from '../db/step.ts';
import type { Task } from '../db/task.ts';
import type { Workspace } from '../db/workspace.ts';
import { digestOf } from './digest.ts';
import { peopleOf, policyFor, type Rule } from './policy.ts';
import type { Tool } from './tools/tool.ts';
import { type ApprovalStep, type Plan, type ToolStep, walk } from './workflow/plan.ts';
import { isInputKnown, resolveTool } from './workflow/resolve.ts';

/** What an approval asks for, before it is a row. */
export type Ask = Pick<
  Approval,
  | 'stepIds'
  | 'cause'
  | 'approvers'
  | 'needed'
  | 'selfApproval'
  | 'effect'
  | 'digest'
  | 'timeoutSeconds'
  | 'onTimeout'
  | 'escalateTo'
>;

export type Verdict =
  | { kind: 'pass'; approval: Approval | undefined }
  | { kind: 'wait' }
  | { kind: 'ask'; ask: Ask; tool: string; recipients: string[][] }
  | { kind: 'deny'; reason: string }
  /** Its input cannot be computed. */
  | { kind: 'broken'; reason: string };

export type GateInput = {
  task: Pick<Task, 'requestedBy'>;
  run: Pick<Run, 'mode' | 'planVersion'>;
  plan: Plan;
  steps: Step[];
  approvals: Approval[];
  policies: Policy[];
  workspace: Pick<Workspace, 'approvers' | 'fallbackApprover'>;
  tools: ReadonlyMap<string, Tool>;
};

/** What stands between a step and its start. A dry run asks nobody, since nothing leaves it. */
export function judge(input: GateInput, step: Step, planned: ToolStep): Verdict {
  const { run, policies, tools } = input;
  const resolved = resolveTool(input, planned);
  if ('problem' in resolved) return { kind: 'broken', reason: resolved.problem };
  const tool = tools.get(planned.tool);
  // An unknown tool fails when it is called, with a sentence of its own.
  if (!tool) return { kind: 'pass', approval: undefined };
  const rule = policyFor(policies, tool.effect, tool.name);
  if (rule.decision === 'deny') {
    const reason = `The workspace's policy does not allow ${tool.name}. Change the policy, or leave this step out.`;
    return { kind: 'deny', reason };
  }
  const isAsked = rule.decision === 'ask';
  if (run.mode === 'dry_run' || (!isAsked && run.mode !== 'supervised')) {
    return { kind: 'pass', approval: undefined };
  }
  const known = input.approvals.filter((approval) => approval.stepIds.includes(step.id));
  const given = known.findLast(
    (approval) =>
      approval.status === 'approved' &&
      // A yes to the next step of a supervised run is not the one that the policy wants.
      (!isAsked || approval.cause === 'policy') &&
      isUnchanged(input, approval),
  );
  if (given) return { kind: 'pass', approval: given };
  const last = known.at(-1);
  if (step.status === 'approval' && (last?.status === 'open' || last?.status === 'expired'))
    return { kind: 'wait' };
  // Like calls are asked about together; supervised means before each step.
  const group = run.mode === 'supervised' ? [step] : likeSteps(input, step, planned, known);
  const items = plannedOf(input, group);
  const { people, needed } = isAsked
    ? panelOf(input, rule)
    : { people: peopleOf([], input.task, input.workspace), needed: 1 };
  const ask: Ask = {
    stepIds: group.map(({ id }) => id),
    cause: isAsked ? 'policy' : 'supervised',
    approvers: people,
    needed,
    selfApproval: isAsked ? rule.selfApproval : true,
    effect: effectOf(items, tool, input.plan.subject),
    digest: digestFor(input, items, tool),
    timeoutSeconds: null,
    onTimeout: 'escalate',
    escalateTo: [],
  };
  const recipients = items.map((item) => attempt(() => tool.recipients(item.input), []));
  return { kind: 'ask', ask, tool: tool.name, recipients };
}

/** Who is asked, and how many of them have to agree: never more than there are who may. */
function panelOf({ task, workspace }: GateInput, rule: Rule): { people: string[]; needed: number } {
  const people = peopleOf(rule.approvers, task, workspace);
  const may = people.filter((person) => rule.selfApproval || person !== task.requestedBy);
  // Nobody is left who may: the same person as when nobody answers.
  if (may.length === 0 && workspace.fallbackApprover) people.push(workspace.fallbackApprover);
  return { people, needed: Math.max(1, Math.min(rule.needed, may.length)) };
}

/** What an approval step of the plan asks for. */
export function askOf(input: GateInput, step: Step, planned: ApprovalStep): Ask {
  const people = peopleOf(planned.from, input.task, input.workspace);
  const most = new Set([...people, ...planned.escalateTo]).size;
  return {
    stepIds: [step.id],
    cause: 'plan',
    approvers: people,
    needed: Math.max(1, Math.min(planned.needed, most)),
    selfApproval: true,
    effect: planned.detail ? { lines: [planned.detail], impact: null, undo: '' } : null,
    digest: digestOf({ version: input.run.planVersion, step: planned }),
    timeoutSeconds: planned.timeoutSeconds ?? null,
    onTimeout: planned.onTimeout,
    escalateTo: planned.escalateTo,
  };
}

/** Whether what was approved is still exactly what would run. */
function isUnchanged(input: GateInput, approval: Approval): boolean {
  const steps = input.steps.filter((step) => approval.stepIds.includes(step.id));
  const items = plannedOf(input, steps);
  const tool = items[0] && input.tools.get(items[0].tool);
  return (
    tool !== undefined &&
    items.length === approval.stepIds.length &&
    digestFor(input, items, tool) === approval.digest
  );
}

/** Pending steps of the same tool that nobody has been asked about yet, this one first. */
function likeSteps(input: GateInput, step: Step, planned: ToolStep, before: Approval[]): Step[] {
  // Asked for and refused or changed before: this time for itself.
  if (before.some(({ status }) => status !== 'superseded')) return [step];
  const asked = new Set(
    input.approvals
      .filter(({ status }) => status !== 'superseded')
      .flatMap((approval) => approval.stepIds),
  );
  const others = input.steps.filter(
    (other) =>
      other.id !== step.id &&
      other.tool === planned.tool &&
      other.status === 'pending' &&
      !asked.has(other.id),
  );
  // What is not known yet cannot be asked about.
  const known = new Set(
    stepsOf(input, others)
      .filter((other) => isInputKnown(input, other) && 'value' in resolveTool(input, other))
      .map(({ key }) => key),
  );
  return [step, ...others.filter(({ key }) => known.has(key))];
}

/** With the input that each is called with, without those whose input cannot be computed. */
const plannedOf = (input: GateInput, steps: Step[]): ToolStep[] =>
  stepsOf(input, steps).flatMap((planned) => {
    const resolved = resolveTool(input, planned);
    return 'value' in resolved ? [resolved.value] : [];
  });

function stepsOf(input: GateInput, steps: Step[]): ToolStep[] {
  const keys = new Set(steps.map((step) => step.key));
  return [...walk(input.plan.steps)].filter(
    (candidate): candidate is ToolStep => candidate.kind === 'tool' && keys.has(candidate.key),
  );
}

/** What the card says will happen. */
function effectOf(items: ToolStep[], tool: Tool, subject: unknown): ApprovalEffect {
  const previews = items.map((item) =>
    attempt(() => tool.preview(item.input, subject), {
      lines: [`${item.name}: ${item.detail || tool.description}`],
      impact: null,
    }),
  );
  return {
    lines: previews.flatMap((preview) => preview.lines),
    impact: previews.map((preview) => preview.impact).find((impact) => impact !== null) ?? null,
    undo: tool.undo.can ? `Can be undone: ${tool.undo.what}` : tool.undo.why,
  };
}

/** Input that the tool would refuse is shown as it stands; the call fails with the tool's own sentence. */
function attempt<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch {
    return otherwise;
  }
}

/** Over the tools, their arguments, the plan version and the words that were shown. */
function digestFor(input: GateInput, items: ToolStep[], tool: Tool): string {
  return digestOf({
    version: input.run.planVersion,
    calls: items.map((item) => ({
      key: item.key,
      tool: item.tool,
      input: item.input,
      basis: attempt(() => tool.basis(item.input, input.plan.subject), null),
    })),
    shown: effectOf(items, tool, input.plan.subject),
  });
}
