/** Workflows in conversation: shown, pasted and saved, taken from templates, deleted. */
import type { Action } from '../db/card.ts';
import { transaction } from '../db/client.ts';
import { findMessage } from '../db/message.ts';
import type { Tx } from '../db/tx.ts';
import { findWorkflow, listWorkflows, type WorkflowRow } from '../db/workflow.ts';
import { adoptAgents } from '../engine/agent/agent.ts';
import type { Actor } from '../engine/context.ts';
import { findByWords, readWorkflowIntent } from '../engine/model/offline/workflow-intent.ts';
import { listTemplates } from '../engine/template.ts';
import { removeWorkflow, saveWorkflows } from '../engine/workflow-save.ts';
import { isSound, lookHere, readText } from '../engine/workflow-text.ts';
import { conflict } from '../errors.ts';
import type { Bot } from './bot.ts';
import type { CardDraft } from './card.ts';
import { amend, reply } from './deliver.ts';
import { say, settle, type Turn } from './turn.ts';
import { clip } from './words.ts';
import {
  pastedCard,
  problemsCard,
  savedText,
  templatesCard,
  workflowCard,
  workflowsCard,
} from './workflow-card.ts';
import { runWorkflow } from './workflow-run.ts';

/** @returns whether the message was about workflows */
export async function orchestrate(turn: Turn): Promise<boolean> {
  const intent = readWorkflowIntent(turn.message.text);
  switch (intent?.kind) {
    case undefined:
      return false;
    case 'list':
      await say(turn, workflowsCard(await inside(turn, listWorkflows)));
      return true;
    case 'templates':
      await say(turn, templatesCard(await listTemplates()));
      return true;
    case 'paste':
      await paste(turn, intent.text);
      return true;
    case 'use':
      await useTemplate(turn, intent.name);
      return true;
    case 'run':
      return runWorkflow(turn, intent);
    case 'show':
    case 'delete': {
      // "Remove the repair workflow" may mean a part of an app, too.
      const row = await inside(turn, (tx) => findWorkflow(tx, intent.name));
      if (!row) return false;
      await (intent.kind === 'show' ? say(turn, workflowCard(row)) : remove(turn, row));
      return true;
    }
  }
}

const inside = <T>(turn: Turn, work: (tx: Tx) => Promise<T>) =>
  transaction(turn.bot.engine.db, turn.actor, work);

/** Does `work` and answers with what comes of it, in one transaction. */
const settleSaying = (turn: Turn, work: (tx: Tx) => Promise<CardDraft>) =>
  settle(turn, async (tx) => reply(tx, turn.message, `reply:${turn.message.id}`, await work(tx)));

async function paste(turn: Turn, words: string): Promise<void> {
  const here = await inside(turn, (tx) => lookHere(tx, turn.bot.engine));
  const read = readText(words, here);
  const isFine = isSound(read.problems) && read.workflows.length > 0;
  await say(turn, isFine ? pastedCard(read, turn.message.id) : problemsCard(read));
}

/** The button of that card: what the message said is saved by whoever presses it. */
export async function savePasted(bot: Bot, actor: Actor, action: Action): Promise<string> {
  const { message: id } = action.subject as { message?: unknown };
  return transaction(bot.engine.db, actor, async (tx) => {
    const message = typeof id === 'string' ? await findMessage(tx, id) : undefined;
    const intent = message && readWorkflowIntent(message.text);
    if (intent?.kind !== 'paste')
      throw conflict('That text cannot be read any more. Send it to me once more.');
    const saved = await saveWorkflows(tx, bot.engine, actor, intent.text, message);
    const note = saved.map(({ row }) => savedText(row)).join(' ');
    const close = (draft: CardDraft): CardDraft => ({ ...draft, actions: [], note });
    await amend(tx, action.cardId, close, bot.engine.now());
    return note;
  });
}

async function useTemplate(turn: Turn, words: string): Promise<void> {
  const templates = await listTemplates();
  const found = findByWords(words, templates);
  const [template] = found;
  if (!template || found.length > 1) {
    const lead = template
      ? 'Which template do you mean?'
      : `There is no template “${clip(words, 60)}”. There are these:`;
    const card = templatesCard(template ? found : templates);
    return say(turn, { ...card, title: lead, text: `${lead}\n${card.text}` });
  }
  await settleSaying(turn, async (tx) => {
    const [saved] = await saveWorkflows(
      tx,
      turn.bot.engine,
      turn.actor,
      template.text,
      turn.message,
    );
    if (!saved) throw conflict('The template has no workflow in it.');
    const missing = await adoptAgents(tx, turn.actor, template.agents);
    const lacks =
      missing.length > 0
        ? ` Whoever looks after the workspace still has to add the agents that it asks: ${missing.join(', ')}.`
        : '';
    return { ...workflowCard(saved.row), note: `${savedText(saved.row)}${lacks}` };
  });
}

async function remove(turn: Turn, { name }: WorkflowRow): Promise<void> {
  await settleSaying(turn, async (tx) => {
    const { row, versions } = await removeWorkflow(tx, name, turn.bot.engine.now());
    const count = versions === 1 ? 'one version' : `${versions} versions`;
    const title = `“${row.name}” is deleted (${count})`;
    const card = workflowCard(row);
    return {
      ...{ ...card, title, text: `${title}\n${card.text}` },
      note: 'What runs goes on. Send me its text to have it again.',
    };
  });
}
