/**
 * Text as it arrives, made even: quotes, dashes, arrows and bullets have one form,
 * mark-up and invisible characters are gone. Nothing here looks at meaning.
 */

/** Longer texts are read up to here; the limit keeps the answer under half a second. */
const readLimit = 120_000;

const arrow = / *(?:→|⇒|➔|➜|⟶|–>|—>|-{1,2}>|=>) */g;

/** The text without mark-up, control characters and typographic variety. */
export function cleanText(text: string): string {
  return (
    text
      .slice(0, readLimit)
      .normalize('NFC')
      .replace(/\r\n?/g, '\n')
      // Long runs of blanks would make every pattern below start over at each of them.
      .replace(/[ \t]{40,}/g, ' '.repeat(40))
      .replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '')
      // Pictures beside a name are no part of it: "hives 🍯: name, age".
      .replace(/ ?\p{Emoji_Presentation}[\ufe0f\u{1f3fb}-\u{1f3ff}]*/gu, '')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
      .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, ' ')
      .replace(/[‘’ʼ]/g, "'")
      .replace(/[“”«»„]/g, '"')
      .replace(/[\u00a0\u2000-\u200a\u3000]/g, ' ')
      .replace(/[：]/g, ':')
      .replace(/[，、]/g, ', ')
      .replace(/<(script|style)\b[^>]{0,200}>[^<]{0,2000}<\/\1>/gi, ' ')
      .replace(/<\/?[a-z!][^<>\n]{0,200}>/gi, ' ')
      .replace(arrow, ' → ')
      .replace(/\*\*|__(?=\S)|(?<=\S)__|`+/g, '')
      .replace(/\[([^\]\n]{1,100})\]\((?:https?:)[^)\s]{1,300}\)/g, '$1')
      .replace(/[ \t]+[—–][ \t]+|—/g, ' - ')
      .replace(/\b(e\.g|i\.e|vs|approx)\./gi, (_, word: string) => word.replace('.', ''))
      .replace(/\betc\.(?!\s+\p{Lu})/giu, 'etc')
      .replace(/\bno\.(?=\s*\d)/gi, 'no')
  );
}

/** The words of the request, short enough to be kept with a field. */
export function sourceOf(text: string): string {
  const words = text.replace(/\s+/g, ' ').trim();
  return [...words].slice(0, 300).join('');
}

/** True when there is nothing to read: no word of two letters in any script. */
export function isWordless(text: string): boolean {
  return !/[\p{L}]{2}/u.test(text);
}
