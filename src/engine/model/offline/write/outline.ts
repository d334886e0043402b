/** Outlines and longer texts: the headings that such a text usually has, with what was said and room for the rest. */
import { blank, type DraftWish } from '../../draft.ts';
import { capital } from './words.ts';

type Shape = { pattern: RegExp; name: string; parts: [heading: string, ...open: string[]][] };

/** The first that fits counts; the last fits everything. */
const shapes: Shape[] = [
  {
    pattern: /\bcampaign|marketing|advert/i,
    name: 'Campaign outline',
    parts: [
      ['Goal', 'what is to be reached, in numbers'],
      ['Audience', 'who it is for'],
      ['Message', 'what they are to remember'],
      ['Channels', 'where it runs'],
      ['Schedule', 'start', 'end'],
      ['Budget', 'amount'],
      ['How success is measured', 'measure and target'],
    ],
  },
  {
    pattern: /\bjob|position|role\b/i,
    name: 'Job description',
    parts: [
      ['About us', 'who we are'],
      ['What you will do', 'tasks'],
      ['What you bring', 'must have', 'nice to have'],
      ['What we offer', 'salary and benefits'],
      ['Where and when', 'place', 'start date'],
      ['How to apply', 'contact', 'closing date'],
    ],
  },
  {
    pattern: /\bproposal|offer|quote|pitch\b/i,
    name: 'Proposal',
    parts: [
      ['The need', 'what is missing today'],
      ['What we propose', 'solution'],
      ['What it includes', 'scope'],
      ['Schedule', 'milestones'],
      ['Price', 'amount'],
      ['Next step', 'what the reader is to do'],
    ],
  },
  {
    pattern: /\bpress release|announcement\b/i,
    name: 'Announcement',
    parts: [
      ['What is new', 'the news in one sentence'],
      ['Why it matters', 'what readers get from it'],
      ['When and where', 'date', 'place'],
      ['Whom to ask', 'contact'],
    ],
  },
  {
    pattern: /\bpresentation|talk|speech|slides?|workshop|training|lesson|course\b/i,
    name: 'Outline',
    parts: [
      ['Opening', 'the question that it answers'],
      ['Where we are', 'facts'],
      ['Main points', 'first point', 'second point', 'third point'],
      ['What follows', 'what the audience is to do'],
    ],
  },
  {
    pattern: /\breport|article|post|essay|paper|guide|instructions|brief\b/i,
    name: 'Outline',
    parts: [
      ['Introduction', 'what it is about and for whom'],
      ['Background', 'what the reader has to know'],
      ['Main part', 'first point', 'second point', 'third point'],
      ['Conclusion', 'what follows from it'],
    ],
  },
  {
    pattern: /^/,
    name: 'Outline',
    parts: [
      ['Goal', 'what it is for'],
      ['Main points', 'first point', 'second point', 'third point'],
      ['Who and when', 'people', 'dates'],
      ['Next steps', 'what happens next'],
    ],
  },
];

export function writeOutline(wish: DraftWish): string {
  const shape = shapes.find(({ pattern }) => pattern.test(wish.lead)) ?? shapes.at(-1);
  const points = wish.source
    .split('\n')
    .map((line) => line.replace(/^\s*(?:[*•‣+-]|\d{1,2}[.)])\s+/, '').trim())
    .filter((line) => line !== '')
    .slice(0, 60);
  const topic = wish.topic ? capital(wish.topic) : blank('subject');
  const blocks = (shape?.parts ?? []).map(
    ([heading, ...open], index) =>
      `${index + 1}. ${heading}\n${open.map((what) => `   - ${blank(what)}`).join('\n')}`,
  );
  const given =
    points.length > 0
      ? [`From your notes\n${points.map((line) => `   - ${line}`).join('\n')}`]
      : [];
  return [`${shape?.name ?? 'Outline'}: ${topic}`, ...given, ...blocks].join('\n\n');
}
