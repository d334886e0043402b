/** Summaries, meeting notes, action items and status reports: made of sentences that stand in the source. */
import { blank, type DraftData, type DraftWish } from '../../draft.ts';
import type { Context, Question } from '../../model.ts';
import { readDue } from '../extract/due.ts';
import {
  dayText,
  isDecision,
  isQuestion,
  lineOf,
  listed,
  part,
  peopleOf,
  type Spoken,
  spokenIn,
  tasksIn,
} from './source.ts';
import { capital } from './words.ts';

const telling =
  /\b(?:will|must|need|needs|should|deadline|due|because|problem|issue|risk|budget|cost|price|ship|launch|deliver|late|delay|increase|decrease|won|lost|finished|done|ready|important|however|result)\w*\b/i;
const dated =
  /\d|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:january|february|march|april|june|july|august|september|october|november|december|tomorrow|today)\b/i;

/** The sentences that say most, in their order. */
function keyPoints(spoken: Spoken[], most: number): Spoken[] {
  const scored = spoken
    .filter((one) => !isQuestion(one))
    .map((one, index) => {
      const words = one.text.split(/\s+/).length;
      const score =
        (isDecision(one) ? 4 : 0) +
        (telling.test(one.text) ? 2 : 0) +
        (dated.test(one.text) ? 2 : 0) +
        (index === 0 ? 2 : 0) +
        (words < 4 ? -4 : words > 45 ? -1 : 1);
      return { one, index, score };
    });
  return scored
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, most)
    .sort((a, b) => a.index - b.index)
    .map(({ one }) => one);
}

const unlike = (spoken: Spoken[], used: Spoken[]) => spoken.filter((one) => !used.includes(one));

export function writeSummary(wish: DraftWish, context: Context): string | Question {
  const spoken = spokenIn(wish.source);
  if (spoken.length === 0) return noSource('summarise', 'summarise this: …');
  const isShort = wish.tone === 'short';
  const decided = spoken.filter(isDecision);
  const most = isShort ? 3 : Math.max(3, Math.min(8, Math.ceil(spoken.length / 4)));
  const points = keyPoints(
    unlike(spoken, decided),
    Math.max(1, most - (isShort ? decided.length : 0)),
  );
  const people = peopleOf(wish.source, spoken);
  const head = `Summary${wish.topic ? ` of ${wish.topic}` : ''}`;
  return [
    capital(head),
    ...(people.length > 1 ? [`Who: ${people.join(', ')}`] : []),
    ...part('Decided', decided.map(lineOf)),
    ...part('In short', points.map(lineOf)),
    ...(isShort
      ? []
      : part(
          'To do',
          tasksIn(wish.source, context).map(({ line }) => line),
        )),
    ...(isShort ? [] : part('Questions that were asked', spoken.filter(isQuestion).map(lineOf))),
  ].join('\n\n');
}

export function writeMinutes(wish: DraftWish, context: Context): string | Question {
  const spoken = spokenIn(wish.source);
  if (spoken.length === 0) return noSource('make notes of', 'write the meeting notes: …');
  const decided = spoken.filter(isDecision);
  const people = peopleOf(wish.source, spoken);
  const date = /^\s*(?:date|when)\s*:\s*(.+)$/im.exec(wish.source)?.[1];
  const tasks = tasksIn(wish.source, context);
  const isTask = ({ text }: Spoken) =>
    tasks.some(({ quote }) => quote.includes(text) || text.includes(quote));
  const rest = unlike(spoken, decided).filter(
    (one) => !isQuestion(one) && !label.test(one.text) && !isTask(one),
  );
  return [
    `Meeting notes: ${wish.topic ?? blank('subject')}`,
    `Date: ${date ?? blank('date')}\nPresent: ${people.length > 0 ? people.join(', ') : blank('who was there')}`,
    ...(decided.length > 0
      ? part('Decisions', decided.map(lineOf))
      : [`Decisions\n${listed([blank('what was decided')])}`]),
    ...part(
      'Action items',
      tasks.map(({ line }) => line),
    ),
    ...part('Open questions', spoken.filter(isQuestion).map(lineOf)),
    ...part('Notes', rest.slice(0, 40).map(lineOf)),
  ].join('\n\n');
}

