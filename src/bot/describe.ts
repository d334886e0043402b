/** From a description to a plan: a new task, an answer to a question, or a change of a proposed plan. */
import { AppSpec } from '../apps/spec.ts';
import { type Tx, transaction } from '../db/client.ts';
import { findPlan } from '../db/plan.ts';
import { unitDurations } from '../db/step.ts';
import { lockTask, type Task } from '../db/task.ts';
import type { Question, Revision, Understanding } from '../engine/model/model.ts';
import { planApp } from '../engine/plan-app.ts';
import { cancelTask } from '../engine/steer.ts';
import { askQuestion, createTask, proposePlan, reopenPlanning } from '../engine/task.ts';
import { readPlan } from '../engine/workflow/plan.ts';
import { conflict } from '../errors.ts';
import { text } from './answer.ts';
import { questionCard } from './stop-card.ts';
import { say, settle, type Turn } from './turn.ts';
import { clip } from './words.ts';

export async function describe(turn: Turn): Promise<void> {
  const { message, intent, open } = turn;
  const asked = open.find(
    (task) => task.status === 'blocked' && task.blockedKind === 'clarification',
  );
  const proposed = open.find((task) => task.status === 'ready');
  // Whatever comes after a question is its answer, also when it is a whole new description.
  if (asked) return answerQuestion(turn, asked);
  if (proposed && intent.kind !== 'new_task') return changePlan(turn, proposed);
  const found = await turn.bot.engine.model.understand(message.text, turn.context);
  if (found.kind === 'question' && intent.kind !== 'new_task')
    return say(turn, questionCard(found, false));
  return newTask(turn, message.text, found);
}

async function newTask(
  turn: Turn,
  description: string,
  found: Understanding | Question,
  restartedFromId?: string,
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
      ...(restartedFromId ? { restartedFromId } : {}),
    };
    const task = await createTask(tx, engine, turn.actor, request);
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
  const found =
    alone.kind === 'app' ? alone : await engine.model.understand(together, turn.context);
  await settle(turn, async (tx) => {
    const current = await lockTask(tx, task.id);
    if (current?.status !== 'blocked') throw conflict('That question was already answered.');
    const replanned = await reopenPlanning(tx, engine, turn.actor, current, {
      description: together,
      question: null,
    });
    if (found.kind === 'question') await askQuestion(tx, engine, replanned, found);
    else await propose(tx, turn, replanned, found);
  });
}

/** A change in words makes the next plan version; a description of something else makes another task. */
async function changePlan(turn: Turn, task: Task): Promise<void> {
  const revision = await reviseTask(turn, task, turn.message.text);
  if (revision.kind === 'revision') return;
  const found = await turn.bot.engine.model.understand(turn.message.text, turn.context);
  if (found.kind === 'app' && found.confidence >= 0.6)
    return newTask(turn, turn.message.text, found);
  return say(turn, questionCard(revision, false));
}

async function reviseTask(turn: Turn, task: Task, change: string): Promise<Revision | Question> {
  const { engine } = turn.bot;
  const row = await transaction(engine.db, turn.actor, (tx) => findPlan(tx, task.id));
  if (!row) throw conflict('There is no plan to change yet.');
  const before = readPlan(row);
  const revision = await engine.model.revise(AppSpec.parse(before.subject), change, turn.context);
  if (revision.kind === 'question') return revision;
  await settle(turn, async (tx) => {
    const current = await lockTask(tx, task.id);
    if (current?.status !== 'ready' || current.planVersion !== row.version)
      throw conflict('The plan has changed meanwhile. Look at the newest card.');
    const replanned = await reopenPlanning(tx, engine, turn.actor, current, {
      description: `${current.description}\n${change}`,
    });
    const certainty = {
      confidence: before.confidence,
      understood: [...before.understood, ...revision.changes],
      guessed: before.guessed,
    };
    const plan = planApp(revision.spec, certainty, engine.tools, await unitDurations(tx));
    await proposePlan(tx, engine, replanned, plan, revision.changes);
  });
  return revision;
}

/** "Cancel my CRM task and start over": a new task from the same words (F127, R3). */
export async function restart(turn: Turn, task: Task): Promise<void> {
  if (!['completed', 'failed', 'cancelled'].includes(task.status))
    await cancelTask(turn.bot.engine, turn.actor, task.id);
  const found = await turn.bot.engine.model.understand(task.description, turn.context);
  if (found.kind === 'question')
    return say(turn, text(`Cancelled ${task.title}. Describe it again and I will plan it anew.`));
  return newTask(turn, task.description, found, task.id);
}
