/** Small constructors of blocks: each keeps to Slack's limits, whatever it is given. */
import type { types } from '@slack/bolt';
import { cut, isolate, tidy } from '../text.ts';
import { cutEscaped } from './escape.ts';
import { limits } from './limits.ts';
import type { RichElement } from './rich.ts';

export type Block = types.KnownBlock;
export type Button = types.Button;

export function plainText(text: string, max: number): types.PlainTextElement {
  // The two marks of an isolated text count as well.
  const shown = isolate(cutEscaped(tidy(text).trim(), max - 2));
  // `emoji: false` leaves “:smile:” as it was written.
  return { type: 'plain_text', text: shown || '–', emoji: false };
}

/** Words of our own with Slack's formats. What people wrote goes through `escapeText` or is plain. */
export function markup(text: string): types.MrkdwnElement {
  return { type: 'mrkdwn', text: cut(text, limits.contextText) };
}

export const header = (text: string): types.HeaderBlock => ({
  type: 'header',
  text: plainText(text.replace(/\s+/g, ' '), limits.header),
});

export const rich = (elements: RichElement[]): types.RichTextBlock => ({
  type: 'rich_text',
  elements,
});

export const divider = (): types.DividerBlock => ({ type: 'divider' });

/** A small grey line; strings are people's words, shown as they are. */
export function context(parts: (string | types.MrkdwnElement)[]): types.ContextBlock {
  return {
    type: 'context',
    elements: parts
      .slice(0, limits.contextElements)
      .map((part) => (typeof part === 'string' ? plainText(part, limits.contextText) : part)),
  };
}

/** As many rows as the buttons need. */
export function actionRows(buttons: Button[]): types.ActionsBlock[] {
  const rows: types.ActionsBlock[] = [];
  for (let at = 0; at < buttons.length; at += limits.actions)
    rows.push({ type: 'actions', elements: buttons.slice(at, at + limits.actions) });
  return rows;
}

/** Asks once more before what cannot be taken back. */
export function confirmation(words: {
  title: string;
  text: string;
  yes: string;
  no: string;
}): types.ConfirmationDialog {
  return {
    title: plainText(words.title, limits.confirmTitle),
    text: plainText(words.text, limits.confirmText),
    confirm: plainText(words.yes, limits.confirmButton),
    deny: plainText(words.no, limits.confirmButton),
    style: 'danger',
  };
}

/** Block ids that differ between cards and between versions of one card, as Slack wants them. */
export function withIds(blocks: Block[], prefix: string): Block[] {
  return blocks.map((block, index) => ({ ...block, block_id: `${prefix}:${index}` }));
}

/** What Slack measures, as we count it. */
export const sizeOf = (blocks: unknown): number => Buffer.byteLength(JSON.stringify(blocks));
