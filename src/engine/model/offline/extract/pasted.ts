/** Whether somebody passes on what was written elsewhere: notes of a meeting, a mail, a thread. No app is made of it. */
import { readIntent } from '../intent.ts';
import { segmentsOf } from './segment.ts';
import { isThread } from './thread.ts';

/** A line that only notes, mails and threads have. */
const marks =
  /^\s*(?:#+\s*|\*{1,2})?(?:(?:meeting|call|team|weekly|daily|project|stand-?up|sync)\s+)*(?:minutes|notes|protocol|recap)\b(?:.{0,60})$|^\s*(?:#+\s*|\*{1,2})?(?:attendees|participants|present|absent|apologies|agenda|decisions?|discussed|discussion|action (?:items?|points?)|next (?:steps|meeting))\b\s*:?|^\s*(?:[-*•]\s*)?(?:action|ai|todo|to-do)\s*(?::|–|—|-)\s|^\s*(?:from|sent|subject|to|cc|date)\s*:\s|^\s*-{2,}\s*(?:original|forwarded) message|^\s*(?:on|at) .{5,160} (?:wrote|writes):/i;
/** "Meeting notes 24 Nov", "Minutes of the board": what is below such a title are notes, whatever they look like. */
const title =
  /^\s*(?:#+\s*|\*{1,2})?(?:(?:(?:meeting|call|team|weekly|daily|project|stand-?up|sync|retro(?:spective)?|kick-?off)\s+)+(?:minutes|notes|protocol|recap)|(?:minutes|notes|recap) (?:of|from) (?:the|our|a|today'?s?|yesterday'?s?)\b)/i;
const quoted = /^\s*(?:>|&gt;)\s?\p{L}/u;
const listed = /^\s*(?:[-*•]|\d{1,2}[.)])\s/;

/** Words of a person to the bot, with what they want made, come before what they paste. */
export function isPasted(text: string): boolean {
  const lines = text.split(/\r?\n/);
  const written = lines.filter((line) => line.trim() !== '');
  if (written.length < 2) return isMarkedLine(text);
  // A wish comes first, and what it is to have below it; a line of notes or mail is not one.
  const [opening = ''] = written;
  if (!marks.test(opening) && !quoted.test(opening) && readIntent(opening).kind === 'new_task')
    return false;
  const first = lines.findIndex((line) => marks.test(line) || quoted.test(line));
  const lead = lines.slice(0, Math.max(first, 0)).join('\n').trim();
  if (lead !== '' && readIntent(lead).kind === 'new_task') return false;
  if (title.test(opening)) return true;
  if (isThread(text) || lines.some((line) => quoted.test(line))) return true;
  const marked = written.filter((line) => marks.test(line)).length;
  // One word such as "Agenda:" may stand in a description; with a list below, or twice, it is notes.
  if (marked > 1 || (marked === 1 && first >= 0 && written.some((line) => listed.test(line))))
    return true;
  return segmentsOf(text).filter(({ speaker }) => speaker).length > 1;
}

/** "Action: Carla – update the deck" alone is a note as well. */
const isMarkedLine = (text: string): boolean =>
  /^\s*(?:[-*•]\s*)?(?:action(?: items?| points?)?|ai|todo|to-do)\s*(?::|->|–|—)\s/i.test(text);
