/** A pressed button. It carries an opaque id; what it means is looked up, and a decision counts once. */
import { type Action, consumeAction, findCard, lockAction } from '../db/card.ts';
import { transaction } from '../db/client.ts';
import { findTask, type Task } from '../db/task.ts';
import { getWorkspace } from '../db/workspace.ts';
import type { Actor } from '../engine/context.ts';
import { isOver } from '../engine/steer.ts';
import { performVerb, type VerbInput } from '../engine/verb.ts';
import { loadView } from '../engine/view.ts';
import { conflict, FactotumError, invalid, sentenceOf } from '../errors.ts';
import { text } from './answer.ts';
import type { Bot } from './bot.ts';
import type { CardDraft, Verb } from './card.ts';
import { reply } from './deliver.ts';
import { readDetails } from './details.ts';
import { editDraft, sendDraft } from './draft.ts';
import { makeTasks, refuseTasks } from './found-task.ts';
import { forgetMemories } from './memory.ts';
import { receive } from './receive.ts';
import { savePasted } from './workflow.ts';

export type ClickOutcome = { outcome: 'done' | 'stale' | 'forbidden'; message: string };
export type ClickInput = { text?: string | undefined };

const unknown: ClickOutcome = {
  outcome: 'stale',
  message: 'This button is not known here. Look at the newest card.',
};

/** Never throws for what a person can do; a late, repeated or foreign click changes nothing and says why. */
export async function click(
  bot: Bot,
  actor: Actor,
  actionId: string,
  given: ClickInput,
): Promise<ClickOutcome> {
  if (!/^act_[0-9a-z]+$/.test(actionId)) return unknown;
  // Postgres text cannot hold the null character; nothing a person means is lost with it.
  const input = { text: given.text?.replaceAll('\0', '') };
  const found = await transaction(bot.engine.db, actor, async (tx) => {
    const action = await lockAction(tx, actionId);
    return { action, task: action?.taskId ? await findTask(tx, action.taskId) : undefined };
  });
  const { action, task } = found;
  if (!action) return unknown;
  if (action.consumedAt)
    return {
      outcome: 'stale',
      message: `This was already decided${action.consumedBy ? ` by ${action.consumedBy}` : ''}.`,
    };
  if (action.closedAt) return { outcome: 'stale', message: staleMessage(task) };
  try {
    const message = await carryOut(bot, actor, action, task, input);
    if (!action.repeatable)
      await transaction(bot.engine.db, actor, (tx) => consumeAction(tx, action.id, actor.id));
    return { outcome: 'done', message };
  } catch (error) {
    if (!(error instanceof FactotumError)) throw error;
    if (error.code === 'FORBIDDEN') return { outcome: 'forbidden', message: sentenceOf(error) };
    if (error.code === 'CONFLICT' || error.code === 'NOT_FOUND')
      return { outcome: 'stale', message: sentenceOf(error) };
    throw error;
  }
}

function staleMessage(task: Task | undefined): string {
  if (!task) return 'This button is no longer valid.';
  if (task.status === 'ready')
    return `The plan changed. The newest is version ${task.planVersion}.`;
  return `${task.title} has moved on: it is ${task.status.replace('_', ' ')} now.`;
}

async function carryOut(
  bot: Bot,
  actor: Actor,
  action: Action,
  task: Task | undefined,
  input: ClickInput,
): Promise<string> {
  const { engine } = bot;
  // Written by keepActions from the card's own draft.
  const subject = action.subject as Record<string, string | number> & VerbInput;
  const taskId = action.taskId ?? '';
  const verb = action.verb as Verb;
  switch (verb) {
    case 'accept':
    case 'cancel':
    case 'pause':
    case 'resume':
    case 'retry':
    case 'add_budget':
    case 'finish_cheaper':
    case 'stop_and_deliver':
    case 'confirm':
    case 'approve':
    case 'reject':
    case 'ask_again':
    case 'finish_step':
    case 'start_over':
    case 'undo':
    case 'undo_confirm':
    case 'undo_keep':
    case 'execute':
    case 'complete':
      return (await performVerb(engine, actor, taskId, verb, { ...subject, text: input.text }))
        .message;
    case 'skip':
      return skip(bot, actor, action, taskId, subject);
    case 'modify':
      return modify(bot, actor, task, input);
    case 'say':
      await speak(bot, actor, action, subject);
      return 'Sent.';
    case 'edit_draft':
      return editDraft(bot, actor, taskId, subject, input.text);
    case 'send_draft': {
      const place = await placeOf(bot, actor, action);
      const to = input.text?.trim();
      if (!to) throw invalid('Say where to: here, or a conversation such as web:shop.');
      const version = typeof subject.version === 'number' ? subject.version : undefined;
      return post(bot, actor, action, await sendDraft(bot, actor, taskId, { to, version }, place));
    }
    case 'make_tasks':
      return makeTasks(bot, actor, action, await placeOf(bot, actor, action));
    case 'not_tasks':
      return refuseTasks(bot, actor, action);
    case 'save_workflow':
      return savePasted(bot, actor, action);
    case 'forget_memory':
      return forgetMemories(bot, actor, action);
    case 'another':
      return post(
        bot,
        actor,
        action,
        text(
          `What should the next ${task?.shortName ?? 'app'} be for? Describe it, for example: “Create a ${task?.shortName ?? 'CRM'} for my bakery”.`,
        ),
      );
    case 'details':
      return details(bot, actor, action, taskId);
    case 'open_app':
      return 'Open the address on the button.';
  }
}

