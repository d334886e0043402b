/** Steering by phrase: "continue my CRM task", "cancel", "how's it going?". */
import { findTaskOfThread } from '../db/card.ts';
import { transaction } from '../db/client.ts';
import { sumReservations } from '../db/reservation.ts';
import { findTask, listTasks, type Task, type TaskStatus } from '../db/task.ts';
import type { Tx } from '../db/tx.ts';
import type { Intent } from '../engine/model/offline/intent.ts';
import { performVerb, type TaskVerb, type VerbInput } from '../engine/verb.ts';
import { loadView } from '../engine/view.ts';
import { statusAnswer, text } from './answer.ts';
import type { ActionDraft, CardDraft } from './card.ts';
import { taskCostAnswer } from './cost-answer.ts';
import { readDetails } from './details.ts';
import { findCounted, findReferred } from './reference.ts';
import { say, type Turn } from './turn.ts';

const steering = [
  'accept',
  'supervised',
  'rehearse',
  'cancel',
  'complete',
  'pause',
  'resume',
  'retry',
  'skip',
  'skip_anyway',
  'add_budget',
  'finish_cheaper',
  'stop_and_deliver',
  'confirm',
  'approve',
  'reject',
  'status',
  'logs',
  'cost',
  'start_over',
  'undo',
] as const;
type Steering = (typeof steering)[number];

/** The verb of an intent that steers or asks about a task; undefined for the other intents. */
export const steeringOf = (intent: Intent): Steering | undefined =>
  steering.find((verb) => verb === intent.kind);

export async function steer(turn: Turn, verb: Steering): Promise<void> {
  const { db } = turn.bot.engine;
  const tasks = await transaction(db, turn.actor, (tx) => tasksHere(tx, turn.message));
  // Where each request begins a conversation, “continue” in a new one means a task of another one.
  const isNew = tasks.length === 0 && turn.mine.requestedBy !== undefined;
  const everywhere =
    turn.intent.reference || isNew
      ? await transaction(db, turn.actor, (tx) => listTasks(tx, turn.mine))
      : [];
  const here = findReferred(candidates(tasks, verb), turn.intent.reference);
  // A number is the one in the list of tasks, which has all of them.
  const counted = findCounted(everywhere, turn.intent.reference);
  const referred =
    counted ??
    (here.kind === 'none'
      ? findReferred(candidates(everywhere, verb), turn.intent.reference)
      : here);
  if (referred.kind === 'none') return say(turn, text(nothingTo(verb, turn.intent.reference)));
  if (referred.kind === 'many')
    return say(turn, whichOne(referred.tasks, verb, turn.context.timezone));
  return carryOut(turn, verb, referred.task);
}

/** Those of the conversation; below a copy of a card, in a thread of its own, the card's. */
async function tasksHere(tx: Tx, { channel, conversation }: Turn['message']): Promise<Task[]> {
  const tasks = await listTasks(tx, { conversation });
  if (tasks.length > 0) return tasks;
  const taskId = await findTaskOfThread(tx, channel, conversation);
  const task = taskId && (await findTask(tx, taskId));
  return task ? [task] : [];
}

/** Of several tasks only those that the verb can mean; a status question may mean any. */
function candidates(tasks: Task[], verb: Steering): Task[] {
  const fitting: Partial<Record<Steering, (task: Task) => boolean>> = {
    accept: (task) => task.status === 'ready',
    supervised: (task) => task.status === 'ready',
    rehearse: (task) => task.status === 'ready',
    approve: (task) => task.status === 'approval_pending' || task.status === 'ready',
    reject: (task) => task.status === 'approval_pending' || task.status === 'ready',
    resume: (task) => task.status === 'paused',
    pause: (task) => ['queued', 'running', 'approval_pending', 'blocked'].includes(task.status),
    retry: hasFailed,
    skip: hasFailed,
    skip_anyway: hasFailed,
    add_budget: isOutOfBudget,
    finish_cheaper: isOutOfBudget,
    stop_and_deliver: isOutOfBudget,
    confirm: hasFailed,
    complete: isSomebodys,
    undo: (task) => task.status === 'completed' && !task.undoneAt,
  };
  const fits = fitting[verb];
  const found = fits ? tasks.filter(fits) : tasks;
  return found.length > 0 ? found : tasks;
}

/** What a person does, and nothing here: a task that is only tracked, or one whose step waits for them. */
const isSomebodys = ({ status, planVersion, blockedKind }: Task) =>
  planVersion === 0
    ? ['draft', 'queued', 'running', 'blocked'].includes(status) && blockedKind !== 'clarification'
    : status === 'blocked' && blockedKind === 'human_action';

const isOutOfBudget = (task: Task) => task.status === 'blocked' && task.blockedKind === 'budget';
const hasFailed = (task: Task) => task.status === 'blocked' && task.blockedKind === 'error';

