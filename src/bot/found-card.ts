/** Tasks that were found in what somebody wrote, as cards: nothing is made of them before somebody says so. */
import { z } from 'zod';
import { executionTypes, priorities } from '../db/task.ts';
import type { FoundTask } from '../engine/model/model.ts';
import { redact } from '../redact.ts';
import type { ActionDraft, CardDraft } from './card.ts';
import { clip } from './words.ts';

/** A found task as a button keeps it. */
export const KeptTask = z.object({
  title: z.string().min(1).max(200),
  quote: z.string().max(1_000),
  assignee: z.string().max(200).optional(),
  /** Who that is on the platform, where only one can be meant. */
  assigneeId: z.string().max(200).optional(),
  author: z.string().max(200).optional(),
  /** The address of the message that it was found in. */
  link: z.string().max(2_000).optional(),
  dueAt: z.iso.datetime().optional(),
  priority: z.enum(priorities).optional(),
  executionType: z.enum(executionTypes),
  confidence: z.number().min(0).max(1),
});
export type KeptTask = z.infer<typeof KeptTask>;

/** A found task with what is known of where it was said, and of whom it is for. */
export type Located = FoundTask & Pick<KeptTask, 'assigneeId' | 'link'>;

/** More than anybody reads on one card. */
const mostFound = 20;
/** Below this it is a guess, and a question back is better. */
export const sureEnough = 0.6;

/**
 * One card for all that was found in a message; at most `mostFound` of it are shown.
 * @param reader who is shown it, as assignees are named
 */
export function foundCard(found: Located[], reader: string): CardDraft {
  // What a button keeps is JSON in a text: secrets are taken out before it is that.
  const shown = found.slice(0, mostFound).map(withoutSecrets);
  const many = found.length === 1 ? 'a task' : `${found.length} tasks`;
  const lines = shown.map((task, index) => `${index + 1}. ${lineOf(task, reader)}`);
  const rest = found.length - shown.length;
  return {
    kind: 'question',
    title: `I found ${many} in that`,
    text: [`I found ${many} in that`, ...lines].join('\n'),
    sections: [
      {
        title: 'Somebody carries them out; I keep track of them.',
        items: lines,
        ...(shown.some(({ link }) => link) ? { links: shown.map(({ link = '' }) => link) } : {}),
      },
    ],
    note: `Nothing is made unless you say so.${rest > 0 ? ` ${rest} more are not shown: send the rest in a second message.` : ''}`,
    actions: [make(shown, found.length === 1 ? 'Make this task' : 'Make these tasks'), refuse({})],
  };
}

/** The proposal of one task that was found where people talk: the room, as the platform names it, and its message. */
export function proposalCard(
  task: FoundTask,
  { room, link, reader }: { room: string; link: string | undefined; reader: string },
): CardDraft {
  const found = withoutSecrets(task);
  const line = lineOf(found, reader);
  return {
    kind: 'question',
    title: 'Shall I keep track of this?',
    text: `Shall I keep track of this? ${line}`,
    sections: [{ title: 'You wrote in a channel that I watch:', items: [line] }],
    note: 'Nothing happens unless you say so.',
    actions: [
      make([found], 'Make this a task', { room, ...(link ? { link } : {}) }),
      refuse({ room }),
      ...(link
        ? [{ verb: 'open_app', label: 'See the message', style: 'link', url: link } as const]
        : []),
    ],
  };
}

/** Its day stays as it is; the rest is words of people. */
const withoutSecrets = ({ due, ...task }: Located): Located => ({
  ...redact(task),
  ...(due ? { due } : {}),
});

const make = (found: Located[], label: string, about = {}): ActionDraft => ({
  verb: 'make_tasks',
  label,
  style: 'primary',
  subject: { tasks: JSON.stringify(found.map(toKept)), ...about },
});

const refuse = (subject: Record<string, string>): ActionDraft => ({
  verb: 'not_tasks',
  label: 'Not a task',
  style: 'secondary',
  subject,
});

export const toKept = (found: Located): KeptTask => ({
  title: found.title,
  quote: clip(found.quote, 1_000),
  ...(found.assignee ? { assignee: found.assignee } : {}),
  ...(found.assigneeId ? { assigneeId: found.assigneeId } : {}),
  ...(found.author ? { author: found.author } : {}),
  ...(found.link ? { link: found.link } : {}),
  ...(found.due ? { dueAt: found.due.at.toISOString() } : {}),
  ...(found.urgency ? { priority: found.urgency } : {}),
  executionType: found.executionType,
  confidence: found.confidence,
});

const day = new Intl.DateTimeFormat('en-GB', {
  ...{ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' },
});

/** "Send the deck (Ann, due Fri, 6 Mar 2026, urgent): “could Ann send …”". */
function lineOf(
  { title, assignee, assigneeId, author, due, urgency, quote }: Located,
  reader: string,
): string {
  const about = [
    (assigneeId ?? assignee) === reader ? 'you' : assignee,
    due && `due ${day.format(new Date(`${due.date}T00:00:00Z`))}${due.time ? `, ${due.time}` : ''}`,
    urgency && `${urgency} priority`,
  ].filter((part) => part !== undefined);
  const said = author ? `${author === reader ? 'you' : author} said ` : '';
  return `${title}${about.length > 0 ? ` (${about.join('; ')})` : ''}: ${said}“${clip(quote.replace(/\s+/g, ' '), 200)}”`;
}
