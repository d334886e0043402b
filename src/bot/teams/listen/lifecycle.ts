/** The bot is added and removed; channels and teams are named anew, archived, deleted. */
import { z } from 'zod';
import { claim } from '../../../db/claim.ts';
import { transaction } from '../../../db/client.ts';
import { markGone, renameConversation } from '../../../db/conversation.ts';
import { forgetRoom } from '../../../db/overheard.ts';
import { helpAnswer } from '../../answer.ts';
import type { CardDraft } from '../../card.ts';
import { reply } from '../../deliver.ts';
import { type TeamsContext, teams } from '../context.ts';
import { type Place, readPlace, readSpoken } from '../identity.ts';
import { forget, openWorkspace, remember } from '../remember.ts';
import type { Answer } from '../wire.ts';

const Change = z.object({
  type: z.string(),
  /** Of an installation: add, add-upgrade, remove, remove-upgrade. */
  action: z.string().nullish(),
  membersAdded: z.array(z.object({ id: z.string() })).nullish(),
  membersRemoved: z.array(z.object({ id: z.string() })).nullish(),
  recipient: z.object({ id: z.string() }),
  channelData: z
    .looseObject({
      eventType: z.string().nullish(),
      channel: z
        .looseObject({ id: z.string().nullish(), name: z.string().nullish() })
        .nullish()
        .catch(undefined),
    })
    .nullish(),
});
type Change = z.infer<typeof Change>;

const taken: Answer = { status: 200 };

export async function change(context: TeamsContext, activity: unknown): Promise<Answer> {
  const place = readPlace(activity, context.workspaceOf);
  const read = Change.safeParse(activity).data;
  if (!place || !read) return taken;
  await openWorkspace(context, place);
  if (isRemoved(read)) await leave(context, place);
  else {
    // Whoever adds it for themselves is reached from then on.
    await remember(context, activity, readSpoken(activity, context.workspaceOf));
    if (isAdded(read)) await greet(context, place);
    else await follow(context, place, read.channelData);
  }
  return taken;
}

const isOwn = ({ recipient }: Change, members: Change['membersAdded']): boolean =>
  (members ?? []).some(({ id }) => id === recipient.id);

const isRemoved = (change: Change): boolean =>
  change.action === 'remove' || isOwn(change, change.membersRemoved);

const isAdded = (change: Change): boolean =>
  change.action === 'add' || isOwn(change, change.membersAdded);

/** What was said before stays in the database; nothing is sent there until the bot is added again. */
async function leave({ bot }: TeamsContext, place: Place): Promise<void> {
  const { db, now, log } = bot.engine;
  const { workspaceId, room, team } = place;
  await transaction(db, { workspaceId }, async (tx) => {
    await markGone(tx, teams, { id: room }, now());
    await forgetRoom(tx, teams, room);
    // Removed from a team it is removed from all of its channels.
    if (team) await markGone(tx, teams, { team }, now());
  });
  forget(db, workspaceId, room);
  log.info('teams.removed', { workspace: workspaceId });
}

/** Once for each place, however many events say that it was added. */
async function greet({ bot }: TeamsContext, { workspaceId, room, kind }: Place): Promise<void> {
  const place = { workspaceId, channel: teams, conversation: room };
  await transaction(bot.engine.db, place, async (tx) => {
    const key = `hello:${teams}:${room}`;
    if (!(await claim(tx, workspaceId, key))) return;
    await reply(tx, place, key, kind === 'personal' ? helpAnswer() : hello());
  });
}

function hello(): CardDraft {
  const words =
    'Mention me and say what you need, for example “@Factotum Create a CRM for my bakery”. I answer in the thread with a plan, and do nothing before somebody accepts it. “@Factotum help” says what else there is.';
  return { kind: 'text', title: '', text: words };
}

async function follow(
  { bot }: TeamsContext,
  { workspaceId, team }: Place,
  data: Change['channelData'],
): Promise<void> {
  const { db, now } = bot.engine;
  const { eventType, channel } = data ?? {};
  await transaction(db, { workspaceId }, async (tx) => {
    if (eventType === 'channelRenamed' && channel?.id && channel.name)
      await renameConversation(tx, teams, channel.id, channel.name);
    if (eventType === 'channelDeleted' && channel?.id)
      await markGone(tx, teams, { id: channel.id }, now());
    if ((eventType === 'teamDeleted' || eventType === 'teamHardDeleted') && team)
      await markGone(tx, teams, { team }, now());
  });
}
