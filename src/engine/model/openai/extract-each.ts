/**
 * Tasks of a thread: one question for many messages, and each answer held to the message that it names. Nothing that
 * one person writes is found in the words of another, whatever the model says.
 */
import { FactotumError } from '../../../errors.ts';
import { hideSecrets } from '../../../secret.ts';
import type { Context, FoundTask, Said } from '../model.ts';
import { extractTasks } from '../offline/extract/extract.ts';
import { segmentsOf } from '../offline/extract/segment.ts';
import { titleOf } from '../offline/extract/title.ts';
import { stem } from '../offline/word.ts';
import type { Asker } from './ask.ts';
import { mostTasks, toFound, together } from './extract.ts';
import type { Read } from './judge.ts';
import { shownText } from './plain.ts';
import { threadPrompt } from './prompt/extract.ts';

/** What is asked at once: an answer to more would not fit, and one that is not usable would cost more. */
const mostMessages = 40;
const mostCharacters = 24_000;

/**
 * @param ask what finds the tasks of messages that fit into one question; it never throws on any text
 * @returns for each message, in their order, what was found in it
 */
export async function inParts<T>(said: Said[], ask: (part: Said[]) => Promise<T[]>): Promise<T[]> {
  const found: T[] = [];
  for (const part of partsOf(said)) found.push(...(await ask(part)));
  return found;
}

/** A message that is longer than all that fits is a part of its own. */
function partsOf(said: Said[]): Said[][] {
  const parts: Said[][] = [];
  let size = 0;
  for (const one of said) {
    const part = parts.at(-1);
    const length = one.text.length + (one.author?.length ?? 0);
    if (!part || part.length >= mostMessages || size + length > mostCharacters) {
      parts.push([one]);
      size = length;
    } else {
      part.push(one);
      size += length;
    }
  }
  return parts;
}

/**
 * @param said so many that they fit into one question
 * @throws FactotumError when there is no usable answer
 */
export async function extractEachBy(
  asker: Asker,
  said: Said[],
  context: Context,
): Promise<FoundTask[][]> {
  try {
    return await askOnce(asker, said, context);
  } catch (error) {
    const isUnusable = error instanceof FactotumError && error.code === 'INVALID';
    if (!isUnusable || said.length < 2) throw error;
    // Too much to answer, or one message that the model will not speak about: the others are still read.
    const middle = Math.ceil(said.length / 2);
    const halves = [said.slice(0, middle), said.slice(middle)];
    const found: FoundTask[][] = [];
    for (const half of halves) found.push(...(await orRules(asker, half, context)));
    return found;
  }
}

async function orRules(asker: Asker, said: Said[], context: Context): Promise<FoundTask[][]> {
  try {
    return await askOnce(asker, said, context);
  } catch (error) {
    if (!(error instanceof FactotumError) || error.code !== 'INVALID') throw error;
    return said.map((one) => extractTasks(one, context));
  }
}

async function askOnce(asker: Asker, said: Said[], context: Context): Promise<FoundTask[][]> {
  const messages = said.map(({ text, author }, index) => ({
    number: index + 1,
    author: author === undefined ? null : hideSecrets(author),
    text: shownText(text),
  }));
  const segments = said.map(({ text }) => segmentsOf(text));
  const words = said.map(({ text }) => wordsOf(text));
  /** A word that only somebody else has said makes no title of this: it would be put into their mouth. */
  const titled = (task: FoundTask, index: number, ruled: FoundTask[]): FoundTask => {
    const isBorrowed = [...wordsOf(task.title)].some(
      (word) =>
        !words[index]?.has(word) &&
        words.some((other, at) => other.has(word) && said[at]?.author !== said[index]?.author),
    );
    if (!isBorrowed) return task;
    const same = ruled.find(
      ({ quote }) => quote.includes(task.quote) || task.quote.includes(quote),
    );
    return { ...task, title: same?.title ?? titleOf(task.quote, task.due, task.assignee) };
  };
  return asker.ask(
    threadPrompt,
    { messages },
    ({ tasks }): Read<FoundTask[][]> => ({
      found: said.map((one, index) => {
        const drafts = tasks.filter(({ message }) => message === index + 1).slice(0, mostTasks);
        const ruled = extractTasks(one, context);
        const found = drafts.flatMap((draft) => {
          const task = toFound(draft, one, segments[index] ?? [], context);
          return task ? [titled(task, index, ruled)] : [];
        });
        return together(found, ruled, one.text);
      }),
    }),
    context,
  );
}

/** Without the small ones, which every text has. */
const wordsOf = (text: string): Set<string> =>
  new Set((text.toLowerCase().match(/[\p{L}\p{N}]{4,}/gu) ?? []).map(stem));
