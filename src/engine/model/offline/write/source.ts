/** What stands in a source: sentences with who said them, decisions, questions and tasks. Its own words only. */

import { blank } from '../../draft.ts';
import type { Context, FoundTask } from '../../model.ts';
import { extractTasks } from '../extract/extract.ts';

export type Spoken = { speaker?: string; text: string };

const readLimit = 60_000;
const speaking =
  /^\s*(?:\[[^\]\n]{1,20}\]\s*)?(?:[*•-]\s+)?(\p{L}[\p{L}.'-]{0,20}(?: \p{Lu}[\p{L}.'-]{0,20})?)\s*:\s+(?=\S)/u;
const labels =
  /^(?:note|notes|ps|nb|fyi|todo|to do|action|actions|action items|decision|decisions|decided|from|to|cc|subject|date|sent|when|where|what|who|why|how|agenda|topic|topics|present|attendees|participants|open|open questions|next steps|re|summary|time|place)$/i;
const frame =
  /^\s*(?:from|to|cc|bcc|sent|date|subject|reply-to)\s*:|^\s*(?:hi|hello|dear|hey)\b[^.!?]{0,40}[,!]?\s*$|^\s*(?:(?:best|kind|warm)?\s*regards|best wishes|cheers|sincerely|many thanks|thanks|thank you|all the best)[\s,.!]*$|^\s*-- ?$/i;

/** The sentences of a source, without headers, greetings and closings of mails. */
export function spokenIn(source: string): Spoken[] {
  let speaker: string | undefined;
  return inLines(source.slice(0, readLimit))
    .split('\n')
    .flatMap((line): Spoken[] => {
      if (line.trim() === '' || frame.test(line)) return [];
      const named = speaking.exec(line);
      const name = named?.[1];
      if (name && !labels.test(name)) speaker = name;
      else if (!/^\s/.test(line) && named) speaker = undefined;
      const rest = (named && name && !labels.test(name) ? line.slice(named[0].length) : line)
        .replace(/^\s*(?:[>*•‣+-]|\d{1,2}[.)])\s+/, '')
        .trim();
      return sentencesOf(rest).map((text) => ({ ...(speaker ? { speaker } : {}), text }));
    });
}

/** A thread that was pasted into one line, with a line for whatever somebody says. */
function inLines(source: string): string {
  const begins =
    /^\s*\p{Lu}[\p{L}'-]{1,20}: /u.test(source) && !labels.test(source.split(':')[0]?.trim() ?? '');
  return source.replace(
    begins
      ? /(?<=[.!?]) +(?=\p{Lu}[\p{L}'-]{1,20}: +[\p{L}\p{N}“"])/gu
      : /(?<=[.!?]) +(?=\p{Lu}[\p{L}'-]{1,20}: +\p{Lu})/gu,
    '\n',
  );
}

const sentencesOf = (line: string): string[] =>
  line
    .split(/(?<=[^\d\s.][.!?])\s+(?=["“(\p{Lu}\d])/u)
    .map((text) => text.trim())
    .filter((text) => /\p{L}{2}/u.test(text));

export const isQuestion = ({ text }: Spoken): boolean => /\?["”)]?$/.test(text);
export const isDecision = ({ text }: Spoken): boolean =>
  !/\?$/.test(text) &&
  /\b(?:decided|agreed|approved|confirmed|we(?:'ll| will) (?:go with|use|keep|take|postpone|cancel)|decision|signed off|settled on)\b/i.test(
    text,
  );

/** "Ana: We ship on Friday." */
export const lineOf = ({ speaker, text }: Spoken): string =>
  speaker ? `${speaker}: ${text}` : text;

/** Who spoke, or is listed as present. */
export function peopleOf(source: string, spoken: Spoken[]): string[] {
  const listed = /^\s*(?:present|attendees|participants|who)\s*:\s*(.+)$/im.exec(source)?.[1];
  const names = listed
    ? listed.split(/,\s*|\s+and\s+/)
    : spoken.map(({ speaker }) => speaker ?? '');
  return [...new Set(names.map((name) => name.trim().replace(/[.;]$/, '')).filter(Boolean))].slice(
    0,
    30,
  );
}

/** The tasks in a source as lines; whose they are and when they are due is marked where nobody said so. */
export function tasksIn(source: string, context: Context): { line: string; quote: string }[] {
  return extractTasks({ text: inLines(source) }, context).map((task) => ({
    line: `[ ] ${task.title}: ${task.assignee ?? blank('who')}, ${dueText(task)}`,
    quote: task.quote,
  }));
}

const dueText = ({ due }: FoundTask) => (due ? dayText(due.date, due.time) : blank('by when'));

const day = new Intl.DateTimeFormat('en-GB', {
  ...{ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' },
});

/** "Monday, 30 November 2026, 10:00" */
export const dayText = (date: string, time?: string): string =>
  `${day.format(new Date(`${date}T00:00:00Z`)).replace(/^(\w+) /, '$1, ')}${time ? `, ${time}` : ''}`;

export const listed = (lines: string[]): string => lines.map((line) => `- ${line}`).join('\n');

/** A heading with its lines; without any, nothing. */
export const part = (heading: string, lines: string[]): string[] =>
  lines.length > 0 ? [`${heading}\n${listed(lines)}`] : [];
