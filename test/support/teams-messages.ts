/** What stands in the conversations of the loopback Teams: what people would see there now. */
import { failed, type TeamsAnswer } from './teams-fault.ts';

/** An activity as the Bot Connector takes it; more than this is kept, and not looked at. */
export type SentActivity = {
  type?: string;
  text?: string;
  summary?: string;
  attachments?: { contentType?: string; content?: unknown }[];
};
export type StandingMessage = {
  conversation: string;
  id: string;
  activity: SentActivity;
  /** The Adaptive Card; undefined for a message without one. */
  card: unknown;
  replyTo: string | undefined;
  /** How often it was changed. */
  updates: number;
};

/** "Format your bot messages": about 100 kB, counted as UTF-16. */
const mostBytes = 100 * 1024;
const roomOf = (conversation: string): string => conversation.split(';')[0] ?? '';

export function createMessages() {
  const standing: StandingMessage[] = [];
  let count = 0;

  const nextId = (): string => {
    count += 1;
    return String(1_700_000_000_000 + count);
  };
  const cardIn = ({ attachments }: SentActivity): unknown =>
    attachments?.find((one) => one.contentType === 'application/vnd.microsoft.card.adaptive')
      ?.content;
  const refusalOf = (activity: SentActivity): TeamsAnswer | undefined => {
    if (activity.type !== 'message') return failed(400, 'BadArgument');
    const isBig = JSON.stringify(activity).length * 2 > mostBytes;
    return isBig ? failed(413, 'MessageSizeTooBig') : undefined;
  };
  /** A thread's messages can be named by the thread and by its channel. */
  const at = (conversation: string, id: string): number =>
    standing.findIndex((one) => one.id === id && roomOf(one.conversation) === roomOf(conversation));

  return {
    nextId,
    post(conversation: string, activity: SentActivity, replyTo?: string): TeamsAnswer {
      const refused = refusalOf(activity);
      if (refused) return refused;
      const id = nextId();
      const card = cardIn(activity);
      standing.push({ conversation, id, activity, card, replyTo, updates: 0 });
      return { status: 201, body: { id } };
    },
    update(conversation: string, id: string, activity: SentActivity): TeamsAnswer {
      const message = standing[at(conversation, id)];
      if (!message) return failed(404, 'ActivityNotFoundInConversation');
      const refused = refusalOf(activity);
      if (refused) return refused;
      message.activity = activity;
      message.card = cardIn(activity);
      message.updates += 1;
      return { status: 200, body: { id } };
    },
    remove(conversation: string, id: string): TeamsAnswer {
      const index = at(conversation, id);
      if (index < 0) return failed(404, 'ActivityNotFoundInConversation');
      standing.splice(index, 1);
      return { status: 200 };
    },
    /** In the order in which they were posted; of a thread also the message that began it. */
    standingIn: (conversation: string): StandingMessage[] =>
      standing.filter(
        (one) =>
          one.conversation === conversation ||
          conversation === `${one.conversation};messageid=${one.id}`,
      ),
    all: (): readonly StandingMessage[] => standing,
  };
}
