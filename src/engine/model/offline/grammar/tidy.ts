/**
 * Choices said in passing get brackets, so that a list of fields can be cut at its commas:
 * "status new, roasted, shipped" is "status (new, roasted, shipped)", "done yes/no" is "done (yes/no)".
 */
import { findKnown } from '../domain.ts';
import { isValueName, typeOfName } from '../field-type.ts';
import { joints, openers, verbs } from '../lexicon.ts';
import { splitFlow } from '../list.ts';
import { isPlural, singular, wordsOf } from '../word.ts';

const ends = '(?=\\s*(?:[,;.)]|$)|\\s+(?:and|plus|or)\\s)';
const yesNo = new RegExp(
  `(?<=[\\p{L}\\d)])(?<!\\b(?:as|is|are|a|an))\\s*(?:[:=]|\\s-)?\\s+(?:yes\\s?/\\s?no|y/n|yes or no|true\\s?/\\s?false|true or false|checkbox)${ends}`,
  'giu',
);
const orNot = /(?<=\p{L}) or not(?=\s*(?:[,;.)]|$))/giu;
const slashes = new RegExp(
  `(\\p{L}+)(?:\\s*:\\s*|\\s+)(\\p{L}[\\p{L}-]*(?:\\s?/\\s?\\p{L}[\\p{L}-]*)+)${ends}`,
  'giu',
);
const colonOr =
  /(?<=[,(]\s*(?:and\s+)?(?:an?\s+|the\s+)?)([\p{L}]+(?: [\p{L}]+)?):\s+((?:[\p{L}][\p{L} -]{1,20}, ){0,6}[\p{L}-]{2,20}(?: [\p{L}-]+)?,? or [\p{L}-]+(?: [\p{L}-]+)?)(?=\s*(?:[,;.)]|$))/giu;
/** "a result which is pass, fail or open". */
const whichIs =
  /(\p{L}+) (?:which|that) (?:is|can be|may be|must be)(?: either| one of)?:? ((?:\p{L}[\p{L} -]{0,20}, ){0,6}\p{L}[\p{L}-]*,? or \p{L}[\p{L}-]*)(?=\s*(?:[,;.)]|$))/giu;
/** Names whose slashes are choices even when there are only two. */
const choices =
  /^(?:status|stage|state|phase|priority|type|kind|severity|size|level|mode|method)$/i;
