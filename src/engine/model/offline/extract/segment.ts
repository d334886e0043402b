/**
 * What somebody wrote, in pieces that can hold a task: sentences of a message, lines of notes. Each is an exact
 * part of the text. Headers, signatures, code, and quotes that are answered are left out.
 */
import { partsOf } from './thread.ts';

export type Segment = {
  /** Exactly as written, without the mark or name before it. */
  text: string;
  /** "ACTION:", "TODO", "[ ]": somebody wrote down that this is to be done. */
  isMarked: boolean;
  /** A line of a list below a heading such as "Action items", or in a list of its own. */
  list?: 'todo' | 'plain';
  /** Who said it, where each line begins with a name. */
  speaker?: string;
  /** Who said it, where it is a part of a thread that was pasted. */
  author?: string;
};

/** Longer texts are read up to here, in characters. */
const readLimit = 60_000;
const longestSentence = 600;

const mark =
  /^\s*(?:[>*•-]\s*)*(?:\*{0,2}(?:action(?: items?| points?)?|ai|ap|todo|to[- ]do|task|follow[- ]?up|next steps?)\*{0,2}\s*(?::|->|–|—)|@todo\b|\[ \]|☐)\s*(?=\S)/i;
const done = /^\s*(?:[>*•-]\s*)*(?:\[x\]|☑|✅|done:|~~)/i;
const bullet = /^\s*(?:[*•‣◦+-]|\d{1,2}[.)])\s+/;
const speaking =
  /^\s*(?:[*•-]\s+)?([\p{L}][\p{L}.'-]{0,20}(?: \p{Lu}[\p{L}.'-]{0,20})?):\s+(?=\S)/u;
const notNames =
  /^(?:note|ps|p\.s|nb|fyi|re|fw|fwd|url|url|todo|action|from|to|cc|subject|date|sent|when|where|what|who|why|how|question|answer|proposal|resolution|resolved|agenda|topic|update|reminder|summary|background|deadline|due|warning|important|urgent|example|so|also|tasks?|time|location|phone|email|e-mail|tel|fax|hi|hello|dear|please)$/i;
const header = /^\s*(?:from|to|cc|bcc|sent|date|subject|reply-to|message-id|importance)\s*:\s/i;
const heading =
  /^\s*(?:#+\s*|\*\*)?(?:[\w']+ ){0,4}?(?:to[- ]?dos?|tasks?|actions?|action (?:items?|points?)|next steps?|follow[- ]?ups?|things to do|what is left|remaining|checklist)(?: (?:for|from|of|until|this|next)\b[^.?!\n:]{0,40})?(?:\s*:\s*\**\s*$|\*\*\s*$)|^\s*#+\s*(?:[\w']+ ){0,3}?(?:to[- ]?dos?|tasks?|actions?|action items?|next steps?|follow[- ]?ups?)\s*$|^\s*(?:to[- ]?dos?|tasks|actions|action items|action points|next steps|follow[- ]?ups)\s*$/i;
const quoting =
  /^\s*(?:>|&gt;)|^(?:On|At) .{5,120} (?:wrote|writes|said):\s*$|^-{2,}\s*(?:original|forwarded) message/i;
const signature = /^\s*(?:--\s*$|-{3,}\s*$|_{4,}|={4,}|\*{4,}|--[A-Z][\p{L}]+)/u;
const closing =
  /^\s*(?:(?:best|kind|warm)?\s*regards|best wishes|cheers|sincerely(?: yours)?|yours(?: \w+)?|many thanks|thanks(?: again)?|thank you|all the best|best|greetings|ciao|sent from my \w+)[\s,.!]*$/i;

/** The pieces of a text in their order. Never throws. */
export function segmentsOf(text: string): Segment[] {
  return partsOf(text.slice(0, readLimit)).flatMap(({ author, lines }) =>
    segmentsIn(lines).map((segment) => (author ? { ...segment, author } : segment)),
  );
}

function segmentsIn(all: string[]): Segment[] {
  const lines = linesOf(all);
  const spoken = lines.filter((line) => speakerOf(line)).length;
  const hasSpeakers = spoken > 1 && spoken * 4 >= lines.filter((line) => line.trim()).length;
  const found: Segment[] = [];
  let list: Segment['list'];
  for (const line of lines) {
    if (line.trim() === '') continue;
    if (heading.test(line)) {
      list = 'todo';
      continue;
    }
    if (done.test(line)) continue;
    const marked = mark.exec(line);
    if (marked) {
      found.push({ text: line.slice(marked[0].length).trim(), isMarked: true });
      continue;
    }
    // Below "To do:" a name says whose it is, and not who spoke.
    const speaker = hasSpeakers && list !== 'todo' ? speakerOf(line) : undefined;
    const rest = speaker ? line.slice(speaking.exec(line)?.[0].length ?? 0) : line;
    const isItem = bullet.test(rest);
    if (!isItem && /^\s*#/.test(rest)) list = undefined;
    const about = {
      isMarked: false,
      ...(isItem ? { list: list ?? ('plain' as const) } : {}),
      ...(speaker ? { speaker } : {}),
    };
    const words = isItem ? rest.replace(bullet, '') : rest;
    for (const sentence of sentencesOf(words)) {
      // "We agreed on the price. TODO: book the room."
      const inner = mark.exec(sentence)?.[0].length ?? 0;
      found.push({ ...about, text: sentence.slice(inner), isMarked: inner > 0 });
    }
    if (!isItem) list = undefined;
  }
  return found;
}

function linesOf(all: string[]): string[] {
  const lines: string[] = [];
  let isCode = false;
  for (const line of all) {
    if (/^\s*```/.test(line)) isCode = !isCode;
    else if (isCode) continue;
    else if (mark.test(line)) lines.push(line);
    else if (/^-{2,}\s*(?:original|forwarded) message/i.test(line)) continue;
    else if (signature.test(line) && lines.length > 0) {
      // Notes have rules between their parts; a mail ends with one.
      if (!lines.some((other) => mark.test(other) || /^\s*#/.test(other))) break;
    } else if (!quoting.test(line) && !header.test(line)) lines.push(line);
  }
  const end = lines.findIndex((line, index) => index > 0 && closing.test(line));
  const isEnd = end > 0 && lines.slice(end).filter((line) => line.trim()).length <= 30;
  return isEnd ? lines.slice(0, end) : lines;
}

function speakerOf(line: string): string | undefined {
  const name = speaking.exec(line)?.[1];
  return name && !notNames.test(name) && !mark.test(line) ? name : undefined;
}

/** Sentences of a line. Dots in numbers, names and abbreviations end none. */
function sentencesOf(line: string): string[] {
  return line
    .replace(/\b(?:e\.g|i\.e|etc|vs|approx|Mr|Mrs|Ms|Dr|St|No|[A-Z])\.(?=\s)/g, (found) =>
      found.replace(/\./g, '\u0001'),
    )
    .split(/(?<=[.!?]["'”’)]?)\s+(?=["'“‘(]?[\p{Lu}\d@<-])|(?<=[?!])\s+|(?<=\p{Ll}\.)\s{2,}/u)
    .map((sentence) => sentence.replaceAll('\u0001', '.').trim().slice(0, longestSentence))
    .filter((sentence) => /\p{L}{2}/u.test(sentence));
}
