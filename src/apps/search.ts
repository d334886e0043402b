/** The condition that finds records by words. */
import type { App } from './app.ts';
import { inSchema } from './column.ts';
import type { Params } from './session.ts';

/** Words beyond these are ignored: no person types so many, and each costs a scan of the index. */
const maxWords = 8;
const maxLength = 100;

/**
 * Every word must be found, in any field, whatever its case and accents; a phone number is
 * found by its digits however it is written. Undefined when nothing is searched for.
 */
export function searchSql(
  app: App,
  alias: string,
  q: string | undefined,
  params: Params,
): string | undefined {
  const words = groupWords(q ?? '').slice(0, maxWords);
  if (words.length === 0) return undefined;
  const like = (word: string) => {
    // One or two letters make no trigram: they are looked for at the start of a word, which does.
    const start = /^[a-z0-9]{1,2}$/i.test(word) ? ' ' : '';
    return `${alias}._search like '%${start}' || ${inSchema(app, '_pattern')}(${params.add(word)}) || '%'`;
  };
  const conditions = words.map(({ parts, digits }) => {
    const all = parts.map(like).join(' and ');
    if (digits === undefined) return all;
    return `((${all}) or ${alias}._search like ${params.add(`%${digits}%`)})`;
  });
  return conditions.join(' and ');
}

type Word = { parts: string[]; digits: string | undefined };

/** Words as typed; neighbours that look like a phone number in pieces are one group. */
export function groupWords(q: string): Word[] {
  const typed = q
    .replace(/\p{Cc}/gu, ' ')
    .replace(/\p{Cs}/gu, '')
    .trim()
    .slice(0, 300)
    .split(/\s+/);
  const groups: Word[] = [];
  for (const word of typed.filter(Boolean).map((each) => each.slice(0, maxLength))) {
    const last = groups.at(-1);
    if (isPhonePiece(word) && last?.parts.every(isPhonePiece)) last.parts.push(word);
    else groups.push({ parts: [word], digits: undefined });
  }
  return groups.map(({ parts }) => ({
    parts,
    digits: parts.every(isPhonePiece) ? digitsOf(parts) : undefined,
  }));
}

const isPhonePiece = (word: string): boolean =>
  /^[+(]*\d[\d().+\-/]*$|^\(\+?\d+\)[\d\-/.]*$/.test(word);

/** Leading zeros are dialled inside a country only; stored numbers begin with the country's code. */
function digitsOf(parts: string[]): string | undefined {
  const digits = parts.join('').replace(/\D/g, '').replace(/^0+/, '');
  return digits.length >= 3 ? digits : undefined;
}
