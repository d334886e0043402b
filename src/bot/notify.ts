/** Settings in words: what somebody is told, and when not. Slack has a dialog for it besides. */
import { transaction } from '../db/client.ts';
import { findPerson, type NotifyChoice, type Person, rememberPerson } from '../db/person.ts';
import { type NotifyWish, readNotify } from '../engine/model/offline/notify.ts';
import { text } from './answer.ts';
import { say, type Turn } from './turn.ts';

/** @returns whether the message was about that, and can be: somebody is told only where they are spoken to alone */
export async function setNotify(turn: Turn): Promise<boolean> {
  const wish = readNotify(turn.message.text);
  if (!wish) return false;
  const { bot, actor, message, context } = turn;
  const { channel } = message;
  // The web chat and the terminal ring for nobody.
  if (!bot.channels.get(channel)?.reach) return false;
  const person = await transaction(bot.engine.db, actor, async (tx) => {
    const known = await findPerson(tx, actor.id, channel);
    if (!known || wish.kind === 'ask') return known;
    const { workspaceId, id, conversation } = known;
    await rememberPerson(tx, { workspaceId, id, channel, conversation, ...changed(wish) });
    return findPerson(tx, actor.id, channel);
  });
  const words = person
    ? settingsText(person, person.timezone ?? context.timezone)
    : 'Write to me in our own chat first: that is where I would tell you something.';
  await say(turn, text(words));
  return true;
}

const changed = (wish: Exclude<NotifyWish, { kind: 'ask' }>) =>
  wish.kind === 'notify' ? { notify: wish.choice } : { quietFrom: wish.from, quietTo: wish.to };

const choices: Record<NotifyChoice, string> = {
  all: 'I tell you everything: what needs you, how far it is, and how it ended.',
  approvals: 'I tell you what needs you, and how it ended.',
  none: 'I tell you nothing by myself; the cards still stand in their conversations.',
};

function settingsText({ notify, quietFrom, quietTo }: Person, zone: string): string {
  const quiet =
    quietFrom === null || quietTo === null
      ? 'There are no quiet hours.'
      : `It is quiet from ${clock(quietFrom)} to ${clock(quietTo)} (${zone}); what comes meanwhile is told after.`;
  return [
    choices[notify],
    quiet,
    'Say “tell me everything”, “tell me only approvals”, “tell me nothing”, “quiet from 22:00 to 7:00” or “no quiet hours”.',
  ].join(' ');
}

const clock = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
