/** From a description to a plan: a new task, an answer to a question, or a change of a proposed plan. */
import { transaction } from '../db/client.ts';
import { listEvents } from '../db/event.ts';
import { markHandled, takeMessage } from '../db/message.ts';
import { unitDurations } from '../db/step.ts';
import { lockTask, type Task } from '../db/task.ts';
import type { Tx } from '../db/tx.ts';
import { type Changed, changePlan, isChangeable } from '../engine/change.ts';
import type { Question, Understanding } from '../engine/model/model.ts';
import { isPasted } from '../engine/model/offline/extract/pasted.ts';
import { isForeign } from '../engine/model/offline/language.ts';
import { planApp } from '../engine/plan-app.ts';
import { recordSpent } from '../engine/spent.ts';
import { askQuestion, createTask, proposePlan, reopenPlanning } from '../engine/task.ts';
import { performVerb } from '../engine/verb.ts';
import { conflict } from '../errors.ts';
import { helpAnswer, text } from './answer.ts';
import { askedBefore, askOnce, notUnderstood } from './ask-once.ts';
import { offerFound } from './found.ts';
import { questionCard } from './stop-card.ts';
import { say, settle, type Turn } from './turn.ts';
import { undertake } from './undertake.ts';
import { clip } from './words.ts';
import { answerInputs } from './workflow-run.ts';

export async function describe(turn: Turn): Promise<void> {
  const { message, intent, open } = turn;
  const asked = open.find(
    (task) => task.status === 'blocked' && task.blockedKind === 'clarification',
  );
  const proposed = open.find((task) => task.status === 'ready');
  // What was written elsewhere is no wish for an app, no answer, and no change of a plan.
  if (isPasted(message.text)) {
    if (await offerFound(turn, 1)) return;
    if (!asked) return say(turn, text(nothingPasted));
  }
  // Whatever comes after a question is its answer, also when it is a whole new description.
  if (asked) return asked.workflowId ? answerInputs(turn, asked) : answerQuestion(turn, asked);
  if (proposed && intent.kind !== 'new_task') return changeProposed(turn, proposed);
  const running = open.filter((task) => isChangeable(task));
  if (running[0] && running.length === 1 && intent.kind !== 'new_task') {
    if (await changeRunning(turn, running[0])) return;
  }
  if (intent.kind !== 'new_task' && (await undertake(turn))) return;
  const { model } = turn.bot.engine;
  const found = await model.understand(message.text, turn.context);
  const isNone = found.kind === 'question' || isOnlyGuessed(turn, found);
  if (intent.kind !== 'new_task' && (await offerFound(turn, isNone ? 1 : 2, true))) return;
  if (found.kind === 'app' && isNone) return say(turn, questionCard(notDescribed, false));
  if (found.kind === 'question' && intent.kind !== 'new_task') {
    // An answer in words belongs to what was asked about: both together may be a description.
    const before = await askedBefore(turn);
    if (!before) return say(turn, questionCard(found, false));
    const together = `${before.text}\n${message.text}`;
    const whole = await model.understand(together, turn.context);
    return whole.kind === 'app' ? newTask(turn, together, whole) : say(turn, text(whatICan()));
  }
  return newTask(turn, message.text, found);
}

/**
 * A sentence that somebody says, of which nothing but a word of some trade was understood: "my dentist is on leave"
 * describes no app.
 */
function isOnlyGuessed({ message, intent }: Turn, { understood }: Understanding): boolean {
  return (
    intent.kind !== 'new_task' &&
    !isForeign(message.text) &&
    (asking.test(message.text) || (understood.length === 0 && speaking.test(message.text)))
  );
}

/** A question is none either, whatever it names. */
const asking =
  /^(?:is|are|does|do|did|was|were|has|have|what|how|who|when|where|why|which)\b[^.!\n]*\?\s*$/i;
const speaking =
  /\b(?:i|i'm|me|my|mine|you|your|he|she|we|us|they|is|are|was|were|am|how|when|where|who|why)\b|['’]s\b/i;

const notDescribed: Question = {
  kind: 'question',
  text: 'I am not sure that you want something made. Say “create an app for …” with what it is to keep, “remind me to …”, or “help”.',
  suggestions: [],
};

const whatICan = () => `${notUnderstood}, and I will not ask again. ${helpAnswer().text}`;
const whatChanges =
  'I still do not understand what is to be different, so the plan stays as it is. You can say “accept”, “cancel”, or a change such as “add a notes field to customers”, “drop sales”, “rename products to articles”.';

const nothingPasted =
  'I read that as notes or a thread, and found nothing in it that somebody is to do. If you want something made of it, say so first, for example “create an app for this: …”.';

