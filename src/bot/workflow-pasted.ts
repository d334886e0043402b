/** "Check it", "save it as …", "run it": about the workflow that was pasted last in the conversation. */
import { transaction } from '../db/client.ts';
import { listMessages, type Message } from '../db/message.ts';
import { readInputs } from '../engine/model/offline/workflow-input.ts';
import {
  type PastedIntent,
  readPastedIntent,
  readWorkflowIntent,
} from '../engine/model/offline/workflow-intent.ts';
import { saveWorkflows } from '../engine/workflow-save.ts';
import { startWorkflow } from '../engine/workflow-start.ts';
import { isSound, lookHere, readText, renamed } from '../engine/workflow-text.ts';
import { text } from './answer.ts';
import { reply } from './deliver.ts';
import { say, settle, type Turn } from './turn.ts';
import { clip } from './words.ts';
import { pastedCard, problemsCard, savedText } from './workflow-card.ts';

/** So far back a workflow counts as the one that was just pasted. */
const mostLooked = 50;

/** `name`: what it was saved as since. */
type Pasted = { message: Message; text: string; name: string | undefined };

/** @returns whether something that was pasted is meant; a task that came after it is what "it" means otherwise */
export async function handlePasted(turn: Turn): Promise<boolean> {
  const intent = readPastedIntent(turn.message.text);
  const pasted = intent && (await lastPasted(turn));
  if (!pasted || turn.open.some(({ createdAt }) => createdAt > pasted.message.createdAt))
    return false;
  const { engine } = turn.bot;
  const wanted = (intent.kind === 'save' ? intent.name : undefined) ?? pasted.name;
  const words = wanted === undefined ? pasted.text : renamed(pasted.text, wanted);
  const here = await transaction(engine.db, turn.actor, (tx) => lookHere(tx, engine));
  const read = readText(words, here);
  if (!isSound(read.problems) || read.workflows.length === 0) await say(turn, problemsCard(read));
  else if (intent.kind === 'check') await say(turn, pastedCard(read, pasted.message.id));
  else if (intent.kind === 'save') await save(turn, words);
  else if (read.workflows.length > 1) {
    const names = read.workflows.map(({ name }) => `“${name}”`).join(', ');
    await say(
      turn,
      text(
        `There are several in that text: ${names}. Say “save it”, then “run …” with the name of one.`,
      ),
    );
  } else await run(turn, words, intent);
  return true;
}

async function lastPasted({ bot, actor, message }: Turn): Promise<Pasted | undefined> {
  const said = await transaction(bot.engine.db, actor, (tx) =>
    listMessages(tx, message.conversation, { limit: mostLooked }),
  );
  const before = said.filter(
    (one) =>
      one.id !== message.id &&
      one.channel === message.channel &&
      one.createdAt <= message.createdAt,
  );
  let name: string | undefined;
  for (const one of before.reverse()) {
    const intent = one.author === 'factotum' ? undefined : readWorkflowIntent(one.text);
    if (intent?.kind === 'paste') return { message: one, text: intent.text, name };
    const later = readPastedIntent(one.text);
    if (later?.kind === 'save') name ??= later.name;
  }
  return undefined;
}

async function save(turn: Turn, words: string): Promise<void> {
  await settle(turn, async (tx) => {
    const saved = await saveWorkflows(tx, turn.bot.engine, turn.actor, words, turn.message);
    const told = saved.map(({ row }) => savedText(row)).join(' ');
    await reply(tx, turn.message, `reply:${turn.message.id}`, text(told));
  });
}

/** What runs is a version that is saved: that it is one from here on stands in the plan. */
async function run(
  turn: Turn,
  words: string,
  { rest: given }: Extract<PastedIntent, { kind: 'run' }>,
): Promise<void> {
  const { engine } = turn.bot;
  const { channel, conversation, text: description } = turn.message;
  await settle(turn, async (tx) => {
    const [saved] = await saveWorkflows(tx, engine, turn.actor, words, turn.message);
    if (!saved) return;
    const workflow = saved.row;
    const { values, unknown, rest } = readInputs(
      given,
      workflow.inputs.map(({ name }) => name),
    );
    const inputs = { ...Object.fromEntries(unknown.map((name) => [name, null])), ...values };
    const unused = unknown.length > 0 || rest === '' ? undefined : clip(rest, 200);
    await startWorkflow(tx, engine, turn.actor, {
      ...{ workflow, inputs, channel, conversation, description, unused },
    });
  });
}
