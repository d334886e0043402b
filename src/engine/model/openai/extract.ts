/**
 * Tasks in what somebody wrote. The model says where they stand and what they are called; that it stands there,
 * whose it is and when it is due is read by the rules, which also find what they find by themselves.
 */
import { hideSecrets } from '../../../secret.ts';
import type { Context, FoundTask, Said } from '../model.ts';
import { executionTypeOf, needOf } from '../offline/assess.ts';
import { assigneeIn } from '../offline/extract/assignee.ts';
import { readDue } from '../offline/extract/due.ts';
import { extractTasks } from '../offline/extract/extract.ts';
import { mergeAlike } from '../offline/extract/merge.ts';
import { type Segment, segmentsOf } from '../offline/extract/segment.ts';
import { titleOf } from '../offline/extract/title.ts';
import { urgencyIn } from '../offline/extract/urgency.ts';
import type { Asker } from './ask.ts';
import type { Read } from './judge.ts';
import { plain, shownText } from './plain.ts';
import { extractPrompt, type FoundDraft } from './prompt/extract.ts';

export const mostTasks = 50;
/** A sentence; more is no quote. */
const longestQuote = 600;
/** What a model finds is not surer than what somebody marked as to be done. */
const surest = 0.9;
/** What the rules find and the model, which has read the same, does not. */
const doubt = 0.75;

/** @throws FactotumError when there is no usable answer */
export async function extractBy(asker: Asker, said: Said, context: Context): Promise<FoundTask[]> {
  const { text, author } = said;
  const shown = shownText(text);
  const about =
    author === undefined ? { text: shown } : { text: shown, author: hideSecrets(author) };
  // Who says what in a thread is read by the rules.
  const segments = segmentsOf(text);
  const found = await asker.ask(
    extractPrompt,
    about,
    ({ tasks }): Read<FoundTask[]> => ({
      found: tasks
        .slice(0, mostTasks)
        .flatMap((task) => toFound(task, said, segments, context) ?? []),
    }),
    context,
  );
  return together(found, extractTasks(said, context), text);
}

/** Undefined for what does not stand in the text. @param segments of that text */
export function toFound(
  draft: FoundDraft,
  { text, author }: Said,
  segments: Segment[],
  context: Context,
): FoundTask | undefined {
  const quote = standsIn(text, draft.quote);
  if (quote === undefined) return undefined;
  const named = draft.assignee?.trim().replace(/^@(?=<@)/, '');
  const assignee =
    assigneeIn(quote) ??
    (named && named.length <= 80 && (named === author || text.includes(named)) ? named : undefined);
  const words = draft.due === null ? undefined : standsIn(text, draft.due);
  const due =
    (words === undefined ? undefined : readDue(words, context)) ?? readDue(quote, context);
  const urgency = urgencyIn(quote) ?? draft.urgency ?? undefined;
  const spoken = segments.find((one) => one.text.includes(quote) || quote.includes(one.text));
  const speaker = spoken?.speaker ?? spoken?.author;
  const title = plain(draft.title, 120) || titleOf(quote, due);
  const type = needOf(title)?.type ?? needOf(quote)?.type ?? draft.execution_type;
  return {
    title,
    ...(assignee ? { assignee } : {}),
    ...(speaker ? { author: speaker } : {}),
    ...(due ? { due } : {}),
    ...(urgency ? { urgency } : {}),
    // That this program does all of it is said by the rules alone.
    executionType: type === 'fully_automated' ? executionTypeOf(quote) : type,
    quote,
    confidence: bounded(draft.confidence),
  };
}

/** The part of a text that is meant, letter by letter; white space may differ. */
function standsIn(text: string, words: string): string | undefined {
  const pieces = words.trim().split(/\s+/);
  if (words.length > longestQuote || pieces[0] === '') return undefined;
  if (text.includes(words.trim())) return words.trim();
  const pattern = pieces.map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('\\s+');
  return new RegExp(pattern).exec(text)?.[0];
}

const bounded = (confidence: number) =>
  Math.round(Math.min(surest, Math.max(0, confidence)) * 100) / 100;

/** What both found is one task: the model's title, and of the rules whatever it lacks. In the order of the text. */
export function together(found: FoundTask[], ruled: FoundTask[], text: string): FoundTask[] {
  const left = [...ruled];
  const merged = found.map((task): FoundTask => {
    const at = left.findIndex(
      ({ quote }) => quote.includes(task.quote) || task.quote.includes(quote),
    );
    const [same] = at < 0 ? [] : left.splice(at, 1);
    return same
      ? { ...same, ...task, confidence: Math.max(same.confidence, task.confidence) }
      : task;
  });
  const alone = left.map((task) => ({
    ...task,
    confidence: Math.round(task.confidence * doubt * 100) / 100,
  }));
  const place = ({ quote }: FoundTask) => {
    const at = text.indexOf(quote);
    return at < 0 ? text.length : at;
  };
  const all = [...merged, ...alone].sort((a, b) => place(a) - place(b));
  return mergeAlike(all).slice(0, mostTasks);
}
