/**
 * What a workspace lets tools do: effect × tool → auto, ask or deny. Pure functions over the rows that
 * somebody has set and the defaults of the Task Workflow document (F143–F147, R9–R12).
 */
import { anyTool, type Effect, effects, type Policy, type PolicyDecision } from '../db/policy.ts';
import type { Task } from '../db/task.ts';
import type { Workspace } from '../db/workspace.ts';
import type { Tool } from './tools/tool.ts';
import { childrenOf, type Plan, walk } from './workflow/plan.ts';

const defaults: Record<Effect, PolicyDecision> = {
  read: 'auto',
  write: 'auto',
  // "Create tables → Auto-approve"; the card appears in supervised mode or when a row says so (R9).
  structural: 'auto',
  send: 'ask',
  delete: 'ask',
  external: 'ask',
};

export type Rule = Pick<Policy, 'decision' | 'approvers' | 'needed' | 'selfApproval'>;
/** A rule as it is shown: `own` tells whether somebody has set it. */
export type PolicyView = Rule & { effect: Effect; tool: string; own: boolean };

/** The row that names the tool, else the one for the effect, else the default. */
export function policyFor(rows: Policy[], effect: Effect, tool: string): Rule {
  const fitting = rows.filter((row) => row.effect === effect);
  const row =
    fitting.find((candidate) => candidate.tool === tool) ??
    fitting.find((candidate) => candidate.tool === anyTool);
  return row ?? { decision: defaults[effect], approvers: [], needed: 1, selfApproval: true };
}

/** Every effect with what holds for it, and the rows for single tools behind it. */
export function policyTable(rows: Policy[]): PolicyView[] {
  return effects.flatMap((effect) => {
    const general = policyFor(rows, effect, anyTool);
    const own = rows.some((row) => row.effect === effect && row.tool === anyTool);
    const named = rows.filter((row) => row.effect === effect && row.tool !== anyTool);
    return [
      { ...general, effect, tool: anyTool, own },
      ...named.map((row) => ({ ...row, own: true })),
    ];
  });
}

/**
 * Who does the work of a plan: people alone, people and Factotum, or Factotum alone; the type of a task
 * is that of its most guarded step (R11).
 */
export function executionTypeOf(
  plan: Plan,
  rows: Policy[],
  tools: ReadonlyMap<string, Tool>,
): Task['executionType'] {
  const steps = [...walk(plan.steps)].filter((step) => childrenOf(step).length === 0);
  if (steps.every((step) => step.kind === 'human')) return 'manual';
  const isGuarded = steps.some((step) => {
    if (step.kind === 'human' || step.kind === 'approval') return true;
    if (step.kind !== 'tool') return false;
    const tool = tools.get(step.tool);
    return tool !== undefined && policyFor(rows, tool.effect, tool.name).decision !== 'auto';
  });
  return isGuarded ? 'semi_automated' : 'fully_automated';
}

type Owners = Pick<Workspace, 'approvers'>;

/**
 * The people that words mean: "owner" is who asked for the task, "workspace" the workspace's approvers;
 * nobody named means both.
 */
export function peopleOf(
  named: string[],
  task: Pick<Task, 'requestedBy'>,
  workspace: Owners,
): string[] {
  const words = named.length > 0 ? named : ['owner', 'workspace'];
  const people = words.flatMap((word) =>
    word === 'owner' ? [task.requestedBy] : word === 'workspace' ? workspace.approvers : [word],
  );
  return [...new Set(people)];
}

/** Who may change a task: who asked for it, whoever it is assigned to, and the workspace's approvers. */
export function maySteer(
  actorId: string,
  task: Pick<Task, 'requestedBy' | 'assignedToId'>,
  workspace: Owners,
): boolean {
  return [task.requestedBy, task.assignedToId, ...workspace.approvers].includes(actorId);
}
