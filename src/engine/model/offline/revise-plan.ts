/**
 * A change in words to a plan of any kind: another tool, other input, somebody else to ask, or one step less. Exact phrases
 * only; what is not understood becomes a question that says what can be said.
 */

import {
  childrenOf,
  mapBlocks,
  Plan,
  type PlanStep,
  type ToolStep,
  walk,
} from '../../workflow/plan.ts';
import type { PlanRevision, PlanRevisionContext, Question } from '../model.ts';
import { askedInstead, changeApprovers } from './revise-approver.ts';

type Made = PlanRevision | Question;

export function revisePlan(plan: Plan, change: string, about: PlanRevisionContext): Made {
  const words = change.trim().replace(/[.!]+$/, '');
  const dropped =
    /^(?:drop|remove|skip|leave out|delete|no|without)\s+(?:the\s+)?(?:step\s+)?(.+?)(?:\s+step)?$/i.exec(
      words,
    )?.[1];
  if (dropped) return dropStep(plan, dropped);
  const asked = askedInstead(words);
  if (asked) {
    const made = changeApprovers(plan, asked, about.me) ?? question(plan, about);
    return made.kind === 'question' ? made : checked(made.plan, made.changes);
  }
  const tool = /^(?:use|with|try)\s+(?:the\s+)?(?:tool\s+)?([\w-]+)(?:\s+instead)?$/i.exec(
    words,
  )?.[1];
  if (tool) return changeTool(plan, tool, about);
  const to = /^(?:send|post)\s+(?:it|that|this)\s+to\s+(\S+)(?:\s+instead)?$/i.exec(words)?.[1];
  if (to) return changeInput(plan, 'to', to, about);
  const said = /^say\s+["“”]?(.+?)["“”]?(?:\s+instead)?$/is.exec(words)?.[1];
  if (said) return changeInput(plan, 'text', said, about);
  const set =
    /^(?:set|change|make)\s+(?:the\s+)?([\w -]+?)\s+(?:to|=)\s+["“”]?(.+?)["“”]?(?:\s+(?:in|of|for)\s+(?:the\s+)?step\s+(.+))?$/is.exec(
      words,
    );
  if (set?.[1] && set[2]) return changeInput(plan, set[1], set[2], about, set[3]);
  return question(plan, about);
}

function question(plan: Plan, { failedKey }: PlanRevisionContext): Question {
  const step = toolSteps(plan).find((one) => one.key === failedKey) ?? toolSteps(plan)[0];
  const field = step ? Object.keys(step.input)[0] : undefined;
  const examples = [
    ...(field ? [`set ${field} to …`] : []),
    ...(step ? [`leave out ${step.name}`] : []),
  ];
  return {
    kind: 'question',
    text: `I did not understand what is to be different. Say for example ${examples.map((one) => `“${one}”`).join(' or ')}.`,
    suggestions: step ? [`leave out ${step.name}`] : [],
  };
}

const toolSteps = (plan: Plan): ToolStep[] =>
  [...walk(plan.steps)].filter((step): step is ToolStep => step.kind === 'tool');

/** A step by its number among the top ones, its key, its name, or a part of its name that no other has. */
function findStep(plan: Plan, words: string): PlanStep | undefined {
  const wanted = words.trim().toLowerCase();
  const all = [...walk(plan.steps)];
  if (/^\d+$/.test(wanted)) return plan.steps[Number(wanted) - 1];
  const exact = all.find((step) => step.key === wanted || step.name.toLowerCase() === wanted);
  const holding = all.filter((step) => step.name.toLowerCase().includes(wanted));
  return exact ?? (holding.length === 1 ? holding[0] : undefined);
}