/** On a step of high priority the person is told first what is lost (R4). */
async function skip(
  bot: Bot,
  actor: Actor,
  action: Action,
  taskId: string,
  subject: VerbInput,
): Promise<string> {
  const asks = action.subject as { ask?: string };
  if (asks.ask === undefined)
    return (await performVerb(bot.engine, actor, taskId, 'skip', subject)).message;
  const words: string = asks.ask;
  return post(
    bot,
    actor,
    action,
    {
      kind: 'question',
      title: 'Skip it anyway?',
      text: words,
      sections: [{ title: words, items: [] }],
      actions: [
        { verb: 'skip', label: 'Skip anyway', style: 'danger', subject: { confirmed: true } },
      ],
    },
    taskId,
  );
}

/** The change goes through the conversation like a typed one: it is seen, stored and read once. */
async function modify(
  bot: Bot,
  actor: Actor,
  task: Task | undefined,
  input: ClickInput,
): Promise<string> {
  const change = input.text?.trim();
  if (!task || !change)
    return 'Write what is to be different, for example “add a notes field to customers”.';
  // Said in the conversation now, it would be taken for something new.
  if (isOver(task)) throw conflict(staleMessage(task));
  await receive(bot, {
    ...actor,
    channel: task.channel,
    conversation: task.conversation,
    author: actor.id,
    text: change,
  });
  return 'Changing the plan.';
}

async function placeOf(bot: Bot, actor: Actor, action: Action) {
  return transaction(bot.engine.db, actor, async (tx) => {
    const card = await findCard(tx, action.cardId);
    if (!card) throw new FactotumError('NOT_FOUND', 'The card of this button is gone.');
    return {
      workspaceId: actor.workspaceId,
      channel: card.channel,
      conversation: card.conversation,
    };
  });
}

async function speak(
  bot: Bot,
  actor: Actor,
  action: Action,
  { text: words, conversation }: Record<string, unknown>,
): Promise<void> {
  const place = await placeOf(bot, actor, action);
  await receive(bot, {
    ...place,
    // What was said elsewhere is taken up there.
    ...(typeof conversation === 'string' ? { conversation } : {}),
    author: actor.id,
    text: String(words),
    externalId: action.id,
  });
}

async function post(
  bot: Bot,
  actor: Actor,
  action: Action,
  draft: Parameters<typeof reply>[3],
  taskId: string | null = null,
): Promise<string> {
  const place = await placeOf(bot, actor, action);
  await transaction(bot.engine.db, actor, (tx) =>
    reply(tx, place, `click:${action.id}:${bot.engine.now().getTime()}`, draft, taskId),
  );
  return 'See the conversation.';
}

async function details(bot: Bot, actor: Actor, action: Action, taskId: string): Promise<string> {
  return post(bot, actor, action, await detailsOf(bot, actor, taskId));
}

/** The steps of a task and what happened when. */
export function detailsOf(bot: Bot, actor: Actor, taskId: string): Promise<CardDraft> {
  return transaction(bot.engine.db, actor, async (tx) => {
    const view = await loadView(tx, taskId, bot.engine.now(), bot.engine.tools);
    const { timezone } = await getWorkspace(tx, actor.workspaceId);
    return view ? readDetails(tx, view, timezone) : text('There is no such task.');
  });
}
