/** What did not fit into a card: in its thread, as a message or, when it is long, as a file. */
import { digestOf } from '../../engine/digest.ts';
import type { Log } from '../../log.ts';
import type { Card } from '../card.ts';
import { escapeText } from './escape.ts';
import type { Reference, Rest } from './reference.ts';
import type { Sender } from './send.ts';

/** Slack recommends at most 4,000 characters for the text of a message. */
const longestText = 3900;
/** Instead of the `ts` of a message: files are not replaced, a newer one follows. */
const asFile = 'file';

/**
 * @param thread the card's own thread
 * @returns where it stands; what stood there before when it was left as it is
 */
export async function showOverflow(
  log: Log,
  sender: Sender,
  standing: Reference,
  thread: string | undefined,
): Promise<Rest | undefined> {
  const { rendered, posted, client } = sender;
  const { overflow } = rendered;
  const { channel, ts, rest } = standing;
  // While the work moves on, the details of a minute ago are not worth a message.
  if (!overflow || (rest && isMoving(posted.card))) return rest;
  const digest = digestOf(overflow).slice(0, 12);
  if (rest?.digest === digest) return rest;
  const text = escapeText(overflow.text);
  const thread_ts = thread ?? ts;
  try {
    if (text.length > longestText) {
      const { title, text: content } = overflow;
      const file = { filename: 'details.txt', title, content };
      await client.filesUploadV2({ channel_id: channel, thread_ts, ...file });
      return { ts: asFile, digest };
    }
    if (rest && rest.ts !== asFile) {
      await client.chat.update({ channel, ts: rest.ts, text });
      return { ts: rest.ts, digest };
    }
    const about = { channel, thread_ts, unfurl_links: false, unfurl_media: false };
    const message = await client.chat.postMessage({ ...about, text });
    return { ts: message.ts ?? asFile, digest };
  } catch (error) {
    // The card itself stands; with its next version the rest is tried again.
    log.error('slack.overflow', error, { card: posted.id });
    return rest;
  }
}

/** The work is under way: the card has its Pause button. */
const isMoving = ({ kind, actions }: Card): boolean =>
  kind === 'progress' && actions.some(({ label }) => label === 'Pause');