/** Leaves out the step that the words name, unless others need it or there is no result without it. */
export function dropStep(plan: Plan, words: string): Made {
  const step = findStep(plan, words);
  if (!step)
    return {
      kind: 'question',
      text: `Which step do you mean by “${words}”? The plan has: ${[...walk(plan.steps)].map((one) => one.name).join(', ')}.`,
      suggestions: plan.steps.slice(0, 4).map((one) => `leave out ${one.name}`),
    };
  if (step.priority === 'critical')
    return {
      kind: 'question',
      text: `“${step.name}” is critical: without it there is no result. What else is to be different?`,
      suggestions: [],
    };
  const gone = new Set([step, ...walk(childrenOf(step))].map((one) => one.key));
  const leaning = [...walk(plan.steps)].find(
    (other) =>
      !gone.has(other.key) &&
      ((other.needs ?? []).some((need) => gone.has(need)) ||
        (other.kind === 'if' &&
          'ref' in other.condition &&
          gone.has(other.condition.ref.split('.')[0] ?? ''))),
  );
  if (leaning)
    return {
      kind: 'question',
      text: `“${leaning.name}” needs “${step.name}”. Leave that out first.`,
      suggestions: [`leave out ${leaning.name}`],
    };
  const steps = without(plan.steps, step.key);
  const checks = plan.checks.filter((check) => !check.step || !gone.has(check.step));
  return checked({ ...plan, steps, checks }, [`Left out: ${step.name}.`]);
}

function without(steps: PlanStep[], key: string): PlanStep[] {
  return steps
    .filter((step) => step.key !== key)
    .map((step): PlanStep => {
      const left = mapBlocks(step, (block) => without(block, key));
      return left.kind === 'parallel'
        ? { ...left, branches: left.branches.filter((one) => one.length > 0) }
        : left;
    });
}

function changeTool(plan: Plan, name: string, about: PlanRevisionContext): Made {
  const step = toolSteps(plan).find((one) => one.key === about.failedKey);
  if (!step) return question(plan, about);
  if (!about.tools.has(name))
    return {
      kind: 'question',
      text: `There is no tool “${name}” here. Installed are: ${[...about.tools.keys()].join(', ')}.`,
      suggestions: [],
    };
  const changed = replaceStep(plan, step.key, { ...step, tool: name });
  return checked(changed, [`${step.name}: ${name} instead of ${step.tool}.`]);
}

/** Sets one field of one step's input, if the step's tool takes it. */
export function changeInput(
  plan: Plan,
  field: string,
  value: string,
  about: PlanRevisionContext,
  named?: string,
): Made {
  const found = named ? findStep(plan, named) : undefined;
  const holders = toolSteps(plan).filter((one) => keyOf(one, field) !== undefined);
  const failed = holders.find((one) => one.key === about.failedKey);
  const step =
    found?.kind === 'tool' ? found : (failed ?? (holders.length === 1 ? holders[0] : undefined));
  const key = step && keyOf(step, field);
  if (!step || key === undefined) return question(plan, about);
  const before = step.input[key];
  const given = typeof before === 'number' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  const tool = about.tools.get(step.tool);
  const input = { ...step.input, [key]: given };
  const parsed = tool?.input.safeParse(input);
  if (parsed && !parsed.success)
    return {
      kind: 'question',
      text: `“${value}” cannot be the ${key} of “${step.name}”: ${parsed.error.issues[0]?.message ?? 'it does not fit'}.`,
      suggestions: [],
    };
  const changed = replaceStep(plan, step.key, { ...step, input });
  return checked(changed, [`${step.name}: ${key} is now “${value}”.`]);
}

const keyOf = (step: ToolStep, field: string): string | undefined =>
  Object.keys(step.input).find(
    (key) => key.toLowerCase() === field.trim().toLowerCase().replaceAll(' ', '_'),
  );

function replaceStep(plan: Plan, key: string, by: PlanStep): Plan {
  const replaced = (steps: PlanStep[]): PlanStep[] =>
    steps.map((step) => (step.key === key ? by : mapBlocks(step, replaced)));
  return { ...plan, steps: replaced(plan.steps) };
}

/** What is left may be no plan any more, such as one without steps or checks. */
function checked(plan: Plan, changes: string[]): Made {
  const parsed = Plan.safeParse(plan);
  if (parsed.success) return { kind: 'revision', plan: parsed.data, changes };
  return {
    kind: 'question',
    text: 'Nothing would be left to do or to check then. Cancel the task instead?',
    suggestions: [],
  };
}
