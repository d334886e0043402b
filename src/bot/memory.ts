/**
 * Memory in conversation: what agents remember is shown, forgotten and shared. Only what is seen in the chat or
 * channel of the question is in its answer (docs/memory.md).
 */
import { type Action, findCard } from '../db/card.ts';
import { transaction } from '../db/client.ts';
import { listMemories, type ShownMemory } from '../db/memory.ts';
import type { Tx } from '../db/tx.ts';
import type { Actor } from '../engine/context.ts';
import { assertMayChange, forget } from '../engine/memory/forget.ts';
import { placeOf } from '../engine/memory/memory.ts';
import { shareMemory } from '../engine/memory/share.ts';
import { type MemoryIntent, readMemoryIntent } from '../engine/model/offline/memory-intent.ts';
import { nearest } from '../engine/workflow/suggest.ts';
import { sameName } from '../engine/workflow/visit.ts';
import { notFound } from '../errors.ts';
import { text } from './answer.ts';
import type { Bot } from './bot.ts';
import { amend, reply } from './deliver.ts';
import { forgetCard, memoryCard, whichCard } from './memory-card.ts';
import { say, settle, type Turn } from './turn.ts';
import { clip } from './words.ts';

/** As many as all agents of a place are likely to have; one button forgets fewer. */
const mostSeen = 100_000;
const mostForgotten = 100;

/** @returns whether the message was about what is remembered */
export async function tellMemory(turn: Turn): Promise<boolean> {
  const intent = readMemoryIntent(turn.message.text);
  if (!intent) return false;
  const seen = await transaction(turn.bot.engine.db, turn.actor, (tx) => seenAt(turn, tx));
  if (intent.kind === 'show') return show(turn, intent, seen);
  return intent.kind === 'forget' ? askToForget(turn, intent, seen) : share(turn, intent, seen);
}

/** Of one name, what belongs to the place comes before what all of the workspace sees. */
async function seenAt({ bot, message }: Turn, tx: Tx): Promise<ShownMemory[]> {
  const now = bot.engine.now();
  const rows = await listMemories(tx, { place: placeOf(message), now, limit: mostSeen });
  return rows.filter(({ agent, key }, at) => {
    const before = rows[at - 1];
    return before?.agent !== agent || before.key !== key;
  });
}

const ofAgent = (seen: ShownMemory[], agent: string | undefined) =>
  agent === undefined ? seen : seen.filter((one) => sameName(one.agent) === sameName(agent));
const plain = (name: string) => sameName(name).replace(/[\s_-]+/g, ' ');
const ofKey = (seen: ShownMemory[], key: string) =>
  seen.filter((one) => plain(one.key) === plain(key));

async function show(
  turn: Turn,
  { agent, about }: Extract<MemoryIntent, { kind: 'show' }>,
  seen: ShownMemory[],
): Promise<true> {
  const own = ofAgent(seen, agent);
  const fitting =
    about === undefined
      ? own
      : own.filter((one) =>
          [one.agent, one.key, JSON.stringify(one.shown)].some((words) =>
            plain(words ?? '').includes(plain(about)),
          ),
        );
  const near =
    agent !== undefined && own.length === 0
      ? nearest(
          agent,
          seen.map((one) => one.agent),
        )
      : undefined;
  const card = memoryCard(fitting, {
    ...(agent === undefined ? {} : { agent: own[0]?.agent ?? agent }),
    ...(about === undefined ? {} : { about }),
  });
  await say(turn, near ? text(`${card.text} Did you mean “${near}”?`) : card);
  return true;
}

const nothing = (agent: string | undefined, key: string | undefined): string =>
  `${agent === undefined ? 'Nobody' : `“${clip(agent, 60)}”`} remembers ${
    key === undefined
      ? 'nothing'
      : agent === undefined
        ? `“${clip(key, 60)}”`
        : `no “${clip(key, 60)}”`
  } here. Say “what do you remember?” to see what there is.`;

async function askToForget(
  turn: Turn,
  { agent, key, isSure }: Extract<MemoryIntent, { kind: 'forget' }>,
  seen: ShownMemory[],
): Promise<boolean> {
  const own = ofAgent(seen, agent);
  const meant = key === undefined ? own : ofKey(own, key);
  if (meant.length === 0) {
    // "Forget the notes field" may mean a part of an app.
    if (!isSure) return false;
    await say(turn, text(nothing(agent, key)));
    return true;
  }
  const some = meant.slice(0, mostForgotten);
  await settle(turn, async (tx) => {
    await assertMayChange(tx, turn.actor, some);
    const card = forgetCard(some, meant.length - some.length);
    await reply(tx, turn.message, `reply:${turn.message.id}`, card);
  });
  return true;
}

/** The button of that card. What is not seen where it stands, or is gone meanwhile, is left alone. */
export async function forgetMemories(bot: Bot, actor: Actor, action: Action): Promise<string> {
  const { memories } = action.subject as { memories?: unknown };
  const ids = typeof memories === 'string' ? memories.split(',') : [];
  const now = bot.engine.now();
  return transaction(bot.engine.db, actor, async (tx) => {
    const card = await findCard(tx, action.cardId);
    if (!card) throw notFound('The card of this button is gone.');
    const count = await forget(tx, actor, { ids, place: placeOf(card), now });
    const note =
      count === 0
        ? 'It was forgotten already.'
        : `Forgotten: ${count === 1 ? 'one thing' : `${count} things`}.`;
    await amend(tx, action.cardId, (draft) => ({ ...draft, actions: [], note }), now);
    return note;
  });
}

async function share(
  turn: Turn,
  { key, agent, with: others, how, isSure }: Extract<MemoryIntent, { kind: 'share' }>,
  seen: ShownMemory[],
): Promise<boolean> {
  const found = ofKey(ofAgent(seen, agent), key);
  const [source] = found;
  // "Share the list with Ana" is about something else.
  if (!source) {
    if (isSure) await say(turn, text(nothing(agent, key)));
    return isSure;
  }
  if (found.length > 1) {
    const example = (name: string) => `share ${source.key} of ${name} with ${others.join(', ')}`;
    await say(
      turn,
      whichCard(
        key,
        found.map((one) => one.agent),
        example,
      ),
    );
    return true;
  }
  const { id: callKey } = turn.message;
  const { workspaceId, id: by } = turn.actor;
  await settle(turn, async (tx) => {
    await assertMayChange(tx, turn.actor, [source]);
    const at = {
      workspaceId,
      taskId: '',
      by,
      callKey,
      place: source.place,
      now: turn.bot.engine.now(),
    };
    const shared = await shareMemory(tx, at, {
      agent: source.agent,
      key: source.key,
      with: others,
      how,
    });
    const as = how === 'link' ? 'as a link: they read what is newest' : 'as a copy of their own';
    const words = `“${source.key}” of ${source.agent} is shared with ${shared.join(', ')}, ${as}.`;
    await reply(tx, turn.message, `reply:${callKey}`, text(words));
  });
  return true;
}
