/** Tasks in what somebody wrote, by rules: pieces, cues, and what each says about who and when. */
import type { Context, FoundTask, Said } from '../../model.ts';
import { executionTypeOf } from '../assess.ts';
import { assigneeIn, vocativeIn } from './assignee.ts';
import { type Detected, detect } from './detect.ts';
import { readDue } from './due.ts';
import { mergeAlike } from './merge.ts';
import { takenOver } from './reply.ts';
import { type Segment, segmentsOf } from './segment.ts';
import { namesIn, titleOf } from './title.ts';
import { urgencyIn } from './urgency.ts';

const mostTasks = 50;
/** Before the same ones are merged; more would take seconds to read. */
const mostRead = 100;
/** Minutes write down what is to be done; questions, wishes and offers in them are talk. */
const isAgreed = ({ kind }: Detected) => kind === 'action' || kind === 'request';

/** The tasks in a text, in its order. Never throws; nothing is invented. */
export function extractTasks(said: Said, context: Context): FoundTask[] {
  const segments = segmentsOf(said.text.replaceAll('\0', ' '));
  const named = segments.flatMap((segment, index) => byName(segment, segments[index + 1], context));
  // Who names tasks means these: what stands around them says how, when and if.
  if (named.length > 0) return mergeAlike(named).slice(0, mostTasks);
  const isMinutes =
    segments.some(({ speaker }) => speaker) &&
    segments.some((segment) => !segment.speaker && detect(segment)?.kind === 'action');
  const found: FoundTask[] = [];
  for (const [index, segment] of segments.entries()) {
    if (found.length >= mostRead) break;
    // In minutes, what is said is talk: what was agreed stands on a line of its own.
    if (isMinutes && segment.speaker) continue;
    const detected = detect(segment);
    if (!detected || (isMinutes && !isAgreed(detected))) continue;
    const next = segments[index + 1];
    found.push(
      ...clausesOf(detected, segment).map((part) => toTask(part, segment, next, said, context)),
    );
  }
  return mergeAlike(takenOver(found)).slice(0, mostTasks);
}

/** Tasks whose name is given: 'make a task called "Improve visits" for Ann'. */
function byName(segment: Segment, next: Segment | undefined, context: Context): FoundTask[] {
  const names = namesIn(segment.text).filter(({ start }) =>
    makes.test(segment.text.slice(Math.max(0, start - 60), start)),
  );
  return names.map(({ title, start, end }, index): FoundTask => {
    const rest = segment.text.slice(end, names[index + 1]?.start);
    const due = dueOf(rest, next, context);
    const assignee = assigneeIn(segment.text.slice(start), rest);
    return filled({
      title,
      due,
      assignee,
      segment,
      quote: segment.text,
      confidence: 0.9,
    });
  });
}

const makes =
  /\b(?:add|create|make|set|set up|schedule|book|open|file|put|log|raise|arrange|need)\b/i;

/** The day that is named there, or in the sentence behind it: "It is due on December 6". */
function dueOf(text: string, next: Segment | undefined, context: Context) {
  const due = readDue(text, context);
  // "At once" is how urgent it is; nothing is overdue the moment it is said.
  if (due && !/^(?:now|right now|immediately|right away|straight away)$/i.test(due.text))
    return due;
  return next && about.test(next.text) ? readDue(next.text, context) : undefined;
}

const about =
  /^(?:it|this|that|they|these|the deadline|deadline|due)\b.{0,30}\b(?:due|by|deadline|until|before|is)\b/i;

/** "Send the deck to Ann and book a room for Friday" is two; "update the page and merge" is one. */
function clausesOf(detected: Detected, segment: Segment): (Detected & { quote: string })[] {
  const { kind, wish } = detected;
  const whole = [{ ...detected, quote: segment.text }];
  const at = segment.text.indexOf(wish);
  if ((kind !== 'request' && kind !== 'action') || at < 0) return whole;
  const starts = [0];
  for (const { index, 0: joint } of wish.matchAll(joints)) {
    const clause = wish.slice(index + joint.length);
    const before = wish.slice(starts.at(-1), index);
    if (isLong(before) && isLong(clause) && isOfItsOwn(clause)) starts.push(index + joint.length);
  }
  if (starts.length === 1) return whole;
  return starts.map((start, index) => {
    const clause = wish.slice(start, starts[index + 1]).replace(ending, '');
    return { ...detected, wish: clause, quote: clause };
  });
}

const joints = /,? and then |,? and |; |, then |, /gi;
const ending = /(?:,? and(?: then)?|;|,(?: then)?)\s*$/i;
const isLong = (clause: string) => clause.trim().split(/\s+/).length > 2;
/** Asks for something, and for something else than what was named before. */
const isOfItsOwn = (clause: string) =>
  detect({ text: clause, isMarked: false })?.kind === 'request' &&
  !/^(?:please |also )*[\w-]+ (?:it|this|that|them|him|her|both|these|those)\b/i.test(clause);

function toTask(
  detected: Detected & { quote: string },
  segment: Segment,
  next: Segment | undefined,
  { author }: Said,
  context: Context,
): FoundTask {
  const { kind, wish, who, quote, confidence } = detected;
  const due = dueOf(quote, next, context);
  const assignee =
    who ??
    assigneeIn(segment.text) ??
    (kind === 'request' ? vocativeIn(segment.text) : undefined) ??
    (kind === 'promise' ? (segment.speaker ?? segment.author ?? author) : undefined);
  return filled({
    title: titleOf(wish, due, assignee),
    due,
    assignee,
    segment,
    quote,
    confidence,
  });
}

function filled(found: {
  title: string;
  due: FoundTask['due'];
  assignee: string | undefined;
  segment: Segment;
  quote: string;
  confidence: number;
}): FoundTask {
  const { title, due, assignee, segment, quote, confidence } = found;
  const urgency = urgencyIn(segment.text);
  const author = segment.speaker ?? segment.author;
  return {
    title,
    ...(assignee ? { assignee } : {}),
    ...(author ? { author } : {}),
    ...(due ? { due } : {}),
    ...(urgency ? { urgency } : {}),
    executionType: executionTypeOf(title),
    quote,
    confidence,
  };
}
