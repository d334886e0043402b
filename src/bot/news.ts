/** What is told about a task to whoever asked for it, where they are alone (F199–F203). Pure. */
import { flatten, type TaskView } from '../engine/view.ts';
import type { Card } from './card.ts';
import { notices } from './notice.ts';
import type { NewsKind } from './quiet.ts';

/** `key` is that of its card: the same key is told once. */
export type News = { key: string; kind: NewsKind; text: string };

/**
 * The newest thing that is worth a message; what came before it is no news any more. Approvals are told
 * to those who owe them, by a copy of their card.
 */
export function newsOf(view: TaskView): News | undefined {
  const { task, run, steps } = view;
  if (!run || run.mode === 'dry_run' || task.undoneAt) return undefined;
  const about = (name: string) => `news:${run.id}:${name}`;
  switch (task.status) {
    case 'completed': {
      const where = view.app ? ` Open it at /apps/${view.app.slug}.` : '';
      const text = `${notices.completed(task.shortName)}${where}`;
      return { key: about('completed'), kind: 'result', text };
    }
    case 'blocked':
    case 'failed': {
      if (task.status === 'blocked' && task.blockedKind !== 'error') return progressOf(view, about);
      const failed = steps.flatMap(flatten).find((step) => step.status === 'failed');
      const at = task.blockedAt ?? task.failedAt;
      const text = `${notices.failed(failed?.order ?? steps.length)} of ${task.title}`;
      return { key: about(`failed:${at?.getTime() ?? 0}`), kind: 'result', text };
    }
    case 'running':
    case 'approval_pending':
      return progressOf(view, about);
    default:
      return undefined;
  }
}

/** The newest completed step, or the start. */
function progressOf(view: TaskView, about: (name: string) => string): News | undefined {
  const { task, steps } = view;
  const last = steps.findLast((step) => step.status === 'completed');
  if (last) {
    const text = `${notices.stepCompleted(last.order, last.completedLabel)} (${task.title})`;
    return { key: about(last.id), kind: 'progress', text };
  }
  return { key: about('started'), kind: 'progress', text: notices.started(task.shortName) };
}

/** What somebody is told by a card where they are alone; undefined where it is no news. */
export function newsKindOf({ kind, notice }: Pick<Card, 'kind' | 'notice'>): NewsKind | undefined {
  if (kind === 'approval' || kind === 'human' || kind === 'question') return 'decision';
  if (kind === 'error' || kind === 'delivery') return 'result';
  if (!notice) return undefined;
  // Words with a notice are told to those only who want to hear of them: news, and reminders.
  return kind === 'text' ? 'result' : 'progress';
}
