/** What somebody wrote, from the text and the mentions that Teams sends. Pure. */
import { Parser } from 'htmlparser2';
import { z } from 'zod';
import { tidy } from './text.ts';

const Mention = z.object({
  type: z.literal('mention'),
  mentioned: z.object({ id: z.string(), name: z.string().nullish() }),
  text: z.string().nullish(),
});
type MentionEntity = z.infer<typeof Mention>;

/** The mentions among what Teams sends beside a text. */
export const mentionsIn = (entities: unknown[] | null | undefined): MentionEntity[] =>
  (entities ?? []).flatMap((entity) => Mention.safeParse(entity).data ?? []);

/** As it stands in the text. */
const tagOf = ({ text, mentioned }: MentionEntity): string =>
  text || `<at>${mentioned.name ?? ''}</at>`;

export const startsWithMention = (text: string, mentions: MentionEntity[]): boolean =>
  mentions.some((mention) => text.trimStart().startsWith(tagOf(mention)));

/**
 * The text as the person wrote it: the bot's own mention is left out, others are names with an @, and
 * what Teams has escaped is itself again. A name of several words comes as several mentions of one id.
 */
export function plainOf(text: string, mentions: MentionEntity[], botId: string): string {
  const tags = new Map(mentions.map((mention) => [tagOf(mention), mention]));
  const plain = [...tags].reduce((before, [tag, { mentioned }]) => {
    if (mentioned.id === botId) return before.split(tag).join(' ');
    return before
      .split(tag)
      .join(tag.replace(/<\/?at\b[^>]*>/gi, (mark) => (mark.startsWith('</') ? '' : '@')));
  }, text);
  return tidy(decode(plain))
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .trim();
}

const named: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

/** Once, so that what somebody has written as `&amp;lt;` stays `&lt;`. */
function decode(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w{2,4}));/gi, (whole, ten, hex, name) => {
    if (name) return named[String(name).toLowerCase()] ?? whole;
    const code = ten ? Number(ten) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** Each of these begins a line of its own. */
const blocks = ['br', 'div', 'p', 'li', 'tr', 'blockquote', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'];

/** The words of a message as Teams gives it to a message action: HTML. Pictures and files are left out. */
export function plainOfHtml(html: string): string {
  const pieces: string[] = [];
  const parser = new Parser({
    ontext: (text) => pieces.push(text.replace(/\s+/g, ' ')),
    onopentagname: (name) => {
      if (blocks.includes(name)) pieces.push('\n');
    },
  });
  parser.end(html);
  return tidy(pieces.join(''))
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n[\s]*/g, '\n')
    .trim();
}
