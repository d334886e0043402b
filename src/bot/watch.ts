/**
 * Channels that opted in: what is clearly a request is proposed to whoever wrote it, with the quote and a link,
 * and is filed only when they say so (F40–F42).
 */
import { claim } from '../db/claim.ts';
import { transaction } from '../db/client.ts';
import { findPerson } from '../db/person.ts';
import type { Tx } from '../db/tx.ts';
import { isWatched } from '../db/watch.ts';
import type { Actor } from '../engine/context.ts';
import { contextOf } from '../engine/intake.ts';
import type { Context } from '../engine/model/model.ts';
import { isPasted } from '../engine/model/offline/extract/pasted.ts';
import { readIntent } from '../engine/model/offline/intent.ts';
import type { Bot } from './bot.ts';
import type { CardDraft } from './card.ts';
import { reply } from './deliver.ts';
import { proposalCard } from './found-card.ts';
import { thresholdFor } from './found-task.ts';
import { cut } from './text.ts';

const quoteLength = 300;

/** More from one message would be a nuisance. */
const mostProposals = 5;

/** A message in a room, as its platform names both. */
export type Overheard = {
  channel: string;
  room: string;
  conversation: string;
  externalId: string;
  text: string;
  /** Where its author is spoken to alone. */
  direct(): Promise<string>;
  link(): Promise<string | undefined>;
};

/** Does nothing in a room that is not watched. */
export async function propose(bot: Bot, actor: Actor, said: Overheard): Promise<void> {
  const { db } = bot.engine;
  const { workspaceId } = actor;
  const { channel, externalId } = said;
  // Asked before anything is read: what is said elsewhere is nobody's business, a model's least of all.
  if (!(await transaction(db, actor, (tx) => isWatched(tx, channel, said.room)))) return;
  const drafts = await proposalsOf(bot, actor, said);
  if (drafts.length === 0) return;
  const place = { workspaceId, channel, conversation: await said.direct() };
  const link = await said.link();
  await transaction(db, actor, async (tx) => {
    if (!(await claim(tx, workspaceId, `watch:${externalId}`))) return;
    for (const [index, draft] of drafts.entries())
      await reply(tx, place, `watch:${externalId}:${index}`, draft(link));
  });
}

type Proposal = (link: string | undefined) => CardDraft;

/** An app is offered to be planned; tasks that are sure enough for this channel, to be tracked. */
async function proposalsOf({ engine }: Bot, actor: Actor, said: Overheard): Promise<Proposal[]> {
  if (readIntent(said.text).kind === 'new_task' && !isPasted(said.text))
    return [(link) => proposal(said, link)];
  const { threshold, context } = await transaction(engine.db, actor, async (tx) => ({
    threshold: await thresholdFor(tx, said.room),
    context: await contextFor(tx, engine, actor, said.channel),
  }));
  const found = await engine.model.extract({ text: said.text, author: actor.id }, context);
  return found
    .filter(({ confidence }) => confidence >= threshold)
    .slice(0, mostProposals)
    .map((task) => (link) => proposalCard(task, { room: said.room, link, reader: actor.id }));
}

/** By the clock of whoever wrote it, where that is known. */
async function contextFor(
  tx: Tx,
  engine: Bot['engine'],
  actor: Actor,
  channel: string,
): Promise<Context> {
  const context = await contextOf(tx, engine, actor);
  const person = await findPerson(tx, actor.id, channel);
  return { ...context, timezone: person?.timezone ?? context.timezone };
}

function proposal({ text, conversation }: Overheard, link: string | undefined): CardDraft {
  const quote = `“${cut(text.replace(/\s+/g, ' '), quoteLength)}”`;
  return {
    kind: 'question',
    title: 'Shall I take this on?',
    text: `Shall I take this on? ${quote}`,
    sections: [{ title: 'You wrote in a channel that I watch:', items: [quote] }],
    note: 'Nothing happens unless you say so.',
    actions: [
      { verb: 'say', label: 'Plan it', style: 'primary', subject: { text, conversation } },
      ...(link
        ? [
            {
              verb: 'open_app' as const,
              label: 'See the message',
              style: 'link' as const,
              url: link,
            },
          ]
        : []),
    ],
  };
}
