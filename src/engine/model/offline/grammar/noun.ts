/** Noun phrases: which words of a phrase name a thing that an app keeps. */
import { features, joints, never, openers, verbs, wholeNames } from '../lexicon.ts';
import { isPlural, singular, wordsOf } from '../word.ts';

const longestName = 4;

/** Plurals that stand inside names; any other is most likely a verb ("negotiates conditions"). */
const compound =
  /^(?:sales|goods|sports|savings|operations|parts|customs|communications|systems|logistics|arts|awards|claims|rights|benefits|business|news|human|materials|resources|services|games|records|works|accounts|hours|points|details|events|loans|products)$/;

/** Verbs that stand inside names: "work order", "support ticket". */
const noun = /^(?:work|support|share|run|register|follow|rent|use|hold|requests?|offer)$/;

/** Words of a phrase without articles, quantities and numbers in front. */
export function stripOpeners(phrase: string): string {
  let words = phrase
    .replace(/\([^)]*\)/g, ' ')
    .trim()
    .split(/\s+/);
  while (
    words.length > 1 &&
    (openers.has((words[0] ?? '').toLowerCase()) || /^(?:\d+|of)$/.test(words[0] ?? ''))
  ) {
    words = words.slice(1);
  }
  return words.join(' ');
}

/**
 * The thing that a phrase names, singular and in lower case: "the Customer list" is
 * "customer". Undefined when the phrase is a clause, a pronoun or talk about software.
 */
export function thingOf(phrase: string): string | undefined {
  if (phrase.includes(',')) return undefined;
  const plain = phrase
    .replace(/\([^)]*\)/g, ' ')
    .replace(/["*#]/g, ' ')
    .replace(/^.*'s\s+(?=\p{L})/u, '')
    .replace(/^.*\b(?:my|our|their|each|every|all the|the|an?)\s+(?=\p{L})/iu, '')
    .replace(/'s\b/g, '')
    .replace(
      /\s+(?:that|which|who|whose|where|when|they|we|you|from|for|in|at|on|with|by|per|via|so|into|as)\s.*$/i,
      '',
    )
    .replace(/[.:,;!?]+$/g, '')
    .trim();
  let words = wordsOf(stripOpeners(ofToFront(plain)))
    .split(/\s+/)
    .filter(Boolean);
  while (words.length > 1 && (openers.has(words[0] ?? '') || words[0] === 'list'))
    words = words.slice(1);
  while (
    words.length > 1 &&
    features.has(words.at(-1) ?? '') &&
    !wholeNames.has(
      words
        .slice(-2)
        .map((word) => singular(word))
        .join('-'),
    )
  ) {
    words = words.slice(0, -1);
  }
  while (words.length > 1 && /(?:[^e]ed|used|provided|sold)$/.test(words.at(-1) ?? ''))
    words = words.slice(0, -1);
  if (words.length === 0 || words.length > longestName) return undefined;
  if (
    words.some(
      (word) => joints.has(word) || (verbs.has(word) && !(words.length > 1 && noun.test(word))),
    )
  ) {
    return undefined;
  }
  if (words.slice(0, -1).some((word) => isPlural(word) && !compound.test(word))) return undefined;
  const last = words.at(-1) ?? '';
  const soft =
    words.length > 1 &&
    /^(?:application|record|report|case|rule|step|process|type|section|module|set|part|option|goal|item)s?$/.test(
      last,
    ) &&
    !/^(?:web|mobile|software|use|user|key|edge|desktop|online|relevant|business)$/.test(
      words[0] ?? '',
    );
  if ((never.has(last) && !soft) || (words.length === 1 && openers.has(last))) return undefined;
  if (!/\p{L}/u.test(last) || words.some((word) => word.length > 40)) return undefined;
  return singular(words.map((word) => word.replace(/'s$/, '')).join(' '));
}

/** "information about customers" and "list of customers" are about customers. */
function ofToFront(phrase: string): string {
  return phrase.replace(
    /^(?:the |a |an |my |our |all )?(?:\w+ )?(?:information|info|data|details|records?|lists?|database|collection|catalog(?:ue)?|set|table|number|inventory|history|kinds?|types?|variety|range) (?:of|on|about|for|regarding)\s+/i,
    '',
  );
}
