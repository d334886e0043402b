/** Replays runs whose durations follow known laws. The estimator sees of each run only those before it. */
import { describe, expect, test } from 'vitest';
import { complexities } from '../../db/estimate.ts';
import type { PlanStep, ToolStep } from '../workflow/plan.ts';
import { calibrate, landsInside, likeThis, type Measured } from './calibration.ts';
import { checksTool, forecast } from './forecast.ts';
import { longestMs } from './longest.ts';
import { learnPace, type UnitSample } from './pace.ts';
import { createRandom, type Random } from './random.ts';

const runs = 500;
/**
 * Runs before which nothing is asserted. A tool's history is full after 50 of its steps, which are
 * 10 to 40 runs; a side of the interval that is off by a factor of two is put right in about 30.
 */
const warmUp = 60;

/** ln of how much longer than its usual time a part takes. */
type Law = (random: Random, run: number) => number;
const logNormal: Law = (random) => 0.35 * random.normal();
/** Shape 3: the sum of three waits. */
const gamma: Law = (random) =>
  Math.log(
    -(
      Math.log(1 - random.uniform()) +
      Math.log(1 - random.uniform()) +
      Math.log(1 - random.uniform())
    ) / 3,
  );
/** Now and then a cache is cold: five times as long. */
const bimodal: Law = (random) =>
  (random.uniform() < 0.25 ? Math.log(5) : 0) + 0.1 * random.normal();
const heavy: Law = (random) => 0.25 * random.normal() * (random.uniform() < 0.1 ? 5 : 1);
const drift: Law = (random, run) => 0.3 * random.normal() + run / 250;
/** A new machine in the middle: everything takes a third. */
const jump: Law = (random, run) => 0.25 * random.normal() - (run >= 280 ? Math.log(3) : 0);

const laws: [string, Law][] = [
  ['log-normal', logNormal],
  ['gamma', gamma],
  ['bimodal', bimodal],
  ['heavy-tailed', heavy],
  ['drifting', drift],
  ['jumping', jump],
];

const tools = ['tables', 'pages', 'search', 'workflow', 'dashboard', 'alerts'];
const usualMs = new Map([...tools, checksTool].map((tool, index) => [tool, 40 * 1.7 ** index]));
/** What the tools say of themselves is wrong by up to a factor of three, as first guesses are. */
const guessOf = (tool: string) =>
  (usualMs.get(tool) ?? 1) * [0.4, 2.5, 1, 3, 0.35, 1.5][tools.indexOf(tool)]!;

function planOf(random: Random): { steps: PlanStep[]; checks: { id: string; label: string }[] } {
  const size = 1 + Math.floor(random.uniform() * 8);
  const made = Array.from({ length: size }, (_, index): ToolStep => {
    const parts = 1 + Math.floor(random.uniform() * 10);
    return {
      kind: 'tool',
      key: `step-${index}`,
      name: `Step ${index}`,
      detail: '',
      priority: 'medium',
      tool: tools[index === 0 ? 0 : Math.floor(random.uniform() * tools.length)] ?? 'tables',
      input: {},
      substeps: Array.from({ length: parts }, (_, part) => `part ${part}`),
    };
  });
  const checks = Array.from({ length: size * 3 }, (_, index) => ({ id: `${index}`, label: '' }));
  if (size < 5) return { steps: made, checks };
  const [first, second, third, ...rest] = made as [ToolStep, ToolStep, ToolStep];
  const branches = [[second], [third]];
  const side = {
    kind: 'parallel' as const,
    key: 'side',
    name: 'Side',
    detail: '',
    priority: 'medium' as const,
    branches,
  };
  return { steps: [first, side, ...rest], checks };
}

function replay(law: Law, seed: number) {
  const random = createRandom(seed);
  const history = new Map<string, UnitSample[]>();
  const measured: Measured[] = [];
  let load = 0;
  for (let run = 0; run < runs; run += 1) {
    const plan = planOf(random);
    const samples = [...history.values()].flat();
    const size = plan.steps.length;
    const complexity = complexities[size < 3 ? 0 : size < 6 ? 1 : 2] ?? 'simple';
    const past = measured.slice(0, 200);
    const estimate = forecast(
      plan,
      learnPace(samples),
      (step) => guessOf(step.tool),
      calibrate(likeThis(past, complexity)),
    );
    // The load of the machine is shared by all steps of a run, and lasts.
    load = 0.5 * load + 0.2 * random.normal();
    const took = new Map<string, number>();
    const unit = (tool: string) => (usualMs.get(tool) ?? 1) * Math.exp(load + law(random, run));
    const learn = (tool: string, unitMs: number) =>
      history.set(
        tool,
        [{ tool, runId: `${run}`, unitMs }, ...(history.get(tool) ?? [])].slice(0, 50),
      );
    const total = longestMs(plan.steps, (step) => {
      if (step.kind !== 'tool') return 0;
      const unitMs = unit(step.tool);
      learn(step.tool, unitMs);
      took.set(step.key, unitMs * step.substeps.length);
      return unitMs * step.substeps.length;
    });
    const unitMs = unit(checksTool);
    learn(checksTool, unitMs);
    const actualMs = Math.round(total + unitMs * plan.checks.length);
    measured.unshift({ ...estimate, complexity, actualMs });
  }
  return measured.reverse();
}

describe.each(laws)('of %s runs', (name, law) => {
  test.each([1, 2, 3])('four in five land inside their interval (seed %i)', (seed) => {
    const judged = replay(law, seed).slice(warmUp);
    const share = judged.filter(landsInside).length / judged.length;
    const below = judged.filter((one) => one.actualMs < one.lowMs).length / judged.length;
    const width = judged.map((one) => Math.log(one.highMs / one.lowMs)).sort((a, b) => a - b)[
      Math.floor(judged.length / 2)
    ]!;
    const errors = judged
      .map((one) => Math.abs(one.midMs / one.actualMs - 1))
      .sort((a, b) => a - b);
    const bands = complexities.map((c) => {
      const of = judged.filter((one) => one.complexity === c);
      return `${c} ${of.length} ${(of.filter(landsInside).length / of.length).toFixed(3)}`;
    });
    console.log(
      name,
      seed,
      share.toFixed(3),
      'below',
      below.toFixed(3),
      'width x',
      Math.exp(width).toFixed(2),
      'mape',
      errors[Math.floor(errors.length / 2)]!.toFixed(3),
      bands.join(', '),
      'first60',
    );
    expect(share).toBeGreaterThanOrEqual(0.75);
    expect(share).toBeLessThanOrEqual(0.85);
  });
});
