/**
 * The check that every plan without an app has at least: each step settled as planned. It does not take the word
 * of a step for it, but looks for what proves it: the call that has ended, the decision that was made, the
 * branch that was chosen.
 */
import { z } from 'zod';
import { type Approval, listApprovals } from '../db/approval.ts';
import { listDoneCalls, listTakenCalls } from '../db/call.ts';
import type { Run } from '../db/run.ts';
import { listSteps, type Step } from '../db/step.ts';
import type { Tx } from '../db/tx.ts';
import { childrenOf, type Plan, type PlanStep, walk } from './workflow/plan.ts';

export const SettledCheck = z.object({
  id: z.string().min(1).max(80),
  label: z.string().min(1).max(300),
  kind: z.literal('steps_settled'),
});

/** As a plan has it. */
export const settledCheck: z.infer<typeof SettledCheck> = {
  id: 'chk_settled',
  label: 'Every step settled as planned',
  kind: 'steps_settled',
};

/** What is known of a run besides its plan. */
export type Proof = {
  isRehearsal: boolean;
  steps: Pick<Step, 'id' | 'key' | 'name' | 'kind' | 'status' | 'result'>[];
  /** Calls that have ended: which step of the plan made which. */
  calls: { key: string; tool: string }[];
  approvals: Pick<Approval, 'status' | 'stepIds' | 'decidedBy'>[];
};

/** Read in the transaction that is about to run the checks: what that has done is seen too. */
export async function readProof(tx: Tx, run: Run): Promise<Proof> {
  return {
    isRehearsal: run.mode === 'dry_run',
    steps: await listSteps(tx, run.id),
    calls: [...(await listDoneCalls(tx, run)), ...(await listTakenCalls(tx, run))],
    approvals: await listApprovals(tx, run.taskId),
  };
}

type Tally = { done: string[]; notChosen: number; leftOut: string[]; problems: string[] };

/** `evidence` is one sentence or a few: what was seen. Pure. */
export function observeSettled(plan: Plan, proof: Proof): { passed: boolean; evidence: string } {
  const tally: Tally = { done: [], notChosen: 0, leftOut: [], problems: [] };
  const rows = new Map(proof.steps.map((step) => [step.key, step]));
  if (proof.steps.every(({ status }) => status === 'pending'))
    return { passed: false, evidence: 'No step has begun.' };
  for (const step of plan.steps) look(step, { proof, rows, tally });
  const { done, notChosen, leftOut, problems } = tally;
  if (problems.length > 0) {
    const more = problems.length > 5 ? ` And ${problems.length - 5} more.` : '';
    return { passed: false, evidence: `${problems.slice(0, 5).join(' ')}${more}` };
  }
  if (done.length === 0 && notChosen === 0)
    return { passed: false, evidence: 'Every step was left out.' };
  const parts = [
    `${done.length} done`,
    ...(notChosen > 0 ? [`${notChosen} not chosen`] : []),
    ...(leftOut.length > 0 ? [`left out by somebody: ${leftOut.slice(0, 5).join(', ')}`] : []),
  ];
  return { passed: true, evidence: `Of the steps ${parts.join(', ')}.` };
}

type Look = { proof: Proof; rows: Map<string, Proof['steps'][number]>; tally: Tally };

function look(step: PlanStep, at: Look): void {
  const { rows, tally } = at;
  const row = rows.get(step.key);
  const children = insideOf(step);
  if (!row) tally.problems.push(`"${step.name}" is in the plan, but not among the steps.`);
  else if (row.status === 'skipped') {
    tally.leftOut.push(step.name);
    for (const child of children) lookAway(child, at);
  } else if (row.status !== 'completed') tally.problems.push(`"${step.name}" is ${row.status}.`);
  else if (step.kind === 'if') lookInside(step, row, at);
  else if (step.kind === 'parallel' && (step.until ?? 'all') !== 'all') lookAtRace(step, row, at);
  else if (step.kind === 'each' && roundsOf(row) !== (step.rounds?.length ?? 0))
    tally.problems.push(`"${step.name}" is called done, but not all of its rounds are there.`);
  else if (children.length > 0) for (const child of children) look(child, at);
  else {
    const problem = unproven(step, row, at.proof);
    if (problem) tally.problems.push(problem);
    else tally.done.push(step.name);
  }
}

/** The steps inside that have rows: an `each` has none before its first round. */
const insideOf = (step: PlanStep): PlanStep[] =>
  step.kind === 'each' && !step.rounds ? [] : childrenOf(step);

const fieldOf = (result: unknown, name: string): unknown =>
  typeof result === 'object' && result !== null && Object.hasOwn(result, name)
    ? (result as Record<string, unknown>)[name]
    : undefined;
const roundsOf = ({ result }: Pick<Step, 'result'>) => fieldOf(result, 'rounds');

/** The branch that was first is done, and no other is under way any more. */
function lookAtRace(
  step: Extract<PlanStep, { kind: 'parallel' }>,
  { result }: Pick<Step, 'result'>,
  at: Look,
): void {
  const first = fieldOf(result, 'branch');
  const winner = step.branches.findIndex((_, index) => index === first);
  if (winner < 0) {
    at.tally.problems.push(`"${step.name}" does not say which branch was first.`);
    return;
  }
  step.branches.forEach((branch, index) => {
    if (index === winner) for (const child of branch) look(child, at);
    else {
      at.tally.notChosen += branch.length;
      for (const child of walk(branch)) {
        const row = at.rows.get(child.key);
        if (row && row.status !== 'completed' && row.status !== 'skipped')
          at.tally.problems.push(
            `"${child.name}" was not needed any more, but it is ${row.status}.`,
          );
      }
    }
  });
}

function lookInside(
  step: Extract<PlanStep, { kind: 'if' }>,
  { result }: Pick<Step, 'result'>,
  at: Look,
): void {
  const branch = fieldOf(result, 'branch');
  if (branch !== 'do' && branch !== 'otherwise') {
    at.tally.problems.push(`"${step.name}" does not say which branch it chose.`);
    return;
  }
  const [chosen, other] = branch === 'do' ? [step.do, step.otherwise] : [step.otherwise, step.do];
  for (const child of chosen) look(child, at);
  for (const child of other) {
    at.tally.notChosen += 1;
    lookAway(child, at);
  }
}

/** What was not to happen has not happened. */
function lookAway(step: PlanStep, at: Look): void {
  const row = at.rows.get(step.key);
  if (row?.status !== 'skipped')
    at.tally.problems.push(
      `"${step.name}" was not to be done, but it is ${row?.status ?? 'gone'}.`,
    );
  for (const child of insideOf(step)) lookAway(child, at);
}

/** What is missing to believe that a step is done. */
function unproven(
  step: PlanStep,
  row: Pick<Step, 'id' | 'result'>,
  { isRehearsal, calls, approvals }: Proof,
): string | undefined {
  if (step.kind === 'tool') {
    if (calls.some(({ key, tool }) => key === step.key && tool === step.tool)) return undefined;
    return `"${step.name}" is called done, but no call of ${step.tool} has ended.`;
  }
  // Nobody is asked in a rehearsal.
  if (isRehearsal) return undefined;
  if (step.kind === 'approval') {
    const given = approvals.some(
      ({ status, stepIds, decidedBy }) =>
        status === 'approved' && decidedBy !== null && stepIds.includes(row.id),
    );
    return given ? undefined : `"${step.name}" is called done, but nobody has approved it.`;
  }
  if (step.kind !== 'human') return undefined;
  return fieldOf(row.result, 'by') !== undefined
    ? undefined
    : `"${step.name}" is called done, but nobody has ticked it off.`;
}
