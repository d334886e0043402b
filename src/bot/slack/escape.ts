/** What stands for itself in Slack's text: never a mention, never a link. */
import { cut } from '../text.ts';

/** For Slack's text objects, mrkdwn and plain: these three are all that can begin a mention or a link. */
export function escapeText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** Escaped and in at most `max` units, never ending inside an entity. */
export function cutEscaped(text: string, max: number): string {
  return escapeText(cut(text, max, (part) => escapeText(part).length));
}
