/** What a task is called: what is to be done in few words, without the date, the person and the courtesy. */
import { hideSecrets } from '../../../../secret.ts';
import type { Due } from '../../model.ts';
import { keepingLead } from '../phrase.ts';

const longestTitle = 120;
/** A name that was given: 'a task called "Improve visits"', "a meeting titled Catch up". */
const given =
  /\b(?:tasks?|meetings?|events?|tickets?|issues?|items?|reminders?|calls?|appointments?|to-?dos?)\b[^.?!"'“‘\n]{0,50}?(?:\b(?:called|named|titled|entitled)\b:?\s*)?["'“‘]([^"”“\n]{2,120}?)["'”’](?=[\s.,;!?)]|$)|\b(?:tasks?|meetings?|events?|tickets?|issues?|items?|reminders?|calls?|appointments?|to-?dos?)\b[^.?!\n]{0,50}?\b(?:called|named|titled|entitled)\b:?\s+([^"“'.?!\n]{2,120}?)(?=\s+(?:and (?:assign|give|set|make|put)|assigned|due|with|for|by|on the|to the|that)\b|[.?!,;]|$)/giu;

export type Named = { title: string; start: number; end: number };

/** The names that a text gives to what it wants made. */
export function namesIn(text: string): Named[] {
  return [...text.matchAll(given)].flatMap((match): Named[] => {
    const title = (match[1] ?? match[2] ?? '').trim();
    return title ? [{ title, start: match.index, end: match.index + match[0].length }] : [];
  });
}

/**
 * The title of what `wish` says; `due` is left out of it.
 * @param assignee as it was written: left out where it only stands at the end, "(Ann, Friday)" or ", Ann?"
 */
export function titleOf(wish: string, due: Due | undefined, assignee?: string): string {
  // Before a title is made of it: a secret in pieces is not seen as one any more.
  const single = withoutEnd(hideSecrets(wish).replace(/\s+/g, ' ').trim(), assignee);
  const words = due ? without(single, due.text) : single;
  const title = words
    .replace(/\[([^\]]+)\]\([^)\s]+\)/g, '$1')
    .replace(/<(?:https?:[^|>]*\|)?([^<>]*)>/g, '$1')
    .replace(/(?<![\p{L}\p{N}])[*_`~]{1,2}(?=\S)|(?<=\S)[*_`~]{1,2}(?![\p{L}\p{N}])/gu, '')
    .replace(/[\s.,;:!?-]+$/, '')
    .replace(/\s*\((?:owner|assignee)[: ][^()]{1,60}\)|\s+(?:-|–|—)\s*@[\w.-]+$/giu, '')
    .replace(/\s+(?:by |before )?(?:eod|cob|eob)$/i, '')
    .replace(keepingLead, '')
    .replace(/^(?:(?:do not|don't|never) forget|remember|make sure|be sure)(?: to|:|,)? /i, '')
    .replace(/^(?:please|kindly|to|that|about|also|then|for me to|for me)[, ]+/i, '')
    .replace(
      /(?<!\blet (?:me|us) know)[,;]?\s+(?:if (?:you|it|that|possible)\b.*|(?:please|thanks|thank you|asap|as soon as (?:possible|you can)|when(?:ever)? you (?:can|(?:get|have) (?:a |the |some )?(?:time|chance|minute|moment))|no rush|no hurry|immediately|right away|urgently)[.!]*)$/i,
      '',
    )
    .replace(
      /\s+(?:to|on|in) (?:my|the|our) (?:calendar|schedule|to-?do list|task list|list)$/i,
      '',
    )
    .replace(/[\s.,;:!?-]+$/, '')
    .trim();
  const shown = title.length > 1 ? title : single;
  return clip(shown.charAt(0).toUpperCase() + shown.slice(1));
}

function withoutEnd(text: string, name: string | undefined): string {
  if (!name) return text;
  const bracket = /\s*[([]([^()[\]]{1,60})[)\]]\s*[.!?]?$/.exec(text);
  if (bracket?.[1]?.includes(name)) return text.slice(0, bracket.index);
  const last = /, (\p{Lu}[\p{L}'’-]{1,30})\s*[.!?]*$/u.exec(text);
  return last?.[1] === name ? text.slice(0, last.index) : text;
}

/** The text without a date and the small words that lead to it. */
function without(text: string, date: string): string {
  const at = text.indexOf(date);
  if (at < 0) return text;
  const before = text
    .slice(0, at)
    .replace(
      /[\s,(]*\b(?:by|on|at|before|until|till|due|due by|for|from|around|no later than|starting|every|the|of|in|this|next)\s*$/i,
      '',
    )
    .replace(/[\s,(]*\b(?:due|no later than|sometime|is|starting)\s*$/i, '');
  const after = text.slice(at + date.length).replace(/^\s*\)/, '');
  return `${before.trimEnd()} ${after.trimStart()}`.replace(/\s+([,.;!?])/g, '$1').trim();
}

function clip(text: string): string {
  if (text.length <= longestTitle) return text;
  const cut = text.slice(0, longestTitle);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), 40)).trimEnd()}…`;
}