async function newTask(
  turn: Turn,
  description: string,
  found: Understanding | Question,
): Promise<void> {
  const { engine } = turn.bot;
  const { channel, conversation } = turn.message;
  await settle(turn, async (tx) => {
    const named =
      found.kind === 'app'
        ? { title: found.spec.name, shortName: found.shortName }
        : { title: clip(description, 80), shortName: 'app' };
    const request = {
      channel,
      conversation,
      description,
      ...named,
    };
    const task = await createTask(tx, engine, turn.actor, request);
    await recordSpent(tx, task.id, turn.spent);
    if (found.kind === 'question') await askQuestion(tx, engine, task, found);
    else await propose(tx, turn, task, found);
  });
}

async function propose(tx: Tx, turn: Turn, task: Task, found: Understanding): Promise<void> {
  const { engine } = turn.bot;
  const plan = planApp(found.spec, found, engine.tools, await unitDurations(tx));
  await proposePlan(tx, engine, task, plan, [], { shortName: found.shortName });
}

/** The answer may stand alone ("a CRM for a bakery") or only make sense after what was said before. */
async function answerQuestion(turn: Turn, task: Task): Promise<void> {
  const { engine } = turn.bot;
  const alone = await engine.model.understand(turn.message.text, turn.context);
  const together = `${task.description}\n${turn.message.text}`;
  const read = alone.kind === 'app' ? alone : await engine.model.understand(together, turn.context);
  const asked = await transaction(engine.db, turn.actor, (tx) => listEvents(tx, task.id));
  const isAgain = asked.filter(({ event }) => event === 'ask').length >= mostAsked;
  const found = read.kind === 'question' && isAgain ? await guess(turn) : read;
  if (!found) return giveUp(turn, task);
  await settle(turn, async (tx) => {
    const current = await lockTask(tx, task.id);
    if (current?.status !== 'blocked') throw conflict('That question was already answered.');
    await recordSpent(tx, current.id, turn.spent);
    const replanned = await reopenPlanning(tx, engine, turn.actor, current, {
      description: together,
      question: null,
    });
    if (found.kind === 'question') await askQuestion(tx, engine, replanned, found);
    else await propose(tx, turn, replanned, found);
  });
}

/** After so many questions it is not asked again. */
const mostAsked = 2;

/** What was answered last, taken as the thing to keep track of, if that is anything; the plan says that it is a guess. */
async function guess({ bot, message, context }: Turn): Promise<Understanding | undefined> {
  const found = await bot.engine.model.understand(`Keep track of ${message.text}`, context);
  if (found.kind === 'question') return undefined;
  const words = clip(message.text.replace(/\s+/g, ' '), 80);
  const note = `You said “${words}” and no more, so I took it as the things to keep track of.`;
  return { ...found, guessed: [note, ...found.guessed] };
}

/** The question is taken back, and what can be said is said. */
async function giveUp(turn: Turn, task: Task): Promise<void> {
  await performVerb(turn.bot.engine, turn.actor, task.id, 'cancel');
  return say(
    turn,
    text(
      `I could not make a plan of that, so I leave it here; nothing was made. ${helpAnswer().text}`,
    ),
  );
}

/** A change in words makes the next plan version; a description of something else makes another task. */
async function changeProposed(turn: Turn, task: Task): Promise<void> {
  const revision = await change(turn, task);
  if (revision.kind === 'changed') return;
  const found = await turn.bot.engine.model.understand(turn.message.text, turn.context);
  const isOther =
    found.kind === 'app' &&
    found.confidence >= 0.6 &&
    !changing.test(turn.message.text) &&
    !isOnlyGuessed(turn, found);
  if (isOther) return newTask(turn, turn.message.text, found);
  // Notes that were pasted meanwhile are no change of the plan, nor is what has its own day.
  if (await offerFound(turn, 2, !changing.test(turn.message.text))) return;
  return askOnce(turn, revision, whatChanges);
}

/** Beside a plan, what begins like a change is one, understood or not: no other app is made of it. */
const changing =
  /^(?:(?:please|pls|now|also|and|ok|okay|can you|could you)[,]? )*(?:add|drop|remove|delete|rename|make|change|set|move|hide|skip|leave out|take out|put|replace|use|sort|require|link|connect|allow|let)\b/i;

/** While a task runs, only what is understood as a change of its plan is one. */
async function changeRunning(turn: Turn, task: Task): Promise<boolean> {
  return (await change(turn, task)).kind === 'changed';
}

/** The message is marked as handled in the transaction that proposes the new version. */
async function change(turn: Turn, task: Task): Promise<Changed> {
  const { message, actor, bot } = turn;
  return changePlan(bot.engine, actor, task.id, message.text, async (tx) => {
    if (!(await takeMessage(tx, message.id))) return false;
    await markHandled(tx, message.id);
    return true;
  });
}
