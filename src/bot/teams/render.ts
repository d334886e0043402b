/** The neutral card as an Adaptive Card. Pure; within the limits of Teams whatever the card holds. */
import { hideSecrets } from '../../secret.ts';
import type { PostedCard } from '../bot.ts';
import type { Card } from '../card.ts';
import { bodyRows } from './body.ts';
import { buttonsOf } from './button.ts';
import { type AdaptiveCard, type Band, type Element, type Mention, sizeOf } from './element.ts';
import type { CardRef } from './invoke.ts';
import { limits } from './limits.ts';
import type { CardLook } from './look.ts';
import { drawRows, paginate, turnLine } from './page.ts';
import { mentionsOf } from './people.ts';
import type { Row } from './row.ts';
import { cut, linesOf, ours, plainText, spokenText, tidy } from './text.ts';
import { refreshOf, viewOf } from './view.ts';

export type { CardLook } from './look.ts';

export type Rendered = {
  card: AdaptiveCard;
  /** `activity.summary`: what a notice shows. Plain, never empty. */
  summary: string;
  /** Which page it is, from 0, and of how many. */
  page: number;
  pages: number;
};

export function renderCard(posted: PostedCard, look: CardLook): Rendered {
  const ref: CardRef = { card: posted.id, version: posted.version };
  const { card, opens } = viewOf(posted.card, ref, look);
  const { main, rows: answers } = buttonsOf(card, ref, look.baseUrl);
  const rows = [
    ...longTitleRows(card),
    ...bodyRows(card, look, posted.card.actions.length === 0),
    ...answers,
  ];
  const { line, entities } = rung(look);
  const frame = (body: Element[]): AdaptiveCard => ({
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.5',
    body: [...(line ? [ours(line, { spacing: 'None' })] : []), ...headerOf(posted.card), ...body],
    ...actionsOf([...opens, ...main]),
    ...refreshOf(posted.card, ref, look),
    msteams: { width: 'Full', ...(entities.length > 0 ? { entities } : {}) },
    fallbackText: plainText(card.text || card.title, limits.fallback) || 'Factotum',
    speak: spokenText(card.text || card.title, limits.speak) || 'Factotum',
  });
  const room = limits.cardBytes - sizeOf(frame([turnLine(ref, 9_998, 10_000)]));
  const pages = paginate(rows, room);
  const page = pageOf(pages, look.page);
  const shown = drawRows(pages[page] ?? []);
  const body = pages.length > 1 ? [...shown, turnLine(ref, page, pages.length)] : shown;
  const whole = frame(body);
  if (whole.body.length === 0) whole.body.push(ours('–'));
  return { card: whole, summary: summaryOf(posted.card), page, pages: Math.max(1, pages.length) };
}

/** Words of our own as a message: an answer, a notice. */
export function renderWords(text: string, look: CardLook): Rendered {
  const none = { fields: [], steps: [], sections: [], checks: [], actions: [] };
  return renderCard(
    // Not kept as a card is, so nothing has looked for secrets in it yet.
    {
      ...{ id: 'words', version: 0 },
      card: { ...none, kind: 'text', title: '', text: hideSecrets(text) },
    },
    look,
  );
}

/** Asked for by number, or the one with what has to be seen. */
function pageOf(pages: Row[][], wanted: number | undefined): number {
  const at =
    wanted ??
    Math.max(
      0,
      pages.findIndex((rows) => rows.some((row) => row.isFocus)),
    );
  return Math.max(0, Math.min(at, pages.length - 1));
}

/** A page that somebody turns to rings for nobody. */
const rung = ({
  isPrivate,
  ring = [],
  people,
  page,
  viewer,
}: CardLook): { line: string; entities: Mention[] } =>
  people && page === undefined && (viewer === undefined || isPrivate)
    ? mentionsOf(ring, people)
    : { line: '', entities: [] };

const actionsOf = (actions: NonNullable<AdaptiveCard['actions']>) =>
  actions.length > 0 ? { actions } : {};

/** What waits for somebody stands out, and no longer when it is over. */
function bandOf({ kind, actions }: Card): Band | undefined {
  const isOpen = actions.length > 0;
  if (kind === 'delivery') return 'good';
  if (kind === 'approval') return isOpen ? 'warning' : 'emphasis';
  if (kind === 'error') return isOpen ? 'attention' : 'emphasis';
  if (kind === 'human') return isOpen ? 'accent' : 'emphasis';
  return kind === 'dry_run' ? 'emphasis' : undefined;
}

function headerOf(card: Card): Element[] {
  const title = cut(tidy(card.title).replace(/\s+/g, ' ').trim(), limits.title);
  if (!title) return [];
  const items = linesOf(title, { weight: 'Bolder', size: 'Large' });
  const style = bandOf(card);
  return style ? [{ type: 'Container', style, bleed: true, items }] : items;
}

/** A title that is cut stands whole under it. */
function longTitleRows({ title }: Card): Row[] {
  const isCut = tidy(title).replace(/\s+/g, ' ').trim().length > limits.title;
  return isCut ? linesOf(title).map((element) => ({ element })) : [];
}

/** One line: what is new comes first. */
function summaryOf({ notice, text, title }: Card): string {
  const first = (words: string) => tidy(words).trim().split('\n')[0] ?? '';
  return (
    plainText(first(notice ?? '') || first(title) || first(text), limits.summary) || 'Factotum'
  );
}
