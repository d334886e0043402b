/**
 * A checked workflow → the plan that the engine runs. What no plan can say yet is a problem with its place;
 * nothing is left out in silence.
 */
import type { File, Statement, Workflow } from './ast.ts';
import type { Checked } from './check.ts';
import { namesOf } from './check-reference.ts';
import { Runner, type Stored } from './compile-run.ts';
import { type Around, StepCompiler } from './compile-step.ts';
import type { Value } from './function.ts';
import { Given } from './given.ts';
import { Plan, walk } from './plan.ts';
import { inOrder, type Problem, Problems } from './problem.ts';
import { sameName } from './visit.ts';

export type Request = {
  /** Its name, where the text has several. */
  workflow?: string;
  /** By name, whatever its case. Known when the run begins, so they stand in the plan as values. */
  inputs?: Readonly<Record<string, Value>>;
  /** What proves that it is done: a plan without checks never counts as done. */
  checks: Plan['checks'];
  /** Milliseconds that a tool usually takes. */
  unitMs?: (tool: string) => number | undefined;
  /** The tools that are installed, by name. Without it, nothing that needs tools of its own can be run: BOT, TALK, events. */
  tools?: { has(name: string): boolean };
  /** Who can be asked, by name; without it, who is missing is found out when a step asks. */
  agents?: Iterable<string>;
  /** Those of them that are switched off. */
  off?: Iterable<string>;
  /** Workflows that are stored, for RUN WORKFLOW. Those in the same text are known. */
  stored?: (name: string) => Stored | undefined;
};

export type Compiled =
  | { plan: Plan; problems: Problem[] }
  /** At least one of the problems is an error. */
  | { plan: undefined; problems: Problem[] };

/** For a tool of which nothing is known. */
const usualMs = 1000;

export function compile(checked: Checked, request: Request): Compiled {
  if (!checked.isSound) return { plan: undefined, problems: checked.problems };
  const problems = new Problems(checked.source);
  const workflow = chosen(checked, request, problems);
  const plan = workflow && planOf(checked, workflow, request, problems);
  const all = inOrder([...checked.problems, ...problems.list]);
  return problems.list.length === 0 && plan
    ? { plan, problems: all }
    : { plan: undefined, problems: all };
}

function chosen({ workflows }: Checked, { workflow: name }: Request, problems: Problems) {
  const fitting = workflows.filter(
    ({ workflow }) => name === undefined || sameName(workflow.name.text) === sameName(name),
  );
  const [found] = fitting;
  if (found && fitting.length === 1) return found;
  const names = workflows.map(({ workflow }) => `"${workflow.name.text}"`).join(', ');
  const [message, hint] =
    workflows.length === 0
      ? ['There is no workflow in the text.', 'Begin with ORCHESTRATE WORKFLOW "name".']
      : [
          `${name === undefined ? 'There are several workflows' : `There is no workflow “${name}”`} in the text.`,
          `Name one of ${names}.`,
        ];
  problems.add('WF404', { start: 0, end: 0 }, message, hint);
  return undefined;
}

function planOf(
  checked: Checked,
  { workflow, inputs }: Checked['workflows'][number],
  { inputs: given = {}, checks, unitMs, tools, agents, off = [], stored }: Request,
  problems: Problems,
): Plan | undefined {
  for (const item of checked.file.items) {
    if (item.kind === 'on_event' && !tools?.has('publish_event'))
      problems.add('WF401', item, 'This installation cannot run ON EVENT yet.');
  }
  const values = new Given(problems, workflow, inputs, given);
  const runner = new Runner(checked, workflow.name.text, (name) => stored?.(name));
  const around: Around = {
    unitMs: (tool) => unitMs?.(tool) ?? usualMs,
    has: (tool) => tools?.has(tool) ?? false,
    agents: agents && namesOf(agents),
    off: namesOf(off),
    decided: [],
    run: (of, caller) => runner.run(of, caller, around),
  };
  const compiler = new StepCompiler(problems, values, around);
  // What is said beside it is said before it or behind it, as it stands in the text.
  const { before, behind } = spokenBeside(checked.file, workflow);
  const steps = [
    ...compiler.body(before),
    ...compiler.workflow(workflow.body),
    ...compiler.body(behind),
  ];
  if (problems.list.length > 0) return undefined;
  const variables = values.variables();
  const parsed = Plan.safeParse({
    title: workflow.name.text.trim(),
    confidence: 1,
    understood: [...values.understood(), ...around.decided],
    risk: 'medium',
    estimatedMs: [...walk(steps)].reduce(
      (sum, step) => sum + (step.kind === 'tool' ? (step.expectedMs ?? 0) : 0),
      0,
    ),
    steps,
    ...(Object.keys(variables).length > 0 ? { variables } : {}),
    checks,
    subject: null,
  });
  if (parsed.success) return parsed.data;
  refuse(problems, workflow, parsed.error.issues);
  return undefined;
}

/** Of a text with one workflow: beside several nobody knows to which it belongs. */
function spokenBeside({ items }: File, workflow: Workflow) {
  const isAlone = items.every((item) => item.kind !== 'workflow' || item === workflow);
  const talks = items.filter((item) => isAlone && item.kind === 'talk') as Statement[];
  return {
    before: talks.filter(({ start }) => start < workflow.start),
    behind: talks.filter(({ start }) => start > workflow.start),
  };
}

function refuse(problems: Problems, { name }: Workflow, issues: { message: string }[]): void {
  for (const message of new Set(issues.map((issue) => issue.message)))
    problems.add('WF403', name, `No plan can be made of it: ${message}`);
}
