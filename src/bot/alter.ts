/** Changes in words of tasks that people carry out: when they are due, how urgent they are, who does them. */
import { transaction } from '../db/client.ts';
import { finalStatuses, listTasks, type Task } from '../db/task.ts';
import { editTask } from '../engine/edit.ts';
import { type Alteration, readAlteration } from '../engine/model/offline/alteration.ts';
import type { UpdateTaskInput } from '../engine/task-contract.ts';
import { text } from './answer.ts';
import { assigneeOf, fellowsAt, matchPerson } from './assignee.ts';
import type { CardDraft } from './card.ts';
import { findCounted, findReferred, type Reference } from './reference.ts';
import { say, type Turn } from './turn.ts';
import { whoCard } from './who-card.ts';

/** @returns whether the message was such a change and there is a task that it can mean */
export async function alter(turn: Turn): Promise<boolean> {
  const wanted = readAlteration(turn.message.text, turn.context);
  if (!wanted) return false;
  const { bot, actor, message, mine } = turn;
  const { here, all } = await transaction(bot.engine.db, actor, async (tx) => ({
    here: await listTasks(tx, { conversation: message.conversation }),
    all: await listTasks(tx, mine),
  }));
  const referred = refer(here, all, wanted.reference);
  if (referred.kind === 'none') return false;
  if (referred.kind === 'many') {
    await say(turn, whichOne(referred.tasks));
    return true;
  }
  const { task } = referred;
  if (wanted.field === 'assignee') {
    await assign(turn, task, wanted.assignee);
    return true;
  }
  await editTask(bot.engine, actor, task.id, inputOf(wanted));
  await say(turn, text(saidOf(wanted, task)));
  return true;
}

/** To somebody of the workspace, where the platform knows its people; who is meant is asked where several can be. */
async function assign(turn: Turn, task: Task, name: string): Promise<void> {
  const { bot, actor, message } = turn;
  const { channel, conversation } = message;
  const place = { workspaceId: actor.workspaceId, channel, conversation };
  const wanted = /^(?:me|myself)$/i.test(name) ? actor.id : name;
  const match = matchPerson(wanted, await fellowsAt(bot, place));
  if (match.kind === 'many')
    return say(turn, whoCard({ taskId: task.id, title: task.title, name, people: match.people }));
  const assignee = assigneeOf(match, wanted);
  if (!assignee)
    return say(
      turn,
      text(
        'I know nobody of this workspace by that name, so it stays as it is. Say it with the whole name, or mention them.',
      ),
    );
  if (match.kind === 'one') await bot.channels.get(channel)?.reach?.(actor.workspaceId, [assignee]);
  const input = { assigned_to_type: 'user', assigned_to_id: assignee } as const;
  await editTask(bot.engine, actor, task.id, input);
  const shown = match.kind === 'one' ? match.person.name : assignee;
  await say(turn, text(`“${task.title}” is for ${shown === actor.id ? 'you' : shown} now.`));
}

function refer(here: Task[], all: Task[], words: string | undefined): Reference {
  const counted = findCounted(all, words);
  if (counted?.kind === 'one') return isPeoples(counted.task) ? counted : { kind: 'none' };
  const found = findReferred(here.filter(isPeoples), words);
  return found.kind === 'none' && words ? findReferred(all.filter(isPeoples), words) : found;
}

/** What has a plan is changed by changing the plan. */
const isPeoples = ({ planVersion, status }: Task) =>
  planVersion === 0 && !finalStatuses.some((final) => final === status);

type Fact = Exclude<Alteration, { field: 'assignee' }>;

const inputOf = (wanted: Fact): UpdateTaskInput =>
  wanted.field === 'due' ? { due_at: wanted.due.at.toISOString() } : { priority: wanted.priority };

const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeZone: 'UTC' });

function saidOf(wanted: Fact, { title }: Task): string {
  if (wanted.field === 'priority') return `“${title}” has ${wanted.priority} priority now.`;
  const { date, time } = wanted.due;
  return `“${title}” is due on ${day.format(new Date(`${date}T00:00:00Z`))}${time ? `, ${time}` : ''}.`;
}

const whichOne = (tasks: Task[]): CardDraft => ({
  ...text(
    [
      'Which task do you mean? Say it with its name, for example “assign the … task to Ann”.',
      ...tasks.slice(0, 10).map(({ title }) => `- ${title}`),
    ].join('\n'),
  ),
  kind: 'text',
});
