/**
 * Edits of a plan that a model proposes. What reaches people or cannot be taken back is not the model's to
 * change: whom a message goes to and what it says, who approves, which tool runs. For that there are exact
 * phrases, which are a person's own whole message.
 */
import type { Effect } from '../../../db/policy.ts';
import { redact } from '../../../redact.ts';
import { type Plan, type PlanStep, walk } from '../../workflow/plan.ts';
import type { PlanRevision, PlanRevisionContext, Question } from '../model.ts';
import { changeInput, dropStep } from '../offline/revise-plan.ts';
import type { Asker } from './ask.ts';
import type { Read } from './judge.ts';
import { plain, questionOf, shownText } from './plain.ts';
import { revisePlanPrompt } from './prompt/revise-plan.ts';

type Edits = { leave_out: string[]; set: { step: string; field: string; value: string }[] };

const mostEdits = 50;

/**
 * @param otherwise the question of the rules, where the model has none
 * @throws FactotumError when there is no usable answer
 */
export function revisePlanBy(
  asker: Asker,
  plan: Plan,
  change: string,
  about: PlanRevisionContext,
  otherwise: Question,
): Promise<PlanRevision | Question> {
  const shown = {
    steps: stepsFor(plan, about.tools),
    failed: about.failedKey ?? null,
    change: shownText(change),
  };
  return asker.ask(
    revisePlanPrompt,
    redact(shown),
    (said): Read<PlanRevision | Question> => {
      if (said.question !== null && said.set.length + said.leave_out.length === 0)
        return { found: questionOf({ text: said.question, suggestions: [] }, otherwise) };
      return editPlan(plan, said, change, about);
    },
    about,
  );
}

/** What the model may know of a plan: names, and the values that it may set. */
function stepsFor(plan: Plan, tools: PlanRevisionContext['tools']): unknown[] {
  return [...walk(plan.steps)].map((step) => ({
    key: step.key,
    name: step.name,
    kind: step.kind,
    ...(isOpen(step, tools) ? { may_be_set: step.input } : {}),
  }));
}

/** Carries the edits out, one after the other. All of them can be, or none is. */
function editPlan(
  plan: Plan,
  edits: Edits,
  change: string,
  about: PlanRevisionContext,
): Read<PlanRevision> {
  const problems: string[] = [];
  const changes: string[] = [];
  let next = plan;
  const steps = new Map([...walk(plan.steps)].map((step) => [step.key, step]));
  const take = (made: ReturnType<typeof dropStep>) => {
    if (made.kind === 'question') return problems.push(plain(made.text, 300));
    next = made.plan;
    return changes.push(...made.changes);
  };
  for (const key of edits.leave_out.slice(0, mostEdits)) {
    const step = steps.get(key);
    if (!step) problems.push(`leave_out: the plan has no step with the key "${plain(key, 60)}".`);
    else if (!mayGo(step, about.tools))
      problems.push(`leave_out: "${key}" is a person's part, and stays.`);
    else take(dropStep(next, key));
  }
  for (const { step: key, field, value } of edits.set.slice(0, mostEdits)) {
    const step = steps.get(key);
    if (!step || !isOpen(step, about.tools) || !Object.hasOwn(step.input, field))
      problems.push(`set: "${plain(field, 60)}" of "${plain(key, 60)}" cannot be set.`);
    else if (!change.toLowerCase().includes(value.trim().toLowerCase()) || value.trim() === '')
      problems.push(`set: "${plain(value, 60)}" is not what the person wrote.`);
    else take(changeInput(next, field, value.trim(), about, key));
  }
  if (problems.length > 0) return { problems };
  if (changes.length === 0)
    return { problems: ['Nothing would change: give edits or a question.'] };
  return { found: { kind: 'revision', plan: next, changes } };
}

const guarded: Effect[] = ['send', 'delete', 'external'];

/** A step whose input a model may set: one of a known tool that changes nothing outside. */
function isOpen(
  step: PlanStep,
  tools: PlanRevisionContext['tools'],
): step is Extract<PlanStep, { kind: 'tool' }> {
  if (step.kind !== 'tool') return false;
  const tool = tools.get(step.tool);
  return tool !== undefined && !guarded.includes(tool.effect) && tool.secrets.length === 0;
}

/** Whether a model may leave it out: no approval and no manual step, nor anything around one. */
function mayGo(step: PlanStep, tools: PlanRevisionContext['tools']): boolean {
  return [...walk([step])].every(
    (each) =>
      each.kind !== 'approval' &&
      each.kind !== 'human' &&
      (each.kind !== 'tool' || tools.has(each.tool)),
  );
}
