/** Texts that people ask for in chat: written at once, changed in words, sent where somebody says. */
import { findArtifact, findWriter } from '../db/artifact.ts';
import { transaction } from '../db/client.ts';
import { listMessages } from '../db/message.ts';
import { editArtifact, reviseArtifact, sendArtifact } from '../engine/artifact.ts';
import type { Actor } from '../engine/context.ts';
import { composeDraft, keepDraft } from '../engine/draft.ts';
import type { DraftWish } from '../engine/model/draft.ts';
import { fillsMark, isRedraft, mayFill } from '../engine/model/offline/write/change.ts';
import { readDraftWish } from '../engine/model/offline/write/wish.ts';
import { recordSpent } from '../engine/spent.ts';
import { createTask } from '../engine/task.ts';
import { conflict, invalid } from '../errors.ts';
import { text } from './answer.ts';
import type { Bot } from './bot.ts';
import type { CardDraft } from './card.ts';
import { mailLink } from './draft-card.ts';
import { questionCard } from './stop-card.ts';
import { say, settle, type Turn } from './turn.ts';
import { leave } from './undertake.ts';
import { clip } from './words.ts';

/** What is made of something that is there already. */
const fromSource: DraftWish['artifact'][] = ['summary', 'minutes', 'action_items', 'reply'];
const mostMessages = 200;

/** @returns whether the message wishes for a text; it is written then, or asked about */
export async function draft(turn: Turn): Promise<boolean> {
  const { message, bot, actor, spent } = turn;
  const said = readDraftWish(message.text);
  if (!said) return false;
  // "Translate it" is about the text that was drafted here, where one was.
  if (said.rework && said.source === '' && (await redraft(turn))) return true;
  const isMade = said.wantsSource || fromSource.includes(said.artifact);
  const { source, unseen } =
    said.source === '' && isMade
      ? await saidBefore(turn, said.wantsSource)
      : { source: said.source, unseen: undefined };
  const wish = { ...said, source };
  const written = await composeDraft(bot.engine, actor, wish, (one) => spent.push(one), actor.id);
  if (written.kind === 'question' && written.lacks) {
    await leave(turn, titleOf(wish));
    return true;
  }
  if (written.kind === 'question') {
    await say(turn, questionCard(written, false));
    return true;
  }
  const made = unseen
    ? { ...written, note: [written.note, unseen].filter(Boolean).join(' ') }
    : written;
  const { title, shortName } = made;
  const { channel, conversation } = message;
  await settle(turn, async (tx) => {
    const about = { channel, conversation, description: message.text, title, shortName };
    const task = await createTask(tx, bot.engine, actor, about);
    await recordSpent(tx, task.id, spent);
    await keepDraft(tx, bot.engine, actor, task, made, wish);
  });
  return true;
}

/** A task that is left undone is called as it was asked for. */
function titleOf({ lead, source }: DraftWish): string {
  const words = source.replace(/\s+/g, ' ').trim();
  return clip(lead.includes(words) ? lead : `${lead.replace(/[\s:]+$/, '')}: ${words}`, 120);
}

type Said = { author: string; name: string; text: string };
/** `unseen` is what people are to know of what could not be read. */
type Before = { source: string; unseen?: string | undefined };
type There = { said: Said[]; unseen?: string | undefined };
const nothing: There = { said: [] };

