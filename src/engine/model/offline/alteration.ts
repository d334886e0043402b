/** Changing a task that people carry out, in words: "make the due date Friday", "assign it to Ann". */
import type { Context, Due, FoundTask } from '../model.ts';
import { readDue } from './extract/due.ts';
import { alterations, articles } from './phrase.ts';

export type Alteration = {
  /** The words that name the task; undefined for "it". */
  reference: string | undefined;
} & (
  | { field: 'due'; due: Due }
  | { field: 'priority'; priority: NonNullable<FoundTask['urgency']> }
  | { field: 'assignee'; assignee: string }
);

const longest = 200;

/** Undefined when the whole message is no such wish, or its date cannot be read. */
export function readAlteration(text: string, context: Context): Alteration | undefined {
  const plain = text
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/[.!]+$/, '');
  if (plain.length > longest || text.trim().includes('\n')) return undefined;
  for (const [field, pattern] of alterations) {
    const { task, value = '' } = pattern.exec(plain)?.groups ?? {};
    if (value === '') continue;
    const reference = referenceOf(task);
    if (field === 'assignee') return { reference, field, assignee: value };
    if (field === 'priority') return { reference, field, priority: priorityOf(value) };
    const due = readDue(value, context);
    // A date within other words is something else: "the due date a field that is set on Friday".
    if (due && value.length - due.text.length < 6) return { reference, field, due };
  }
  return undefined;
}

const priorityOf = (value: string): NonNullable<FoundTask['urgency']> =>
  /urgent|high/i.test(value)
    ? 'high'
    : /critical/i.test(value)
      ? 'critical'
      : /low/i.test(value)
        ? 'low'
        : 'medium';

function referenceOf(words: string | undefined): string | undefined {
  const name = words
    ?.replace(articles, '')
    .replace(/^tasks? (?:called |named |for )?| tasks?$/gi, '');
  return name === undefined || /^(?:it|this|that|the|task|)$/i.test(name.trim())
    ? undefined
    : name.trim();
}
