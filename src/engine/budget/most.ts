/** The most that a plan may spend, from its steps and the bounds of the agents that they ask. Pure. */
import { type AgentLimits, defaultLimits } from '../../db/agent.ts';
import type { Effect } from '../../db/policy.ts';
import { askAgentName } from '../agent/allow.ts';
import type { Tool } from '../tools/tool.ts';
import type { EachStep, Plan, PlanStep, ToolStep } from '../workflow/plan.ts';
import { sameName } from '../workflow/visit.ts';
import { atMost, bounds, type Envelope, fitsIn, nothing, plus } from './envelope.ts';
import { costOf } from './price.ts';
import { type BudgetSettings, priceOf } from './settings.ts';

export type Means = {
  tools: ReadonlyMap<string, Pick<Tool, 'effect'>>;
  /** Undefined where no language model is connected, so that asking an agent costs nothing. */
  agents: { name: string; limits: AgentLimits }[] | undefined;
  settings: BudgetSettings;
};

/** Whether a call of the tool is an outgoing message. */
export const goesOut = ({ effect }: { effect: Effect }): boolean =>
  effect === 'send' || effect === 'external';

/** Work may take so many times what it is expected to take at the longest, and never less than half an hour. */
const slack = 4;
const leastMinutes = 30;

/**
 * What is decided by an event or a list is taken at its dearest, within what one plan may ask for.
 * @param done keys of steps that are finished and stay so
 */
export function mostOf(plan: Plan, means: Means, done: ReadonlySet<string> = new Set()): Envelope {
  const { settings } = means;
  const calls = sequence(plan.steps, { ...means, plan, done });
  const expected = ((plan.estimate?.highMs ?? plan.estimatedMs) * slack) / 60_000;
  const minutes = Math.max(leastMinutes, Math.ceil(expected));
  return atMost({ ...calls, minutes }, settings.task);
}

type At = Means & { plan: Plan; done: ReadonlySet<string> };

const sequence = (steps: PlanStep[], at: At): Envelope =>
  steps.map((step) => mostOfStep(step, at)).reduce(plus, nothing);

function mostOfStep(step: PlanStep, at: At): Envelope {
  if (at.done.has(step.key)) return nothing;
  switch (step.kind) {
    case 'tool':
      return mostOfCall(step, at);
    case 'parallel':
      return step.branches.map((branch) => sequence(branch, at)).reduce(plus, nothing);
    case 'if':
      return dearer(sequence(step.do, at), sequence(step.otherwise, at));
    case 'each':
      return times(sequence(step.do, at), roundsOf(step, at));
    case 'round':
    case 'workflow':
      return sequence(step.do, at);
    default:
      return nothing;
  }
}

/** What one call of a step may take. */
function mostOfCall(step: ToolStep, { tools, agents, settings }: Means): Envelope {
  const tool = tools.get(step.tool);
  const messages = tool && goesOut(tool) ? 1 : 0;
  const { agent, by } = step.input;
  if (step.tool !== askAgentName || !agents || by === 'rules') return { ...nothing, messages };
  // A name that is only known later may be any agent's.
  const isNamed = typeof agent === 'string' && step.bind?.['agent'] === undefined;
  const fitting = isNamed
    ? agents.filter(({ name }) => sameName(name) === sameName(agent))
    : agents;
  const tokens = Math.max(
    ...fitting.map(({ limits }) => limits.tokens),
    fitting.length === 0 ? defaultLimits.tokens : 0,
  );
  const { input, output } = priceOf(settings);
  // Each of them may turn out to be of the dearer kind.
  const price = Math.max(input, output);
  return {
    ...nothing,
    messages,
    tokens,
    microdollars: costOf(tokens, 0, { input: price, output: price }),
  };
}

const dearer = (one: Envelope, other: Envelope): Envelope =>
  Object.fromEntries(
    bounds.map((bound) => [bound, Math.max(one[bound], other[bound])]),
  ) as Envelope;
const times = (one: Envelope, rounds: number): Envelope =>
  Object.fromEntries(bounds.map((bound) => [bound, one[bound] * rounds])) as Envelope;

/** As many as there are where the list is given with the plan; else as many as it may have. */
function roundsOf({ list, most, rounds }: EachStep, { plan }: At): number {
  if (rounds) return rounds.length;
  const name = list.trim().toLowerCase();
  const given = Object.entries(plan.variables ?? {}).find(([key]) => key.toLowerCase() === name);
  return Array.isArray(given?.[1]) ? Math.min(most, given[1].length) : most;
}

export const isFree = (most: Envelope): boolean => fitsIn({ ...most, minutes: 0 }, nothing);