const label = /^(?:present|attendees|participants|date|when|who)\s*:/i;

export function writeActionItems(wish: DraftWish, context: Context): string | Question {
  if (wish.source.trim() === '')
    return noSource('take action items from', 'turn these notes into action items: …');
  const items = tasksIn(wish.source, context);
  if (items.length === 0)
    return {
      kind: 'question',
      text: 'I found no action items in that. Mark what is to be done, for example “Action: Ann sends the offer by Friday”.',
      suggestions: [],
    };
  return [
    `Action items${wish.topic ? `: ${wish.topic}` : ''}`,
    listed(items.map(({ line }) => line)),
  ].join('\n\n');
}

export function writeStatusReport(
  wish: DraftWish,
  data: DraftData,
  context: Context,
): string | Question {
  const today = dayText(new Date(context.now).toISOString().slice(0, 10));
  const own = data.flatMap(({ heading, lines }) => part(heading, lines));
  const told = part('Also', spokenIn(wish.source).map(lineOf));
  if (own.length + told.length === 0)
    return {
      kind: 'question',
      text: 'There is nothing to report yet: no tasks and no apps. Paste what the report is to say behind “write a status report:”.',
      suggestions: [],
    };
  const head = `Status report${wish.topic ? `: ${wish.topic}` : ''}\n${today}`;
  return [head, ...own, ...told].join('\n\n');
}

export function writeAgenda(wish: DraftWish, context: Context): string {
  const due = readDue(wish.lead, context);
  const topics = topicsOf(wish);
  const named =
    /\b(?:for|of) (?:the |my |our |an? )?(.*?(?:meeting|call|sync|workshop|session|review|standup|retro\w*|kick-?off|interview|1:1))\b/i.exec(
      wish.lead,
    )?.[1];
  const what = named ? capital(withoutDay(named)) : 'Meeting';
  const length = /\b(\d{1,3}) ?(?:min|minutes)\b|\b(one|two|an?|\d) ?hours?\b/i.exec(
    wish.lead,
  )?.[0];
  return [
    `Agenda: ${what}`,
    [
      `Date: ${due ? dayText(due.date) : blank('date')}`,
      `Time: ${due?.time ?? blank('time')}${length ? `, ${length}` : ''}`,
      `Place: ${blank('place or link')}`,
      `With: ${wish.people.length > 0 ? wish.people.join(', ') : blank('who takes part')}`,
    ].join('\n'),
    [
      ...(topics.length > 0 ? topics.map(capital) : [blank('first topic'), blank('second topic')]),
      'Next steps: who does what by when',
    ]
      .map((topic, index) => `${index + 1}. ${topic}`)
      .join('\n'),
  ].join('\n\n');
}

const withoutDay = (words: string) =>
  words.replace(
    /\b(?:mon|tues|wednes|thurs|fri|satur|sun)day['’]s |\b(?:tomorrow|today)['’]s |\bnext week['’]s /i,
    '',
  );

/** Listed below the wish, or named in it. */
function topicsOf({ source, topic }: DraftWish): string[] {
  const lines = source
    .split('\n')
    .map((line) => line.replace(/^\s*(?:[*•‣+-]|\d{1,2}[.)])\s+/, '').trim())
    .filter((line) => line !== '');
  const named = lines.length === 1 ? (lines[0] ?? '').split(/,\s*(?:and )?| and |;\s*/) : lines;
  const said = (topic ?? '').split(/,\s*(?:and )?| and |;\s*/);
  return (named.length > 0 ? named : said)
    .map((each) => each.trim())
    .filter(Boolean)
    .slice(0, 20);
}

export const noSource = (verb: string, example: string): Question => ({
  kind: 'question',
  text: `There is nothing here that I could ${verb}: I read only what is said to me in this conversation. Paste it behind your words, for example “${example}”.`,
  suggestions: [],
});
