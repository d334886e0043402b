/** RUN WORKFLOW: the steps of another workflow, as they are now, in a step of their own. */
import type { Checked } from './check.ts';
import { type Around, type Of, StepCompiler } from './compile-step.ts';
import type { Value } from './function.ts';
import { Given } from './given.ts';
import type { PlanStep } from './plan.ts';
import { printExpression } from './print-expression.ts';
import { Problems } from './problem.ts';
import { sameName, variableKey } from './visit.ts';

/** A workflow that is stored, and which version of it that is. */
export type Stored = { checked: Checked; version?: number };
type Found = Stored & { workflow: Checked['workflows'][number] };

const deepest = 10;
/** More than a plan may have: what grows beyond it is not gone on with. */
const mostRuns = 1000;

export class Runner {
  private readonly checked: Checked;
  private readonly stored: (name: string) => Stored | undefined;
  /** Those that are being made, the innermost last. */
  private readonly open: string[];
  private count = 0;

  constructor(checked: Checked, name: string, stored: (name: string) => Stored | undefined) {
    this.checked = checked;
    this.stored = stored;
    this.open = [sameName(name)];
  }

  run(of: Of<'run'>, caller: StepCompiler, around: Around): PlanStep[] {
    const name = of.workflow.text.trim();
    const { problems } = caller;
    if (this.open.includes(sameName(name))) {
      problems.add('WF306', of.workflow, `“${name}” would run itself, in a circle.`);
      return [];
    }
    this.count += 1;
    if (this.open.length > deepest || this.count > mostRuns) {
      const message = `Workflows run each other more than ${deepest} deep, or more than ${mostRuns.toLocaleString('en')} times.`;
      // Said once: what is inside of it would only say it again.
      if (!problems.list.some(({ code }) => code === 'WF208'))
        problems.add('WF208', of.workflow, message);
      return [];
    }
    const found = this.find(problems.source === this.checked.source ? undefined : problems, name);
    if (!found) {
      problems.add('WF308', of.workflow, `There is no workflow “${name}” here.`);
      return [];
    }
    return this.inline(of, found, caller, around);
  }

  /** In the same text first. @param elsewhere set in a text that is stored */
  private find(elsewhere: Problems | undefined, name: string): Found | undefined {
    const fits = ({ workflow }: Checked['workflows'][number]) =>
      sameName(workflow.name.text) === sameName(name);
    const own = elsewhere ? undefined : this.checked.workflows.find(fits);
    if (own) return { checked: this.checked, workflow: own };
    const stored = this.stored(name);
    const workflow = stored?.checked.isSound ? stored.checked.workflows.find(fits) : undefined;
    return stored && workflow && { ...stored, workflow };
  }

  private inline(
    of: Of<'run'>,
    { checked, workflow: { workflow, inputs }, version }: Found,
    caller: StepCompiler,
    around: Around,
  ): PlanStep[] {
    const name = workflow.name.text.trim();
    const known = new Set(inputs.map((input) => variableKey(input.name)));
    const given: Record<string, Value> = {};
    const later: Record<string, string> = {};
    for (const { name: input, value } of of.with) {
      const found = caller.given.know(value);
      if (!known.has(variableKey(input.text)))
        caller.problems.add('WF402', input, `“${name}” has no input “${input.text.slice(0, 60)}”.`);
      else if (found.kind === 'later') later[input.text] = printExpression(value);
      else if (found.kind === 'value') given[input.text] = found.value;
    }
    const isOwn = checked.source === caller.problems.source;
    const problems = isOwn ? caller.problems : new Problems(checked.source);
    const values = new Given(problems, workflow, inputs, given, Object.keys(later));
    const step = caller.base(of, `Run ${name}`);
    const inner = new StepCompiler(problems, values, around, `w${this.count}-`);
    this.open.push(sameName(name));
    const steps = inner.workflow(workflow.body);
    this.open.pop();
    const [first] = problems.list;
    if (!isOwn && first) {
      const message = `“${name}” cannot be run: in its line ${first.line}, ${first.message}`;
      caller.problems.add(first.code, of.workflow, message);
    }
    if (steps.length === 0) return [];
    const variables = values.variables();
    return [
      {
        ...{ ...step, kind: 'workflow', workflow: name, with: later, variables, do: steps },
        ...(version === undefined ? {} : { version }),
        ...(of.as ? { as: of.as.text } : {}),
      },
    ];
  }
}
