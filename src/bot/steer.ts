/** Steering by phrase: "continue my CRM task", "cancel", "how's it going?". */
import { transaction } from '../db/client.ts';
import { listEvents } from '../db/event.ts';
import { listTasks, type Task, type TaskStatus } from '../db/task.ts';
import { acceptPlan } from '../engine/accept.ts';
import type { Intent } from '../engine/model/offline/intent.ts';
import { cancelTask, pauseTask, resumeTask, retryTask, skipFailedStep } from '../engine/steer.ts';
import { loadView } from '../engine/view.ts';
import { detailsAnswer, statusAnswer, text } from './answer.ts';
import type { ActionDraft, CardDraft } from './card.ts';
import { restart } from './describe.ts';
import { findReferred } from './reference.ts';
import { say, type Turn } from './turn.ts';

const steering = [
  'accept',
  'cancel',
  'pause',
  'resume',
  'retry',
  'skip',
  'status',
  'logs',
  'start_over',
] as const;
type Steering = (typeof steering)[number];

/** The verb of an intent that steers or asks about a task; undefined for the other intents. */
export const steeringOf = (intent: Intent): Steering | undefined =>
  steering.find((verb) => verb === intent.kind);

export async function steer(turn: Turn, verb: Steering): Promise<void> {
  const { db } = turn.bot.engine;
  const tasks = await transaction(db, turn.actor, (tx) =>
    listTasks(tx, { conversation: turn.message.conversation }),
  );
  const everywhere = turn.intent.reference
    ? await transaction(db, turn.actor, (tx) => listTasks(tx))
    : [];
  const here = findReferred(candidates(tasks, verb), turn.intent.reference);
  const referred =
    here.kind === 'none' ? findReferred(candidates(everywhere, verb), turn.intent.reference) : here;
  if (referred.kind === 'none') return say(turn, text(nothingTo(verb, turn.intent.reference)));
  if (referred.kind === 'many')
    return say(turn, whichOne(referred.tasks, verb, turn.context.timezone));
  return carryOut(turn, verb, referred.task);
}

/** Of several tasks only those that the verb can mean; a status question may mean any. */
function candidates(tasks: Task[], verb: Steering): Task[] {
  const fitting: Partial<Record<Steering, (task: Task) => boolean>> = {
    accept: (task) => task.status === 'ready',
    resume: (task) => task.status === 'paused',
    pause: (task) => ['queued', 'running', 'approval_pending', 'blocked'].includes(task.status),
    retry: (task) => task.status === 'blocked' && task.blockedKind === 'error',
    skip: (task) => task.status === 'blocked' && task.blockedKind === 'error',
  };
  const fits = fitting[verb];
  const found = fits ? tasks.filter(fits) : tasks;
  return found.length > 0 ? found : tasks;
}

/** Where a verb leads: there already, a repetition of the message has nothing left to do but answer. */
const reached: Partial<Record<Steering, TaskStatus[]>> = {
  accept: ['queued', 'running', 'completed'],
  cancel: ['cancelled'],
  pause: ['paused'],
  resume: ['running', 'completed'],
};

async function unlessReached(verb: Steering, task: Task, work: () => Promise<void>): Promise<void> {
  if (!reached[verb]?.includes(task.status)) await work();
}

async function carryOut(turn: Turn, verb: Steering, task: Task): Promise<void> {
  const { engine } = turn.bot;
  const { actor } = turn;
  switch (verb) {
    case 'status':
    case 'logs': {
      const draft = await transaction(engine.db, actor, async (tx): Promise<CardDraft> => {
        const view = await loadView(tx, task.id, engine.now());
        if (!view) return text('There is no such task.');
        return verb === 'status'
          ? statusAnswer(view)
          : detailsAnswer(view, await listEvents(tx, task.id), turn.context.timezone);
      });
      return say(turn, draft);
    }
    case 'accept':
      await unlessReached(verb, task, () => acceptPlan(engine, actor, task.id, task.planVersion));
      return say(turn, text(`Accepted. I am starting on ${task.title}.`));
    case 'cancel':
      await unlessReached(verb, task, () => cancelTask(engine, actor, task.id));
      return say(turn, text(`Cancelled ${task.title}.`));
    case 'pause':
      await unlessReached(verb, task, () => pauseTask(engine, actor, task.id));
      return say(
        turn,
        text(`Pausing ${task.title} after the step in hand. Say “continue” to go on.`),
      );
    case 'resume':
      await unlessReached(verb, task, () => resumeTask(engine, actor, task.id));
      return say(turn, text(`Going on with ${task.title} from where it stopped.`));
    case 'retry':
      await retryTask(engine, actor, task.id);
      return say(turn, text(`Trying again.`));
    case 'skip':
      await skipFailedStep(engine, actor, task.id);
      return say(turn, text(`Going on without that step.`));
    case 'start_over':
      return restart(turn, task);
  }
}

function nothingTo(verb: Steering, reference: string | undefined): string {
  if (reference) return `I know of no task called “${reference}”. Say “list my tasks” to see them.`;
  const what: Partial<Record<Steering, string>> = {
    accept: 'There is no plan waiting for you.',
    cancel: 'There is nothing to cancel.',
    pause: 'Nothing is running.',
    resume: 'Nothing is paused.',
  };
  return `${what[verb] ?? 'There are no tasks here yet.'} Describe what you need and I will plan it.`;
}

function whichOne(tasks: Task[], verb: Steering, timeZone: string): CardDraft {
  const clock = new Intl.DateTimeFormat('en-GB', {
    dateStyle: 'medium',
    timeStyle: 'medium',
    timeZone,
  });
  // Two tasks of one title are told apart by when they were asked for.
  const isAlone = (task: Task) => tasks.filter((other) => other.title === task.title).length === 1;
  const words: Record<Steering, string> = {
    accept: 'accept',
    cancel: 'cancel',
    pause: 'pause',
    resume: 'continue',
    retry: 'retry',
    skip: 'skip',
    status: 'status of',
    logs: 'show logs for',
    start_over: 'start over',
  };
  const actions = tasks.slice(0, 5).map(
    (task): ActionDraft => ({
      verb: 'say',
      label: isAlone(task) ? task.title : `${task.title} (${clock.format(task.createdAt)})`,
      style: 'secondary',
      subject: { text: `${words[verb]} my ${isAlone(task) ? task.title : task.id} task` },
    }),
  );
  return {
    kind: 'question',
    title: 'Which one?',
    text: `Which task do you mean? ${tasks.map((task) => task.title).join(', ')}`,
    sections: [{ title: 'Which task do you mean?', items: [] }],
    actions,
  };
}