/** What people have said in the conversation so far, without what they have asked the bot to write. */
async function saidBefore(turn: Turn, isWanted: boolean): Promise<Before> {
  // A thread is read from its platform only when somebody says that it is meant.
  const { said: told, unseen } = isWanted ? await readThere(turn) : nothing;
  const people = (told.length > 0 ? told : await readHere(turn)).filter(
    (one) => readDraftWish(one.text) === undefined && one.text.trim() !== '',
  );
  const isTalk = new Set(people.map(({ author }) => author)).size > 1;
  // Ids of platforms are no names.
  const named = (name: string) =>
    isTalk && /^\p{L}[\p{L} .'-]*$/u.test(name)
      ? `${name.charAt(0).toUpperCase()}${name.slice(1)}: `
      : '';
  const source = people.map(({ name, text: words }) => `${named(name)}${words}`).join('\n');
  return { source, unseen };
}

/** A failure is none for the person: what was said to the bot is read instead, and it asks where that is nothing. */
async function readThere({ bot, actor, message }: Turn): Promise<There> {
  const { conversation } = message;
  const channel = bot.channels.get(message.channel);
  const place = { workspaceId: actor.workspaceId, conversation };
  try {
    const thread = await channel?.thread?.(place);
    if (!thread || thread.messages.length === 0) return nothing;
    const { people = [] } = (await channel?.fellows?.(place)) ?? {};
    const names = new Map(people.map(({ id, name }) => [id, name]));
    const said = thread.messages.map(({ author, text: words }) => ({
      ...{ author, name: names.get(author) ?? author, text: words },
    }));
    return { said, unseen: thread.unseen };
  } catch (error) {
    bot.engine.log.warn('draft.thread_unread', { channel: message.channel, why: String(error) });
    return nothing;
  }
}

async function readHere({ bot, actor, message }: Turn): Promise<Said[]> {
  const { conversation, id, channel } = message;
  const earlier = await transaction(bot.engine.db, actor, (tx) =>
    listMessages(tx, conversation, { limit: mostMessages }),
  );
  return earlier
    .filter((one) => one.channel === channel && one.id !== id && one.author !== 'factotum')
    .map(({ author, text: words }) => ({ author, name: author, text: words }));
}

const sending =
  /^(?:please |now |ok(?:ay)?,? )*(?:send|post|share) (?:it|this|that|the (?:draft|text|message|summary|agenda|outline|report|reply|e-?mail|notes))(?: (?:to|in|into))? (\S{2,200})$/i;

/**
 * A change of the newest text of the conversation, in words, or the wish to send it.
 * @returns whether it was one
 */
export async function redraft(turn: Turn): Promise<boolean> {
  const { message, bot, actor, open } = turn;
  const { engine } = bot;
  const plain = message.text.trim().replace(/[.!]+$/, '');
  const to = sending.exec(plain)?.[1];
  // Most messages are no such thing, and nobody looks for a text then.
  if (!to && !isRedraft(message.text) && !mayFill(message.text)) return false;
  const { writer, artifact } = await transaction(engine.db, actor, async (tx) => {
    const found = await findWriter(tx, message.conversation);
    return { writer: found, artifact: found && (await findArtifact(tx, found.id)) };
  });
  if (!writer || !artifact || writer.status === 'cancelled') return false;
  if (to) {
    await say(
      turn,
      await sendDraft(bot, actor, writer.id, { to, version: artifact.version }, message),
    );
    return true;
  }
  // Where a plan waits or runs besides, only what can mean nothing but a text is meant for it.
  const isAlone = open.every((task) => task.planVersion === 0 || task.shortName === 'sending');
  const { text: words, subject } = artifact;
  const fills = fillsMark({ text: words, ...(subject ? { subject } : {}) }, message.text);
  if (!fills && !isRedraft(message.text, isAlone ? 'any' : 'sure')) return false;
  const revised = await reviseArtifact(engine, actor, writer.id, message.text);
  await say(
    turn,
    revised.kind === 'question'
      ? questionCard(revised, false)
      : text(
          `${revised.changes.join(' ') || 'It says that already.'} It is version ${revised.version}.`,
        ),
  );
  return true;
}

/** [Edit]: the whole text, or, where that was too long for the dialog, a change in words. */
export async function editDraft(
  bot: Bot,
  actor: Actor,
  taskId: string,
  { version, whole }: { version?: unknown; whole?: unknown },
  words: string | undefined,
): Promise<string> {
  if (!words?.trim()) throw invalid('Write what it is to say.');
  const base = typeof version === 'number' ? version : undefined;
  if (whole === true) {
    const { version: made } = await editArtifact(bot.engine, actor, taskId, { text: words }, base);
    return `It is version ${made}.`;
  }
  const revised = await reviseArtifact(bot.engine, actor, taskId, words, base);
  if (revised.kind === 'question') throw conflict(revised.text);
  return revised.changes.join(' ');
}

/**
 * [Send], and the phrase.
 * @param place where the person is, which "here" means
 * @returns what to say about it; the approval is asked on a card of its own
 */
export async function sendDraft(
  bot: Bot,
  actor: Actor,
  taskId: string,
  { to, version }: { to: string; version: number | undefined },
  place: { channel: string; conversation: string },
): Promise<CardDraft> {
  const sent = await sendArtifact(bot.engine, actor, taskId, {
    to: addressIn(to, place),
    version,
  });
  if (sent.kind === 'sending')
    return text('I ask for the approval on a card of its own. Nothing goes out before it.');
  const artifact = await transaction(bot.engine.db, actor, (tx) => findArtifact(tx, taskId));
  const link = artifact && mailLink(artifact);
  return {
    kind: 'human',
    title: 'Your turn: send the mail',
    text: `Your turn: send the mail\n${sent.reason}.`,
    fields: [
      { label: 'Reason', value: sent.reason },
      { label: 'To', value: to },
    ],
    note: 'Copy the text of the draft into your mail program.',
    actions: link
      ? [{ verb: 'open_app', label: 'Open in mail', style: 'link', url: link, repeatable: true }]
      : [],
  };
}

/** "here", "web:shop", and a channel as Slack writes one that was mentioned. */
function addressIn(
  to: string,
  { channel, conversation }: { channel: string; conversation: string },
): string {
  const place = to.trim();
  if (/^(?:here|this (?:chat|channel|conversation|thread))$/i.test(place))
    return `${channel}:${conversation}`;
  const mentioned = /^<#([A-Z0-9]{2,30})(?:\|[^>]*)?>$/.exec(place)?.[1];
  if (mentioned && channel === 'slack') return `slack:${mentioned}`;
  return /^<mailto:([^|>]+)(?:\|[^>]*)?>$/.exec(place)?.[1] ?? place;
}
