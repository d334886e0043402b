/** Tasks of what was said before the bot was asked: each message is read as its author's, and has its own link. */
import type { Context, FoundTask, Model } from '../engine/model/model.ts';
import { mergeAlike } from '../engine/model/offline/extract/merge.ts';
import { takenOver } from '../engine/model/offline/extract/reply.ts';
import { readIntent } from '../engine/model/offline/intent.ts';
import { text } from './answer.ts';
import { fellowsAt, matchPerson, withNames } from './assignee.ts';
import type { Fellows, ThreadMessage } from './bot.ts';
import { foundCard, type Located, sureEnough } from './found-card.ts';
import { say, type Turn } from './turn.ts';

/** The newest of a longer thread; more would take a model too long to read. */
const mostRead = 200;

const unread =
  'I cannot read what was said here before: this platform gives me only what is said to me. Copy the messages into one to me, each with its name (“Ann: …”), or forward the mail, and I list the tasks in it.';

export async function offerThread(turn: Turn): Promise<void> {
  const { bot, message, actor, context } = turn;
  const { channel, conversation } = message;
  const place = { workspaceId: actor.workspaceId, channel, conversation };
  const thread = await bot.channels.get(channel)?.thread?.(place);
  if (!thread) return say(turn, text(unread));
  const fellows = await fellowsAt(bot, place);
  // Whoever asks for the tasks of a thread does not say one.
  const said = thread.messages.filter((one) => readIntent(one.text).kind !== 'thread');
  const { unseen } = thread;
  if (said.length === 0 && unseen)
    return say(turn, text(`I know nothing of what was said here before. ${unseen}`));
  const read = said.slice(-mostRead);
  const found = await findInThread(bot.engine.model, read, context);
  if (found.length === 0) {
    const lead = unseen ? `I read ${countOf(read)} of this thread` : 'I read the thread';
    const words = `${lead}, and found nothing in it that somebody is to do.`;
    return say(turn, text([words, unseen].filter(Boolean).join(' ')));
  }
  const shown = await Promise.all(found.map((one) => named(one, fellows)));
  const isShort = !thread.isAll || read.length < said.length;
  const card = foundCard(shown, message.author);
  const notes = [
    isShort ? `The thread is long: I read ${countOf(read)} of it.` : undefined,
    unseen && !isShort ? `I read ${countOf(read)} of this thread.` : undefined,
    unseen,
    card.note,
  ];
  return say(turn, { ...card, note: notes.filter(Boolean).join(' ') });
}

const countOf = ({ length }: ThreadMessage[]) =>
  length === 1 ? 'a message' : `${length} messages`;

type Found = FoundTask & { message: ThreadMessage };

/** Each message as its author's: what one person writes never counts as said by somebody else. */
async function findInThread(
  model: Model,
  messages: ThreadMessage[],
  context: Context,
): Promise<Found[]> {
  const each = await model.extractEach(
    messages.map(({ author, text: said }) => ({ author, text: said })),
    context,
  );
  const found = messages.flatMap((message, index) =>
    (each[index] ?? [])
      .filter(({ confidence }) => confidence >= sureEnough)
      .map((task) => ({ author: message.author, ...task, message })),
  );
  return mergeAlike(takenOver(found));
}

/** With the names of people in place of their ids, and the address of its message. */
async function named({ message, ...task }: Found, fellows: Fellows | undefined): Promise<Located> {
  const link = await message.link();
  const { title, assignee, author } = task;
  const match = assignee === undefined ? undefined : matchPerson(assignee, fellows);
  return {
    ...task,
    title: withNames(title, fellows),
    ...(match?.kind === 'one' ? { assignee: match.person.name, assigneeId: match.person.id } : {}),
    ...(author === undefined ? {} : { author: nameOf(author, fellows) }),
    ...(link ? { link } : {}),
  };
}

/** Somebody of another company stays what their platform calls them. */
function nameOf(author: string, fellows: Fellows | undefined): string {
  const match = matchPerson(author, fellows);
  return match.kind === 'one' ? match.person.name : author;
}
