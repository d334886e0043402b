/** Lists behind a colon or in brackets: "Products: name, price and stock", "orders (date, total)". */

import { findKnown } from '../domain.ts';
import type { Fact } from '../draft.ts';
import { isValueName } from '../field-type.ts';
import { splitList } from '../list.ts';
import { isPlural, wordsOf } from '../word.ts';
import { thingOf } from './noun.ts';
import { readStatus } from './status.ts';
import { kindsOf, thingsIn } from './thing.ts';

const ends = /\b(?:has|have|with|records?|stores?|contains?|includes?|including)\s.*\sand\s/i;
const doing =
  /^(?:(?:please |we |i |also |and |to |would like to |want to )*(?:create|add|define|make|build|have|track|manage|store|record|keep track of|keep|log|list|catalog|organi[sz]e|monitor|register|need|want)\s+)+(?:an?\s+|the\s+|my\s+|our\s+)?/i;

/** A plural that is no value: where most words behind a colon are such, they are things, not fields. */
export function isKnownThing(words: string): boolean {
  return isPlural(wordsOf(words.replace(/\(.*$/s, '').trim())) && isThingWord(words);
}

function isThingWord(words: string): boolean {
  const noun = thingOf(words);
  return noun !== undefined && (findKnown(noun) !== undefined || !isValueName(noun));
}

/**
 * True for an enumeration of things: most are plurals that are no values, where a plural
 * may bring its own fields along: "items (name, daily rate), rentals with start date, deposit".
 */
export function areThings(items: string[]): boolean {
  if (items.length < 2) return false;
  let things = 0;
  let own = 0;
  let open = false;
  for (const item of items) {
    const [name = ''] = item
      .replace(/^(?:and\s+)?(?:their|its|the|our|my)\s+/i, '')
      .split(/,?\s+(?:with|including|having)\s+|\s*\(/i);
    const withList = name.length < item.length && splitList(item.slice(name.length + 1)).length > 0;
    if (isKnownThing(name)) {
      things++;
      open = withList && !/\(/.test(item);
    } else if (open) own++;
  }
  return things > 1 ? (things + own) * 2 > items.length : things * 2 > items.length;
}

/** The fields of a thing that stands before a colon or bracket. */
export function readColon(
  text: string,
  subject: string | undefined,
  source: string,
): Fact[] | undefined {
  const match = /^([^:(]{2,60}?)(\s*:\s+|\s+\(|\s+-\s+)(.{2,1500}?)[.;]?$/s.exec(text);
  if (!match) return undefined;
  const opened = match[2]?.includes('(');
  // "orders (date, total), customers (name)" are several things.
  if (opened && /\)\s*,.*\(/s.test(match[3] ?? '')) return undefined;
  // "has a date and a result (pass, fail)": the bracket belongs to the last field.
  if (opened && ends.test(match[1] ?? '')) return undefined;
  const list = opened ? (match[3] ?? '').replace(/\)$/, '') : (match[3] ?? '');
  const left = (match[1] ?? '')
    .replace(doing, '')
    .replace(/^(?:table|entity|sheet|collection|form|list|for each|for every)\s+(?=\p{L})/iu, '');
  if (/\b(?:status|stages?|states|pipeline|workflow|board)\b/i.test(left)) {
    const status = readStatus(text, source, subject);
    if (status) return status.facts;
  }
  const noun = thingOf(left);
  if (!noun || isValueName(noun) || noun.split(' ').length > 3) return undefined;
  const items = splitList(list);
  if (items.some((item) => item.replace(/\([^)]*\)/g, '').split(/\s+/).length > 8))
    return undefined;
  if (areThings(items)) return thingsIn(list, source);
  const facts = kindsOf(noun, text, list, source);
  if (facts.length === 0) return undefined;
  const label = wordsOf(left);
  return [{ kind: 'entity', noun, source, ...(isPlural(label) ? { label } : {}) }, ...facts];
}
