/**
 * The terminal as a place to talk: files a sentence, shows the plan, asks, draws the progress in
 * place and names the address. It speaks through the same messages and cards as every channel.
 */
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { transaction } from '../../db/client.ts';
import { listMessages } from '../../db/message.ts';
import { localWorkspaceId } from '../../db/workspace.ts';
import type { SignalHub } from '../../engine/signal.ts';
import { sentenceOf } from '../../errors.ts';
import type { Bot } from '../bot.ts';
import type { Card } from '../card.ts';
import { click } from '../click.ts';
import { type MessageView, toMessageView } from '../message.ts';
import { receive } from '../receive.ts';
import { bar } from '../words.ts';
import { cardToLines, choicesOf, clean, type Look, promptOf } from './render.ts';
import { createScreen } from './screen.ts';

type Program = { address: string; bot: Bot; hub: SignalHub };
type Request = { sentence: string; yes: boolean; exit: boolean };

/** Resolves to whether the task was delivered; without `exit` the conversation goes on until the program ends. */
export async function runTerminal(program: Program, request: Request): Promise<boolean> {
  const { bot, hub } = program;
  const conversation = `terminal-${randomBytes(5).toString('hex')}`;
  const actor = { workspaceId: localWorkspaceId, id: 'you' };
  const look: Look = {
    width: Math.min(process.stdout.columns || 80, 100),
    colors: process.stdout.isTTY === true,
  };
  const screen = createScreen(process.stdout, look);
  const shown = new Map<string, number>();
  let waiting: Card | undefined;
  let hasPlan = false;
  let isInputOver = false;
  // What was typed or piped before the first answer belongs to that answer.
  const early: string[] = [];
  let finish: (delivered: boolean) => void = () => {};
  const delivered = new Promise<boolean>((resolve) => {
    finish = resolve;
  });

  const say = async (text: string) => {
    try {
      await receive(bot, { ...actor, channel: 'terminal', conversation, author: actor.id, text });
    } catch (error) {
      screen.print([sentenceOf(error)]);
      if (request.exit) finish(false);
    }
  };
  const press = async (id: string) => {
    const { outcome, message } = await click(bot, actor, id, {});
    if (outcome !== 'done') screen.print([message]);
  };
  const answer = (typed: string) => {
    // A button can be typed by its name; what asks for words first is written in the conversation.
    const button = waiting?.actions.find(
      (action) =>
        action.label.toLowerCase() === typed.toLowerCase() && !action.input && !action.url,
    );
    const asked = waiting;
    waiting = undefined;
    if (button && asked?.kind !== 'question') return press(button.id);
    const choice = asked ? choicesOf(asked)[Number(typed) - 1] : undefined;
    const words = choice ?? (typed || (asked?.kind === 'plan' ? 'accept' : ''));
    if (words) return say(words);
    waiting = asked;
    return undefined;
  };
  const show = async (message: MessageView) => {
    if ((shown.get(message.id) ?? 0) >= message.version || message.author !== 'factotum') return;
    const isUpdate = shown.has(message.id);
    // The answer to "Undo it" comes on the same card, as does a text after a change.
    const isNews =
      !isUpdate ||
      (message.card?.kind === 'undo' && message.card.notice !== undefined) ||
      message.card?.sections.some(({ file }) => file !== undefined);
    shown.set(message.id, message.version);
    const { card } = message;
    // An answer in words instead of a plan: there is nothing that could be delivered.
    if (request.exit && !hasPlan && (!card || card.kind === 'text')) finish(false);
    if (!card) return screen.print(clean(message.text).split('\n'));
    hasPlan ||= card.kind === 'plan';
    const lines = cardToLines(card, look, program.address);
    if (card.progress) screen.redraw(message.id, lines, summaryOf(card.progress));
    else if (isNews) screen.print(['', ...lines]);
    await react(card, !isNews);
  };
  const react = async (card: Card, isUpdate: boolean) => {
    const accept = card.actions.find((action) => action.label === 'Accept');
    if (card.kind === 'plan' && accept && request.yes) {
      await click(bot, actor, accept.id, {});
      return;
    }
    if (card.kind === 'delivery' && !isUpdate) {
      const link = card.actions.find((action) => action.url?.startsWith('/'));
      if (link) screen.print(['', `Open it: ${program.address}${link.url}`]);
      finish(true);
    }
    if (
      request.exit &&
      (card.note?.startsWith('Cancelled') ||
        (request.yes && (card.kind === 'question' || card.kind === 'error')))
    )
      finish(false);
    const prompt = promptOf(card);
    waiting = prompt ? card : card.kind === 'progress' ? undefined : waiting;
    if (prompt && !isUpdate) {
      choicesOf(card).forEach((choice, index) => {
        screen.print([`  ${index + 1}. ${clean(choice)}`]);
      });
      screen.ask(prompt);
      const typed = early.shift();
      if (typed !== undefined) answer(typed);
      // Asked, with nobody at the keyboard any more: the web chat can still answer, this command cannot.
      else if (isInputOver && request.exit) finish(false);
    }
  };

  // One after the other, in the order of the signals: a slow read must not overtake a newer one.
  let queue = Promise.resolve();
  const refresh = () => {
    queue = queue
      .then(async () => {
        const rows = await transaction(bot.engine.db, actor, (tx) =>
          listMessages(tx, conversation),
        );
        for (const row of rows) await show(toMessageView(row));
      })
      .catch((error) => bot.engine.log.error('terminal', error));
  };
  const unsubscribe = hub.subscribe((signal) => {
    if (signal.kind === 'message' && signal.conversation === conversation) refresh();
  });
  const input = createInterface({ input: process.stdin });
  input.on('line', (line) => {
    if (waiting || shown.size > 0) answer(line.trim());
    else early.push(line.trim());
  });
  input.on('close', () => {
    isInputOver = true;
    if (request.exit && !request.yes && waiting && early.length === 0) finish(false);
  });
  screen.print([`> ${clean(request.sentence)}`]);
  await say(request.sentence);
  const outcome = await delivered;
  if (request.exit) {
    unsubscribe();
    input.close();
  } else {
    screen.print(['', `Factotum goes on at ${program.address} (Ctrl-C stops it).`]);
  }
  return outcome;
}

/** One line for logs: the bar, the percent and what is being done. */
const summaryOf = ({ percent, label }: NonNullable<Card['progress']>) =>
  `${bar(percent)} ${percent}%  ${clean(label)}`;
