/**
 * Channels that opted in: what is clearly a request is proposed to whoever wrote it, with the quote and a link,
 * and is filed only when they say so (F40–F42).
 */
import { claim } from '../../db/claim.ts';
import { type Tx, transaction } from '../../db/client.ts';
import { findPerson } from '../../db/person.ts';
import { isWatched } from '../../db/watch.ts';
import { contextOf } from '../../engine/intake.ts';
import { isPasted } from '../../engine/model/offline/extract/pasted.ts';
import { readIntent } from '../../engine/model/offline/intent.ts';
import type { CardDraft } from '../card.ts';
import { reply } from '../deliver.ts';
import { proposalCard } from '../found-card.ts';
import { thresholdFor } from '../found-task.ts';
import { cut } from '../text.ts';
import type { Caller } from './caller.ts';
import { slack as channelName, type SlackContext } from './context.ts';
import type { Said } from './said.ts';
import { directOf } from './speak.ts';

const quoteLength = 300;

/** More from one message would be a nuisance. */
const mostProposals = 5;

export async function propose(slack: SlackContext, caller: Caller, said: Said): Promise<void> {
  const { db } = slack.bot.engine;
  const { workspaceId } = caller;
  // Asked before anything is read: what is said elsewhere is nobody's business, a model's least of all.
  if (!(await transaction(db, caller, (tx) => isWatched(tx, channelName, said.channel)))) return;
  const drafts = await proposalsOf(slack, caller, said);
  if (drafts.length === 0) return;
  const client = await slack.access.clientFor(workspaceId);
  const conversation = await directOf(client, caller.user);
  const link = await client.chat
    .getPermalink({ channel: said.channel, message_ts: said.ts })
    .catch(() => undefined);
  await transaction(db, caller, async (tx) => {
    if (!(await claim(tx, workspaceId, `watch:${said.externalId}`))) return;
    const place = { workspaceId, channel: channelName, conversation };
    for (const [index, draft] of drafts.entries())
      await reply(tx, place, `watch:${said.externalId}:${index}`, draft(link?.permalink));
  });
}

/** By the clock of whoever wrote it, where that is known. */
async function contextFor(tx: Tx, engine: SlackContext['bot']['engine'], caller: Caller) {
  const context = await contextOf(tx, engine, caller.workspaceId);
  const person = await findPerson(tx, caller.id, channelName);
  return { ...context, timezone: person?.timezone ?? context.timezone };
}

type Proposal = (link: string | undefined) => CardDraft;

/** An app is offered to be planned; tasks that are sure enough for this channel, to be tracked. */
async function proposalsOf(
  { bot: { engine } }: SlackContext,
  caller: Caller,
  said: Said,
): Promise<Proposal[]> {
  if (readIntent(said.text).kind === 'new_task' && !isPasted(said.text))
    return [(link) => proposal(said, link)];
  const { threshold, context } = await transaction(engine.db, caller, async (tx) => ({
    threshold: await thresholdFor(tx, said.channel),
    context: await contextFor(tx, engine, caller),
  }));
  const found = await engine.model.extract({ text: said.text, author: caller.id }, context);
  return found
    .filter(({ confidence }) => confidence >= threshold)
    .slice(0, mostProposals)
    .map((task) => (link) => proposalCard(task, { room: said.channel, link, reader: caller.id }));
}

function proposal(said: Said, permalink: string | undefined): CardDraft {
  const quote = `“${cut(said.text.replace(/\s+/g, ' '), quoteLength)}”`;
  const { text, conversation } = said;
  return {
    kind: 'question',
    title: 'Shall I take this on?',
    text: `Shall I take this on? ${quote}`,
    sections: [{ title: 'You wrote in a channel that I watch:', items: [quote] }],
    note: 'Nothing happens unless you say so.',
    actions: [
      { verb: 'say', label: 'Plan it', style: 'primary', subject: { text, conversation } },
      ...(permalink
        ? [
            {
              verb: 'open_app' as const,
              label: 'See the message',
              style: 'link' as const,
              url: permalink,
            },
          ]
        : []),
    ],
  };
}
