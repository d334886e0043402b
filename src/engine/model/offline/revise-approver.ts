/** Asking somebody else: "ask me instead", "let bob@example.com approve it", "ask Ann instead of Bob". */
import { mapBlocks, type Plan, type PlanStep, walk } from '../../workflow/plan.ts';
import type { PlanRevision, Question } from '../model.ts';

const person = String.raw`@?([\w.+-]+@[\w.-]+\.\w{2,}|[\w./-]{1,80})`;
const decides = String.raw`(?:approve|decide)(?:\s+(?:it|that|this))?`;
const patterns = [
  String.raw`(?:ask|let|have)\s+${person}(?:\s+${decides})?\s+instead(?:\s+of\s+@?(\S+))?`,
  String.raw`(?:let|have)\s+${person}\s+${decides}`,
  String.raw`${person}\s+(?:should|shall|is\s+to|has\s+to|must)\s+${decides}`,
  String.raw`(?:change|set)\s+the\s+approver\s+to\s+${person}`,
  String.raw`(?:give|assign|hand)\s+the\s+approval\s+to\s+${person}`,
].map((source) => new RegExp(`^${source}$`, 'i'));

/** Who is to be asked, and in whose place where that is said. */
type Asked = { who: string; insteadOf: string | undefined };

/** @param words a whole message */
export function askedInstead(words: string): Asked | undefined {
  for (const pattern of patterns) {
    const [, who, insteadOf] = pattern.exec(words) ?? [];
    if (who) return { who, insteadOf };
  }
  return undefined;
}

/**
 * Gives the approvals of a plan to somebody else. Whether whoever says it may do that is decided by whoever proposes
 * the changed plan.
 * @param me the id of who says it
 * @returns undefined where nobody is asked, or not whom the words name
 */
export function changeApprovers(
  plan: Plan,
  { who, insteadOf }: Asked,
  me: string | undefined,
): PlanRevision | Question | undefined {
  const by = /^me$/i.test(who) ? me : who;
  const found = [...walk(plan.steps)].filter(
    (step) => step.kind === 'approval' && (!insteadOf || step.from.includes(insteadOf)),
  );
  if (by === undefined || found.length === 0) return undefined;
  const names = [...new Set(found.flatMap((step) => (step.kind === 'approval' ? step.from : [])))];
  if (insteadOf === undefined && names.length > 1)
    return {
      kind: 'question',
      text: `In whose place? Asked are: ${names.join(', ')}.`,
      suggestions: names.slice(0, 4).map((name) => `ask ${who} instead of ${name}`),
    };
  if (names.includes(by))
    return { kind: 'question', text: `${by} is asked already.`, suggestions: [] };
  const keys = new Set(found.map(({ key }) => key));
  const changed = (steps: PlanStep[]): PlanStep[] =>
    steps.map((step) => {
      if (step.kind !== 'approval' || !keys.has(step.key)) return mapBlocks(step, changed);
      const from = insteadOf ? step.from.map((name) => (name === insteadOf ? by : name)) : [by];
      // Where nothing else was said, the name of the step says who is asked.
      const name = step.name === nameFor(step.from) ? nameFor(from) : step.name;
      return { ...step, name, from };
    });
  return {
    kind: 'revision',
    plan: { ...plan, steps: changed(plan.steps) },
    changes: found.map(({ name }) => `${name}: asked of ${by} instead.`),
  };
}

/** As `compile` names an approval of a workflow. */
const nameFor = (from: string[]) => `Approval by ${from.join(', ')}`;
