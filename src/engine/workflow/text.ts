/** What is written between quotes: `""` is a quote, `{name}` a placeholder, `{{` and `}}` are braces. */
import type { Token } from './lexer.ts';
import type { Span } from './source.ts';

/**
 * The pieces of a text; those in braces as their place in the file. A brace that no name follows is one
 * that is meant: JSON in a text needs nothing special.
 */
export function partsOf({ text, start }: Token): (string | Span)[] {
  const parts: (string | Span)[] = [];
  const from = start + 1;
  let plain = '';
  let at = 0;
  while (at < text.length) {
    const pair = text.slice(at, at + 2);
    if (pair === '""' || pair === '{{' || pair === '}}') {
      plain += pair.charAt(0);
      at += 2;
      continue;
    }
    if (text[at] === '{' && beginsName(text, at + 1)) {
      if (plain !== '') parts.push(plain);
      plain = '';
      const found = text.indexOf('}', at);
      // Without an end it is no placeholder, which whoever reads it says.
      const close = found < 0 ? text.length : found;
      parts.push({ start: from + at + 1, end: from + close });
      at = close + 1;
    } else {
      plain += text.charAt(at);
      at += 1;
    }
  }
  if (plain !== '') parts.push(plain);
  return parts;
}

const beginsName = (text: string, at: number) => /[\p{L}_]/u.test(text.charAt(at));

/** The way back for what is written between placeholders: braces are doubled where one would begin. */
export function quote(plain: string): string {
  return quoteName(plain)
    .replace(/\{+(?=[\p{L}_]|$)|\{{2,}/gu, (braces) => braces + braces)
    .replace(/^\}+|\}+$|\}{2,}/g, (braces) => braces + braces);
}

/** Names have no placeholders. */
export const quoteName = (plain: string): string => plain.replaceAll('"', '""');