/** Where a verb leads: there already, a repetition of the message has nothing left to do but answer. */
const reached: Partial<Record<Steering, TaskStatus[]>> = {
  accept: ['queued', 'running', 'completed'],
  supervised: ['queued', 'running', 'completed'],
  cancel: ['cancelled'],
  complete: ['completed'],
  pause: ['paused'],
  resume: ['running', 'completed'],
};

/** What each phrase does to the task. */
const verbOf: Record<
  Exclude<Steering, 'status' | 'logs' | 'cost'>,
  (task: Task) => [verb: TaskVerb, input?: VerbInput]
> = {
  accept: (task) => ['accept', { version: task.planVersion }],
  supervised: (task) => ['accept', { version: task.planVersion, mode: 'supervised' }],
  rehearse: (task) => ['accept', { version: task.planVersion, mode: 'dry_run' }],
  // Of a plan that waits, "approve" and "reject" mean the plan.
  approve: (task) => (task.status === 'ready' ? ['accept', {}] : ['approve']),
  reject: (task) => (task.status === 'ready' ? ['cancel'] : ['reject']),
  cancel: () => ['cancel'],
  complete: (task) => [task.planVersion === 0 ? 'complete' : 'finish_step'],
  pause: () => ['pause'],
  resume: () => ['resume'],
  retry: () => ['retry'],
  skip: () => ['skip'],
  skip_anyway: () => ['skip', { confirmed: true }],
  add_budget: () => ['add_budget'],
  finish_cheaper: () => ['finish_cheaper'],
  stop_and_deliver: () => ['stop_and_deliver'],
  confirm: () => ['confirm'],
  start_over: () => ['start_over'],
  undo: () => ['undo'],
};

async function carryOut(turn: Turn, verb: Steering, task: Task): Promise<void> {
  const { engine } = turn.bot;
  if (verb === 'cost') return say(turn, await costOf(turn, task));
  if (verb === 'status' || verb === 'logs') return say(turn, await answerAbout(turn, verb, task));
  if (reached[verb]?.includes(task.status)) return say(turn, text(reachedText(verb, task)));
  const [name, input] = verbOf[verb](task);
  const { message } = await performVerb(engine, turn.actor, task.id, name, input);
  return say(turn, text(message));
}

/** The same as the first time, so that a repetition of the message is not answered with an error. */
function reachedText(verb: Steering, { title, status }: Task): string {
  if (verb === 'cancel') return `Cancelled ${title}.`;
  if (verb === 'pause') return `Pausing ${title}. Say “continue” to go on.`;
  if (status === 'completed') return `${title} is complete already.`;
  return verb === 'resume' ? `Going on with ${title}.` : `Accepted. I am starting on ${title}.`;
}

const costOf = (turn: Turn, task: Task): Promise<CardDraft> =>
  transaction(turn.bot.engine.db, turn.actor, async (tx) =>
    taskCostAnswer(task, await sumReservations(tx, { taskId: task.id })),
  );

async function answerAbout(turn: Turn, verb: 'status' | 'logs', task: Task): Promise<CardDraft> {
  const { engine } = turn.bot;
  return transaction(engine.db, turn.actor, async (tx): Promise<CardDraft> => {
    const view = await loadView(tx, task.id, engine.now(), engine.tools);
    if (!view) return text('There is no such task.');
    return verb === 'status'
      ? statusAnswer(view)
      : await readDetails(tx, view, turn.context.timezone);
  });
}

function nothingTo(verb: Steering, reference: string | undefined): string {
  if (reference) return `I know of no task called “${reference}”. Say “list my tasks” to see them.`;
  const what: Partial<Record<Steering, string>> = {
    accept: 'There is no plan waiting for you.',
    cancel: 'There is nothing to cancel.',
    complete: 'There is nothing that waits for you to be done.',
    pause: 'Nothing is running.',
    approve: 'Nothing waits for your approval.',
    reject: 'Nothing waits for your approval.',
    resume: 'Nothing is paused.',
    undo: 'Nothing was delivered that could be undone.',
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
    supervised: 'accept step by step',
    rehearse: 'dry run',
    skip_anyway: 'skip',
    add_budget: 'add to the budget of',
    finish_cheaper: 'finish cheaper with',
    stop_and_deliver: 'stop and deliver',
    confirm: 'it happened with',
    approve: 'approve',
    reject: 'reject',
    cancel: 'cancel',
    complete: 'finish',
    pause: 'pause',
    resume: 'continue',
    retry: 'retry',
    skip: 'skip',
    status: 'status of',
    logs: 'show logs for',
    cost: 'the cost of',
    start_over: 'start over',
    undo: 'undo',
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
