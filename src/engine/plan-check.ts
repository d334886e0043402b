/** What is wrong with a plan that came from outside, beyond its shape: what it uses must be here. */
import type { Tool } from './tools/tool.ts';
import { type Plan, walk } from './workflow/plan.ts';

/** One sentence for each problem; none when the plan can be run here. */
export function problemsOfPlan(plan: Plan, tools: ReadonlyMap<string, Tool>): string[] {
  return [...walk(plan.steps)].flatMap((step) => {
    if (step.kind !== 'tool') return [];
    const tool = tools.get(step.tool);
    if (!tool) return [`"${step.name}" uses the tool "${step.tool}", which is not installed here.`];
    const { bind = {} } = step;
    const input = tool.input.safeParse(step.input);
    if (!input.success) {
      // What is known only when it is about to start is looked at then.
      return input.error.issues
        .filter(({ path: [field] }) => typeof field !== 'string' || !Object.hasOwn(bind, field))
        .map(
          ({ path, message }) =>
            `"${step.name}": the input ${path.join('.') || 'of the tool'} ${message}.`,
        );
    }
    return previewProblems(step.name, () => tool.preview(step.input, plan.subject));
  });
}

/** What cannot be shown beforehand cannot be done either: the tool does not understand the subject. */
function previewProblems(name: string, preview: () => unknown): string[] {
  try {
    preview();
    return [];
  } catch {
    return [`"${name}": its tool cannot work on the subject of this plan.`];
  }
}
