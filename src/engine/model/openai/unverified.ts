/**
 * What a text says that nothing it was made of does: links, addresses, numbers, days and names. They are marked, so
 * that nobody sends what a model has made up; links and addresses, which do harm when they are pressed, are taken out.
 */
import { blank, checkMark } from '../draft.ts';
import { namesOf } from './name.ts';

const link = /\b(?:https?:\/\/|www\.)[^\s<>"')\]]+|\b[a-z][a-z+.-]{2,15}:\/\/\S+/gi;
const address = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;
const day =
  /\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:january|february|april|june|july|august|september|october|november|december|tomorrow|tonight)\b/gi;
const number = /(?<![\p{L}\d])[$€£]?\d[\d.,:/’']*(?:\s?%)?/gu;
const polite = new Set(
  'I Regards Wishes Sincerely Faithfully Best Kind Thank Thanks Mr Mrs Ms Dr All Everyone Re'.split(
    ' ',
  ),
);

/**
 * @param said everything that people and the workspace's own data say
 * @returns the text with marks, and what they stand for, each once
 */
export function verified(text: string, said: string): { text: string; unverified: string[] } {
  const known = said.toLowerCase();
  const digits = new Set(said.match(/\d[\d.,:/’']*/g)?.map(bareNumber) ?? []);
  const words = new Set(known.match(/\p{L}+/gu) ?? []);
  const unverified = new Set<string>();
  const note = (found: string): string => {
    unverified.add(found.trim());
    return `${found} ${checkMark}`;
  };
  const bare = text
    .replaceAll(` ${checkMark}`, '')
    .replace(link, (found) =>
      known.includes(found.toLowerCase().replace(/[.,;]+$/, '')) ? found : gone('link', unverified),
    )
    .replace(address, (found) =>
      known.includes(found.toLowerCase()) ? found : gone('address', unverified),
    );
  const marked = apart(bare).map(({ part, isPlain }) => {
    if (!isPlain) return part;
    const dated = part.replace(day, (found) =>
      known.includes(found.toLowerCase()) ? found : note(found),
    );
    return withNames(dated, words, note).replace(number, (found, offset: number, whole: string) =>
      isListed(whole, offset) || digits.has(bareNumber(found)) ? found : note(found),
    );
  });
  return { text: marked.join(''), unverified: [...unverified] };
}

function withNames(
  text: string,
  words: ReadonlySet<string>,
  note: (found: string) => string,
): string {
  let shown = '';
  let done = 0;
  for (const { name, at } of namesOf(text, words)) {
    const isOdd = name
      .split(/[ \t]/)
      .filter((word) => !polite.has(word) && !isDay(word))
      .some((word) => !words.has(word.toLowerCase().replace(/['’]s$/, '')));
    if (!isOdd) continue;
    const [whole = name] = /^['’]s\b/.test(text.slice(at + name.length))
      ? [text.slice(at, at + name.length + 2)]
      : [];
    shown += text.slice(done, at) + note(whole);
    done = at + whole.length;
  }
  return shown + text.slice(done);
}

function gone(what: string, unverified: Set<string>): string {
  unverified.add(what === 'link' ? 'a link' : 'an address');
  return blank(what);
}

const isDay = (word: string) => new RegExp(day.source, 'i').test(word);
const bareNumber = (words: string) =>
  words
    .replace(/[^\d.,:/]/g, '')
    .replace(/[.,:/]+$/, '')
    .replace(/,(?=\d{3})/g, '');

/** "1. Goal": the number of a line says nothing. */
const isListed = (whole: string, at: number) =>
  /(?:^|\n)\s*$/.test(whole.slice(0, at)) && /^\d{1,2}[.)]\s/.test(whole.slice(at));

/** Links, addresses and marks are left as they are. */
function apart(text: string): { part: string; isPlain: boolean }[] {
  const kept = new RegExp(`(${link.source}|${address.source}|\\[[^\\[\\]\\n]{1,60}\\?\\])`, 'gi');
  return text.split(kept).map((part = '', index) => ({ part, isPlain: index % 2 === 0 }));
}
