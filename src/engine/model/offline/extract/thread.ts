/**
 * A pasted or forwarded thread in its parts: who said what. Mails below one another ("On Tue, Ann wrote:", a block of
 * headers) and chats as people copy them ("Ann  9:12 AM", "[09:12] Ann: …"). A text without such marks is one part.
 */

export type Part = {
  /** As it was written; undefined for the words of whoever sends the text. */
  author?: string;
  /** Parts of the text, without signs of quotation before them. */
  lines: string[];
};

const word = "\\p{L}[\\p{L}\\p{M}.'’-]{0,30}";
/** Up to four words, the first with a capital; or what platforms write for a person. */
const name = `(?:\\p{Lu}[\\p{L}\\p{M}.'’-]{0,30}(?: ${word}){0,3}|@[\\w.-]{1,40}|<@\\w{1,30}>)`;
const day = '(?:\\p{L}{3,9}|\\d{1,4}[./-]\\d{1,2}(?:[./-]\\d{2,4})?)';
const clock = '\\d{1,2}[:.]\\d{2}(?:[:.]\\d{2})?(?: ?[AaPp]\\.?[Mm]\\.?)?';
const time = `(?:${day},?(?: at)? )?${clock}`;

/** "[09:12] Ann: …", "04.03.26, 09:12 - Ann: …", "Ann (09:12): …": the words stand on the same line. */
const spoken = [
  // A time alone begins a point of an agenda.
  new RegExp(
    `^\\s*(?:[[(]${time}[\\])]|${day},? ${clock}(?: ?[-–—])?)\\s+(${name}):\\s+(?=\\S)`,
    'u',
  ),
  new RegExp(`^\\s*(${name})\\s+[[(]${time}[\\])]:\\s+(?=\\S)`, 'u'),
];
/** "Ann  9:12 AM", "Ann Smith, yesterday at 9:12", "[09:12] Ann": the words stand below. */
const headed = [
  new RegExp(`^\\s*(${name}),?(?:\\s{1,4}|\\s+(?:APP|BOT)\\s+)[[(]?${time}[\\])]?\\s*$`, 'u'),
  new RegExp(`^\\s*[[(]${time}[\\])]\\s+(${name}):?\\s*$`, 'u'),
];
const wrote =
  /^(?:On|At|Am|Le) .{5,160}?(?:\d|,|\bat\b)\s*[,:]?\s+["“]?([^,<>\d"”]{2,60}?)["”]?\s*(?:<[^<>\s]{3,100}>\s*)?(?:wrote|writes|said)\s*:?\s*$/i;
const from = /^\s*\*?From:\*?\s+["“]?([^<>"”[\]]{2,60}?)["”]?\s*(?:[<[].{0,120})?$/i;
const otherHeader = /^\s*\*?(?:Sent|Date|To|Cc|Subject|Reply-To|Importance):\*?\s/i;
const forward = /^\s*(?:-{2,}\s*(?:original|forwarded) message\b.*|Begin forwarded message:\s*)$/i;

/** The parts in the order of the text. Never throws. */
export function partsOf(text: string): Part[] {
  const lines = text.split(/\r?\n/);
  const parts: Part[] = [];
  let current: Part = { lines: [] };
  let hasAuthors = false;
  const begin = (author: string | undefined) => {
    parts.push(current);
    current = author === undefined ? { lines: [] } : { author: author.trim(), lines: [] };
    hasAuthors ||= author !== undefined;
  };
  const isChat = countChat(lines) > 1;
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    const quoted = mailBelow(lines, index);
    if (quoted) {
      begin(quoted.author);
      parts.push(current, ...partsOf(quoted.text).map((part) => ({ ...current, ...part })));
      current = { lines: [] };
      break;
    }
    const sender = senderAt(lines, index);
    if (sender) {
      begin(sender.author);
      index += sender.lines - 1;
      continue;
    }
    const chat = isChat ? chatLine(line) : undefined;
    if (chat) {
      begin(chat.author);
      if (chat.rest) current.lines.push(chat.rest);
      continue;
    }
    current.lines.push(line);
  }
  parts.push(current);
  if (!hasAuthors) return [{ lines }];
  return parts.filter((part) => part.lines.some((line) => line.trim() !== ''));
}

/** Whether the text was said by several people, or was sent by somebody before it was pasted. */
export const isThread = (text: string): boolean =>
  partsOf(text).some(({ author }) => author !== undefined);

function chatLine(line: string): { author: string; rest: string } | undefined {
  for (const pattern of spoken) {
    const match = pattern.exec(line);
    if (match?.[1]) return { author: match[1], rest: line.slice(match[0].length) };
  }
  for (const pattern of headed) {
    const author = pattern.exec(line)?.[1];
    if (author && !isDay.test(author)) return { author, rest: '' };
  }
  return undefined;
}

/** "Monday 9:12", "Lunch at 12:30" begin nothing that somebody says. */
const isDay =
  /^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b|^(?:today|tomorrow|yesterday|noon|until|at|from)\b|\b(?:at|on|by|from|until|to|for)$/i;

const countChat = (lines: string[]) => lines.filter((line) => chatLine(line)).length;

/**
 * "On Tue, Ann wrote:" with her mail below it, to the end. Quotes with answers between or below them only say what is
 * answered.
 */
function mailBelow(
  lines: string[],
  index: number,
): { author: string | undefined; text: string } | undefined {
  const line = lines[index] ?? '';
  const next = lines[index + 1] ?? '';
  const isWrapped = !wrote.test(line.trim()) && /^\s*(?:\S+\s+)?(?:wrote|writes):\s*$/.test(next);
  const match = wrote.exec((isWrapped ? `${line} ${next}` : line).trim());
  if (!match) return undefined;
  const below = lines.slice(index + (isWrapped ? 2 : 1));
  const written = below.filter((one) => one.trim() !== '');
  if (written.length === 0 || !written.every((one) => quoteMark.test(one))) return undefined;
  return {
    author: match[1],
    text: below.map((one) => one.replace(quoteMark, '')).join('\n'),
  };
}

const quoteMark = /^\s*(?:>|&gt;) ?/;

/** A block of headers that begins with who sent it, and how many lines it has. */
function senderAt(lines: string[], index: number): { author: string; lines: number } | undefined {
  let at = index;
  const isForward = forward.test(lines[at] ?? '');
  if (isForward) at++;
  while (isForward && (lines[at] ?? '').trim() === '' && at < lines.length) at++;
  const author = from.exec(lines[at] ?? '')?.[1];
  if (!author) return undefined;
  let end = at + 1;
  while (end < lines.length && otherHeader.test(lines[end] ?? '')) end++;
  return isForward || end > at + 1 ? { author, lines: end - index } : undefined;
}