const flow =
  /\b(status|stage|state|phase)(\s+(?:(?:that|which)\s+)?(?:goes|go|moves|runs|progresses|changes|flows|starts)?\s*(?:from|through)\s+|\s*:\s*|\s+(?:(?:that|which)\s+)?(?:is one of|is either|can be|may be|could be|must be|is|of|being|one of|either|like|as)(?:\s+(?:one of|either))?:?\s+|\s+)(?=[\p{L}"'])/giu;
const trailing =
  /(?:,\s*(?:and\s+)?|\s+and\s+)(?:(?:it|they|each)\s+)?(?:is|are|can be|may be|is marked as|are marked as)\s+(?:either\s+)?((?:[\p{L}][\p{L} -]{1,24}, ){1,8}[\p{L}][\p{L} -]{1,24}?,? or [\p{L}][\p{L} -]{1,24})(?=\s*(?:[;.)]|$))/giu;

/** The clause with brackets around its choices. */
export function tidy(text: string): string {
  if (text.length > 2_000) return text;
  const plain = text
    .replace(yesNo, ' (yes/no)')
    .replace(orNot, ' (yes/no)')
    .replace(slashes, slashed)
    .replace(colonOr, '$1 ($2)')
    .replace(whichIs, '$1 ($2)');
  return states(
    plain.replace(trailing, (all, list: string, at: number) =>
      inList(plain.slice(0, at)) && statesOf(list).count > 2 ? ` and status ${list}` : all,
    ),
  );
}

function slashed(all: string, name: string, list: string): string {
  const options = list.split('/').map((option) => option.trim());
  const word = name.toLowerCase();
  const named = !joints.has(word) && !verbs.has(word) && !openers.has(word);
  const enough = options.length > 2 || choices.test(word);
  const values = options.some((option) => isPlural(option) || /^(?:yes|no|or|out)$/i.test(option));
  return named && enough && !values ? `${name} (${options.join(', ')})` : all;
}

/** True where a list of fields is going on, so that a status is one of them. */
function inList(before: string): boolean {
  return /,|\b(?:with|has|have|having|includes?|including|contains?|fields?|columns?|store|track|record)\b|[:(]/i.test(
    before,
  );
}

/** Puts brackets around the states that stand behind "status". */
function states(text: string): string {
  let done = '';
  let from = 0;
  flow.lastIndex = 0;
  for (let match = flow.exec(text); match; match = flow.exec(text)) {
    const start = match.index + match[0].length;
    if (!inList(text.slice(0, match.index))) continue;
    const stretch = /^[^;.()]*/.exec(text.slice(start))?.[0] ?? '';
    const moves = /\b(?:from|through)\s+$/i.test(match[2] ?? '');
    const found = moves ? moved(stretch) : statesOf(stretch);
    if (found.count < 2) continue;
    done += `${text.slice(from, match.index)}${match[1]} (${found.list})`;
    from = start + found.length;
    flow.lastIndex = from;
  }
  return done + text.slice(from);
}

type Found = { list: string; count: number; length: number };

/** "applied to interview to offer or rejected": a line and other ends. */
function moved(stretch: string): Found {
  const length = (/^(.*?)(?=,\s+(?:and\s+)?(?:an?|the|its)\s)/i.exec(stretch)?.[1] ?? stretch)
    .length;
  const { states: line, exits } = splitFlow(stretch.slice(0, length));
  const list = line.join(', ') + (exits.length > 0 ? ` | ${exits.join(', ')}` : '');
  return { list, count: line.every(isState) ? line.length : 0, length };
}

const cuts =
  /,\s*(?:and then|and|or|then)?\s+|\s+(?:and then|then|or|and)\s+|\s?(?:\/|→|>|\||,)\s?/gi;

/** The states at the start of a list, up to the first word that is another field. */
function statesOf(stretch: string): Found {
  const list: string[] = [];
  let length = 0;
  let start = 0;
  let last = false;
  cuts.lastIndex = 0;
  while (!last) {
    const cut = cuts.exec(stretch);
    const end = cut?.index ?? stretch.length;
    const state = stretch.slice(start, end).trim();
    if (!isState(state)) break;
    list.push(state.replace(/^["']|["']$/g, ''));
    length = end;
    if (!cut) break;
    last = list.length > 1 && /\b(?:or|and)\b/i.test(stretch.slice(start - 6, start));
    start = end + cut[0].length;
  }
  return { list: list.join(', '), count: list.length, length };
}

const notStates =
  /^(?:field|column|board|tracking|history|code|report|bar|workflow|flow|of|for|and|or|with|that|which|page|etc|so on|assigned|owner|assignee)\b|\b(?:is|are|has|have|should|can|each|every|from|when|where|who|whether)\b/i;

/** "new", "in repair", "under offer": no plural, no date or price, no thing of its own. */
function isState(words: string): boolean {
  const name = wordsOf(words.replace(/["']/g, ''));
  if (!name || name.split(' ').length > 3 || notStates.test(name)) return false;
  if (isPlural(name) || /[\d:]/.test(name)) return false;
  const type = typeOfName(name);
  if (type === 'boolean' || name === 'due') return true;
  if (
    /^(?:in|on|under|out|to|not|ready|waiting|awaiting|for|at|no|being|fully|partly)\s/.test(name)
  )
    return true;
  if (type !== 'text' || isValueName(name)) return false;
  return !(name.includes(' ') ? false : findKnown(singular(name)) && singular(name) === name)
    ? true
    : /^(?:order|quote|lead|offer|interview|application|sale|return|review|draft|proposal)$/.test(
        name,
      );
}
