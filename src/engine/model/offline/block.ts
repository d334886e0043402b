/** The shape of a text: headings, bullets and paragraphs as a tree, sentences inside them. */

export type Block = {
  kind: 'heading' | 'bullet' | 'text';
  text: string;
  children: Block[];
};

type Open = { level: number; block: Block };

/** The lines of a text as a tree: what is indented or bulleted hangs below what introduces it. */
export function readBlocks(text: string): Block[] {
  const root: Block = { kind: 'text', text: '', children: [] };
  const open: Open[] = [{ level: -1, block: root }];
  let blank = true;
  for (const raw of text.split('\n')) {
    if (!raw.trim() || /^\s*(?:[-=_*]\s?){3,}$/.test(raw)) {
      blank = true;
      continue;
    }
    const { kind, level, text: words } = readLine(raw);
    const last = open.at(-1);
    if (kind === 'text' && last && !blank && continues(last, level, words)) {
      last.block.text += ` ${words}`;
      continue;
    }
    // A paragraph after a blank line ends the list above it, unless it is indented below it.
    const from = kind === 'text' && blank && level === textLevel ? textLevel : level;
    while (open.length > 1 && (open.at(-1)?.level ?? -1) >= from) open.pop();
    const block: Block = { kind, text: words, children: [] };
    open.at(-1)?.block.children.push(block);
    open.push({ level, block });
    blank = false;
  }
  return root.children;
}

const textLevel = 10;

function readLine(raw: string): { kind: Block['kind']; level: number; text: string } {
  const indent = Math.min(raw.replace(/\t/g, '    ').search(/\S/), 40);
  const line = raw.trim();
  const heading = /^(#{1,6})\s*(.+?)\s*#*$/.exec(line);
  if (heading)
    return { kind: 'heading', level: heading[1]?.length ?? 1, text: number(heading[2] ?? '') };
  const bracketed = /^\[([^\]]{2,80})\]$/.exec(line);
  if (bracketed) return { kind: 'heading', level: 6, text: bracketed[1] ?? '' };
  const bullet = /^(?:[-*•·▪◦‣–+o]|[→])\s+(.+)$/u.exec(line);
  if (bullet) return { kind: 'bullet', level: 21 + indent * 2, text: bullet[1] ?? '' };
  const numbered =
    /^(?:\(?(?:\d{1,3}(?:\.\d{1,3})*|[a-z]|[ivx]{1,4})[.)]|\d{1,2}\s*[-:])\s+(.+)$/i.exec(line);
  if (numbered) return { kind: 'bullet', level: 20 + indent * 2, text: numbered[1] ?? '' };
  return { kind: 'text', level: textLevel + (indent > 1 ? 10 + indent * 2 : 0), text: line };
}

/** "3. Employee" as a heading is about employees. */
function number(text: string): string {
  return text.replace(/^(?:\d+(?:\.\d+)*[.):]?|[a-z][.)])\s+/i, '');
}

/** A line goes on where the one before broke off: it was long, and no sentence ended there. */
function continues(last: Open, level: number, words: string): boolean {
  if (last.block.kind === 'heading') return false;
  const before = last.block.text;
  if (last.block.kind === 'bullet' && level > last.level - 12)
    return level > textLevel || /^[a-z]/.test(words);
  return before.length > 50 && !/[.!?:;]$/.test(before) && /^[\p{Ll}(]/u.test(words);
}

/** The sentences of a paragraph. Dots inside numbers, names and abbreviations do not end one. */
export function splitSentences(text: string): string[] {
  return text
    .split(alerts)
    .flatMap((part) => part.split(ends))
    .map((sentence) => sentence.trim())
    .filter(Boolean);
}

/** A wish to be told begins a sentence of its own. */
const alerts =
  /(?:[,;]|\s-)\s+(?:(?:and|also|then|plus|please)\s+)*(?=(?:(?:notify|alert|warn|remind|tell|ping|email|e-mail|text|message)\s+(?:me|us|the\s\w+|them|him|her|\w+s)\b|let\s(?:me|us)\sknow|send\s(?:me\s|us\s|out\s)?(?:an?\s)?(?:alert|notification|reminder|warning|e-?mail)|(?:alert|notify|warn|remind)\s(?:when|if)|(?:i|we)\s(?:want|need|would like)\s(?:to\s(?:be|get)\s)?(?:an?\s)?(?:alert|notif|remind|warn))\w*\s)|\s+and\s+(?=(?:notify|alert|warn|remind|tell|email|text)\s(?:me|us)\s(?:when|if|about|once)\b|(?:alert|notify|warn|remind)\s(?:when|if)\s|send\s(?:me\s|us\s)?(?:an?\s)?(?:alert|notification|reminder|warning)\b)/i;
const ends =
  /(?<=[.!?])["')]?\s+(?=["'(]?[\p{Lu}\p{Lo}\d#-])|(?<=[.!?])\s+(?=(?:each|every|a|an|the|they|it|also|and|then|we|i)\s)|\n/u;
