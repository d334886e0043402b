/** Runs whose durations follow known laws, one after the other; each is estimated from those before it. */
import { complexities, type StepSample } from '../../src/db/estimate.ts';
import { calibrate, likeThis, type Measured } from '../../src/engine/estimate/calibration.ts';
import { checksTool, type Forecast, forecast } from '../../src/engine/estimate/forecast.ts';
import { longestMs } from '../../src/engine/estimate/longest.ts';
import { learnPace } from '../../src/engine/estimate/pace.ts';
import { createRandom, type Random } from '../../src/engine/estimate/random.ts';
import type { Plan, PlanStep } from '../../src/engine/workflow/plan.ts';
import { planOf, toolStep } from './engine.ts';

/** ln of how much longer than its usual time a step of so many parts takes, in the `run`th of `runs`. */
export type Law = (random: Random, run: number, parts: number) => number;
export const runs = 500;

const wait = (random: Random) => -Math.log(1 - random.uniform());
export const laws: Record<string, Law> = {
  'log-normal': (random) => 0.35 * random.normal(),
  /** Of shape 3: the mean of three waits. */
  gamma: (random) => Math.log((wait(random) + wait(random) + wait(random)) / 3),
  /** Now and then a cache is cold: five times as long. */
  bimodal: (random) => (random.uniform() < 0.25 ? Math.log(5) : 0) + 0.1 * random.normal(),
  'heavy-tailed': (random) => 0.25 * random.normal() * (random.uniform() < 0.1 ? 5 : 1),
  /** Most of a step is done once, however many parts it has. */
  'mostly fixed': (random, _, parts) => Math.log((6 + parts) / (7 * parts)) + 0.3 * random.normal(),
  /** In the end everything takes seven times as long as in the beginning. */
  drifting: (random, run) => 0.3 * random.normal() + run / 250,
  /** A faster machine in the middle: from then on everything takes a third. */
  jumping: (random, run) => 0.25 * random.normal() - (run >= 280 ? Math.log(3) : 0),
};

/** Per tool: the usual milliseconds per part, and by which factor the tool's own guess is wrong. */
const usual = new Map([
  ['tables', { ms: 40, wrong: 0.4 }],
  ['pages', { ms: 70, wrong: 2.5 }],
  ['search', { ms: 115, wrong: 1 }],
  ['workflow', { ms: 200, wrong: 3 }],
  ['dashboard', { ms: 330, wrong: 0.35 }],
  ['alerts', { ms: 570, wrong: 1.5 }],
  [checksTool, { ms: 30, wrong: 1.5 }],
]);
const toolNames = [...usual.keys()].filter((name) => name !== checksTool);
const usualMs = (tool: string) => usual.get(tool)?.ms ?? 1;
const guessMs = (tool: string) => usualMs(tool) * (usual.get(tool)?.wrong ?? 1);

/** One to eight steps of one to ten parts; of larger plans two steps run side by side. */
function randomPlan(random: Random): Plan {
  const upTo = (most: number) => Math.floor(random.uniform() * most);
  const steps: unknown[] = Array.from({ length: 1 + upTo(8) }, (_, index) =>
    toolStep(`step${index}`, {
      tool: toolNames[upTo(toolNames.length)],
      substeps: Array.from({ length: 1 + upTo(10) }, (_, part) => `part ${part}`),
    }),
  );
  const checks = steps.flatMap((_, step) =>
    [1, 2, 3].map((check) => ({ id: `${step}-${check}`, label: 'It is there', kind: 'none' })),
  );
  if (steps.length >= 5) {
    const branches = steps.splice(1, 2).map((step) => [step]);
    steps.splice(1, 0, { kind: 'parallel', key: 'side', name: 'Side by side', branches });
  }
  return planOf(steps, { checks });
}

export type Replayed = Measured & {
  plan: Plan;
  estimate: Forecast;
  /** What each step took, and the checks, in milliseconds. */
  stepMs: ReadonlyMap<string, number>;
  checksMs: number;
  /** Totals of the same plan at other times, as one who knows the law would expect them. */
  known: number[];
};

/** @param known how many totals to draw for one who knows the law */
export function replay(law: Law, seed: number, known = 0): Replayed[] {
  const random = createRandom(seed);
  const other = createRandom(seed + 1);
  const history = new Map<string, StepSample[]>();
  const replayed: Replayed[] = [];
  let load = 0;
  for (let run = 0; run < runs; run += 1) {
    const plan = randomPlan(random);
    const complexity = complexities[plan.steps.length < 3 ? 0 : plan.steps.length < 6 ? 1 : 2];
    const past = likeThis(replayed.slice(-200).reverse(), complexity);
    const pace = learnPace([...history.values()].flat());
    const estimate = forecast(plan, pace, (step) => guessMs(step.tool), calibrate(past));

    // How busy the machine is: the same for all steps of a run, and not much else for the next.
    load = 0.5 * load + 0.2 * random.normal();
    const took = play(plan, (tool, parts) => {
      const ms = usualMs(tool) * parts * Math.exp(load + law(random, run, parts));
      const sample = { tool, runId: `${run}`, parts, ms };
      history.set(tool, [sample, ...(history.get(tool) ?? [])].slice(0, 50));
      return ms;
    });
    const stationary = 0.2 / Math.sqrt(1 - 0.5 ** 2);
    const totals = Array.from({ length: known }, () => {
      const busy = stationary * other.normal();
      return play(plan, (tool, parts) => {
        return usualMs(tool) * parts * Math.exp(busy + law(other, run, parts));
      }).actualMs;
    });
    replayed.push({ ...estimate, ...took, complexity, plan, estimate, known: totals });
  }
  return replayed;
}

function play(plan: Plan, msOf: (tool: string, parts: number) => number) {
  const stepMs = new Map<string, number>();
  const total = longestMs(plan.steps, (step: PlanStep) => {
    if (step.kind !== 'tool') return 0;
    const ms = msOf(step.tool, step.substeps.length);
    stepMs.set(step.key, ms);
    return ms;
  });
  const checksMs = msOf(checksTool, plan.checks.length);
  return { stepMs, checksMs, actualMs: Math.round(total + checksMs) };
}
