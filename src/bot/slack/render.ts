/** The neutral card as a Slack message. Pure; within Slack's limits whatever the card holds. */
import { hideSecrets } from '../../secret.ts';
import type { PostedCard } from '../bot.ts';
import type { Card } from '../card.ts';
import { tidy } from '../text.ts';
import { type Block, context, header, markup, sizeOf, withIds } from './blocks.ts';
import { bodyOf, mostSections, noteOf } from './body.ts';
import { buttonsOf } from './button.ts';
import { compose, type Missing, missingText, type Part } from './compose.ts';
import { cutEscaped } from './escape.ts';
import { limits } from './limits.ts';
import { type Cutter, createCutter, type Look } from './part.ts';
import { printCard } from './print.ts';

export type { Block } from './blocks.ts';

export type Rendered = {
  /** For notices, screen readers and clients without blocks: escaped, never empty. */
  text: string;
  blocks: Block[];
  /** The whole card as plain text, not escaped, when the message could not hold all of it. */
  overflow?: { title: string; text: string };
};
export type CardLook = Look & {
  /** Slack user ids of those whom this message is to ring for (F207). */
  ring?: string[];
};

/** The line about what is missing, and what frames the blocks. */
const frameBytes = 700;

export function renderCard(posted: PostedCard, look: CardLook): Rendered {
  const { card, version } = posted;
  const { ring = [] } = look;
  const cutter = createCutter();
  const { rows, missing: untold } = buttonsOf(card, version, look.baseUrl);
  const prefix = `${posted.id}:${version}`;
  const idBytes = limits.messageBlocks * (prefix.length + 18);
  const room = limits.messageBytes - frameBytes - sizeOf(rows) - idBytes;
  const { blocks, missing } = compose(partsOf(card, look, cutter.cut), room);
  const short = [...missing, ...countOf(untold, ['answer', 'answers'])];
  const isShort = short.length > 0 || cutter.hasCut();
  const more = isShort ? [context([`${missingText(short)} All of it is in the thread.`])] : [];
  const all = [...ringing(ring), ...blocks, ...more, ...rows];
  return {
    text: fallbackOf(card, ring),
    blocks: withIds(all.length > 0 ? all : [context(['–'])], prefix),
    ...(isShort ? { overflow: { title: card.title || 'In full', text: printCard(card) } } : {}),
  };
}

/** Words of our own as a message: an answer, a notice, the overflow in a thread. */
export function renderWords(text: string, look: CardLook, id = 'words'): Rendered {
  const none = { fields: [], steps: [], sections: [], checks: [], actions: [] };
  // Not kept as a card is, so nothing has looked for secrets in it yet.
  const words = hideSecrets(text);
  const card = { ...none, kind: 'text', title: '', text: words } as const;
  return renderCard({ id, version: 0, card }, look);
}

/** A card without its buttons, in a room that is not a message's. */
export function blocksOf(card: Card, look: Look, bytes: number): Block[] {
  const cutter = createCutter();
  const { blocks, missing } = compose(partsOf(card, look, cutter.cut, true), bytes);
  const isShort = missing.length > 0 || cutter.hasCut();
  return isShort ? [...blocks, context([missingText(missing)])] : blocks;
}

function partsOf(card: Card, look: Look, cut: Cutter, isAllOpen = false): Part[] {
  const title = card.title ? [header(cut(card.title, limits.header - 2))] : [];
  const more = card.sections.length - mostSections;
  return [
    { kind: 'blocks', blocks: title },
    ...bodyOf(card, look, cut, isAllOpen),
    { kind: 'blocks', blocks: noteOf(card, cut), missing: countOf(more, ['section', 'sections']) },
  ];
}

const ringing = (ids: string[]): Block[] =>
  ids.length > 0 ? [context([markup(mentionsOf(ids))])] : [];

const mentionsOf = (ids: string[]) => ids.map((id) => `<@${id}>`).join(' ');

const countOf = (count: number, noun: Missing['noun']): Missing[] =>
  count > 0 ? [{ count, noun }] : [];

/** What is new comes first: notices show one line only. */
function fallbackOf({ notice, text, title }: Card, ring: string[]): string {
  const words = tidy(notice && notice !== text ? `${notice}\n${text}` : text).trim();
  const mentions = mentionsOf(ring);
  const shown = cutEscaped(words || tidy(title) || 'Factotum', limits.fallback - mentions.length);
  return mentions ? `${mentions} ${shown}` : shown;
}
