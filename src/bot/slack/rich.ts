/**
 * Rich text, which Slack shows literally: no word in it can become a mention, a link or a format.
 * Whatever people wrote is shown by these; mentions and links are elements that only our code makes.
 */
import type { types } from '@slack/bolt';
import { isolate, tidy } from '../text.ts';

export type Inline = types.RichTextSection['elements'][number];
export type RichElement = types.RichTextBlock['elements'][number];
type Style = NonNullable<types.RichTextText['style']>;

export function plain(text: string, style?: Style): Inline[] {
  const shown = isolate(tidy(text));
  return shown === '' ? [] : [{ type: 'text', text: shown, ...(style ? { style } : {}) }];
}

export const bold = (text: string): Inline[] => plain(text, { bold: true });
export const code = (text: string): Inline[] => plain(text, { code: true });

export function link(url: string, text: string, style?: Style): Inline[] {
  return [{ type: 'link', url, text: tidy(text), ...(style ? { style } : {}) }];
}

/** @param id a Slack user id that our own code put where it stands */
export const mention = (id: string): Inline[] => [{ type: 'user', user_id: id }];

/** A moment, which every reader sees by their own clock. */
export const moment = (at: number, fallback: string): Inline[] => [
  {
    type: 'date',
    timestamp: Math.floor(at / 1000),
    format: '{date_short_pretty}, {time}',
    fallback,
  },
];

export function line(...parts: Inline[][]): types.RichTextSection {
  const elements = parts.flat();
  // Slack takes no empty section.
  return {
    type: 'rich_text_section',
    elements: elements.length > 0 ? elements : [{ type: 'text', text: ' ' }],
  };
}

export function list(
  style: 'bullet' | 'ordered',
  elements: types.RichTextSection[],
  offset = 0,
): RichElement {
  // `offset` is missing in the SDK's type: the first number is one more than it.
  const more = style === 'ordered' && offset > 0 ? { offset } : {};
  return { type: 'rich_text_list', style, elements, ...more };
}
