/** Tasks in what somebody wrote, by rules: pieces, cues, and what each says about who and when. */
import type { Context, FoundTask, Said } from '../../model.ts';
import { executionTypeOf } from '../assess.ts';
import { assigneeIn } from './assignee.ts';
import { type Detected, detect } from './detect.ts';
import { readDue } from './due.ts';
import { mergeAlike } from './merge.ts';
import { type Segment, segmentsOf } from './segment.ts';
import { namesIn, titleOf } from './title.ts';
import { urgencyIn } from './urgency.ts';

const mostTasks = 50;

/** The tasks in a text, in its order. Never throws; nothing is invented. */
export function extractTasks(said: Said, context: Context): FoundTask[] {
  const segments = segmentsOf(said.text.replaceAll('\0', ' '));
  const named = segments.flatMap((segment, index) => byName(segment, segments[index + 1], context));
  // Who names tasks means these: what stands around them says how, when and if.
  if (named.length > 0) return mergeAlike(named).slice(0, mostTasks);
  const isMinutes =
    segments.some(({ speaker }) => speaker) &&
    segments.some((segment) => !segment.speaker && detect(segment)?.kind === 'action');
  const found = segments.flatMap((segment, index) => {
    // In minutes, what is said is talk: what was agreed stands on a line of its own.
    if (isMinutes && segment.speaker) return [];
    const detected = detect(segment);
    if (!detected) return [];
    return clausesOf(detected, segment).map((part) =>
      toTask(part, segment, segments[index + 1], said, context),
    );
  });
  return mergeAlike(found).slice(0, mostTasks);
}

/** Tasks whose name is given: 'make a task called "Improve visits" for Ann'. */
function byName(segment: Segment, next: Segment | undefined, context: Context): FoundTask[] {
  const names = namesIn(segment.text).filter(({ start }) =>
    makes.test(segment.text.slice(Math.max(0, start - 60), start)),
  );
  return names.map(({ title, start, end }, index): FoundTask => {
    const rest = segment.text.slice(end, names[index + 1]?.start);
    const due = readDue(rest, context) ?? followed(next, context);
    const assignee = assigneeIn(segment.text.slice(start), rest);
    return filled({
      title,
      due,
      assignee,
      text: segment.text,
      quote: segment.text,
      confidence: 0.9,
    });
  });
}

const makes =
  /\b(?:add|create|make|set|set up|schedule|book|open|file|put|log|raise|arrange|need)\b/i;

/** "It's due on December 6", said after it. */
function followed(next: Segment | undefined, context: Context) {
  return next &&
    /^(?:it|this|that|the deadline|deadline|due|they|these)\b.{0,30}\b(?:due|by|deadline|until|before|is)\b/i.test(
      next.text,
    ) &&
    !detect(next)
    ? readDue(next.text, context)
    : undefined;
}

/** "Send the deck to Ann and book a room for Friday" is two; "update the page and merge" is one. */
function clausesOf(detected: Detected, segment: Segment): (Detected & { quote: string })[] {
  const whole = [{ ...detected, quote: segment.text }];
  if (detected.kind !== 'request' && detected.kind !== 'action') return whole;
  const parts = detected.wish.split(
    /(?:,? and then |,? and |; |, then |, )(?=(?:please |also )*[a-z-]+ )/,
  );
  const clauses: string[] = [];
  for (const part of parts) {
    const isOwn =
      part.split(/\s+/).length > 2 && detect({ text: part, isMarked: false })?.kind === 'request';
    const last = clauses.length - 1;
    if (clauses.length === 0 || isOwn) clauses.push(part);
    else
      clauses[last] = detected.wish.slice(
        detected.wish.indexOf(clauses[last] ?? ''),
        detected.wish.indexOf(part) + part.length,
      );
  }
  if (clauses.length < 2 || (clauses[0] ?? '').split(/\s+/).length < 3) return whole;
  return clauses.map((wish) => ({
    ...detected,
    wish,
    quote: segment.text.includes(wish) ? wish : segment.text,
  }));
}

function toTask(
  detected: Detected & { quote: string },
  segment: Segment,
  next: Segment | undefined,
  { author }: Said,
  context: Context,
): FoundTask {
  const { kind, wish, who, quote, confidence } = detected;
  const due = readDue(quote, context) ?? followed(next, context);
  const assignee =
    who ??
    assigneeIn(segment.text) ??
    (kind === 'promise' ? (segment.speaker ?? author) : undefined);
  return filled({
    title: titleOf(wish, due),
    due,
    assignee,
    text: segment.text,
    quote,
    confidence,
  });
}

function filled(found: {
  title: string;
  due: FoundTask['due'];
  assignee: string | undefined;
  text: string;
  quote: string;
  confidence: number;
}): FoundTask {
  const { title, due, assignee, text, quote, confidence } = found;
  const urgency = urgencyIn(text);
  return {
    title,
    ...(assignee ? { assignee } : {}),
    ...(due ? { due } : {}),
    ...(urgency ? { urgency } : {}),
    executionType: executionTypeOf(title),
    quote,
    confidence,
  };
}
