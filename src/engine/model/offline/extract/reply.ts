/** Who takes on what somebody else has asked for: "Can someone check the till?" and "I'll check it this afternoon". */
import type { FoundTask } from '../../model.ts';

/** "Check it", "Send that": it means nothing without what was said before. */
const pronoun =
  /^(?:\w+[ -]){1,2}?(?:it|this|that|them|those)\b(?: (?:too|now|then|up|over|out|off))?/i;

/**
 * A promise that only says "it" belongs to the request of somebody else before it: that is then for whoever promised.
 * Without such a request it stays as it is.
 * @param found in the order in which it was said
 */
export function takenOver<T extends FoundTask>(found: T[]): T[] {
  const kept: T[] = [];
  for (const task of found) {
    const asked = kept.at(-1);
    if (!asked || !isAnswer(asked, task)) {
      kept.push(task);
      continue;
    }
    const due = task.due ?? asked.due;
    kept[kept.length - 1] = {
      ...asked,
      ...(task.assignee === undefined ? {} : { assignee: task.assignee }),
      ...(due === undefined ? {} : { due }),
    };
  }
  return kept;
}

const isAnswer = (asked: FoundTask, task: FoundTask): boolean =>
  task.author !== undefined &&
  asked.author !== undefined &&
  asked.author !== task.author &&
  task.assignee === task.author &&
  (asked.assignee === undefined || asked.assignee === task.assignee) &&
  pronoun.test(task.title);
