/** What things do to each other: "customers place orders", "a student attends many courses". */
import { findKnown } from '../domain.ts';
import type { Fact } from '../draft.ts';
import { isValueName } from '../field-type.ts';
import { isPlural, lastWord, singular, wordsOf } from '../word.ts';
import { factsOf } from './attribute.ts';
import { stripOpeners, thingOf } from './noun.ts';

/** Deeds that leave a record of their own behind: who places an order owns it. */
const owning =
  'place|make|create|own|submit|write|post|upload|publish|receive|issue|send|file|open|have|raise|generate|hold|keep|record|add|start|sell|offer|order|buy|purchase|produce|run|control|contain|include|consist of|comprise|operate|maintain|manage|lead|supervise|host|organi[sz]e|conduct|perform|teach|give|provide|supply|deliver|manufacture|release|process|handle|pay|log|book|schedule|request|prescribe|treat|drive|employ|hire|register|lend|leave|fill|complete|accept|serve|stock|report';
/** Deeds that many do to many. */
const sharing =
  'comment on|see|view|sing in|sing at|perform in|perform at|serve at|serve in|help at|help with|play at|attend|enroll in|enrol in|enroll for|register for|sign up for|join|take|follow|like|participate in|work on|work for|work in|work at|play in|play for|compete in|subscribe to|borrow|rent|use|visit|review|rate|apply for|apply to|belong to|specialize in|specialise in|speak|study|favorite|bookmark|watch|read|listen to|reserve|be assigned to|volunteer for|contribute to|appear in|star in|act in|live in|travel to|stay in|handle brands';

const inflect = (verbs: string) =>
  verbs
    .split('|')
    .map((verb) => {
      const [first = '', ...rest] = verb.split(' ');
      const tail = rest.length > 0 ? ` ${rest.join(' ')}` : '';
      const third = /(?:s|x|ch|sh)$/.test(first)
        ? `${first}es`
        : /[^aeiou]y$/.test(first)
          ? `${first.slice(0, -1)}ies`
          : `${first}s`;
      return `(?:${first}|${third})${tail}`;
    })
    .join('|');

const quantity =
  'each|every|an?|the|one|exactly one|at most one|many|several|multiple|one-or-more|zero-or-more|at least one|more than one|any number of|a number of|various|different|some|only one|all|any|other|their|new|up to \\w+|a single|two or more|multiple different';
const deed = new RegExp(
  `^(?:(each|every|an?|the|all|some|many|any|one|our|registered)\\s+)?([\\p{L}][\\p{L}\\p{N}_ '-]{1,30}?)\\s+(?:(?:can|may|must|will|should|could|might|are able to|is able to|are allowed to|want to|need to|also|then|only|always|often)\\s+)*(?:(${inflect(sharing)})|(${inflect(owning)}))\\s+(?:(${quantity})\\s+)*([\\p{L}][\\p{L}\\p{N}_ '-]{1,30}?)(?=$|[,.;:(]|\\s(?:and|or|with|in|on|at|by|for|to|from|that|which|per|using|through|when|during|of|via|as|who|where|but|before|after|online|so|if|over|within)\\b)`,
  'iu',
);

/** Facts of a clause like "customers can place many orders". */
export function readDeed(clause: string, source: string): Fact[] {
  const match = deed.exec(clause);
  if (!match) return [];
  const [, first = '', left = '', , owns, count = '', right = ''] = match;
  const remark = /\bcomments? on\b/i.test(match[0] ?? '') ? 'comment' : undefined;
  const from = actor(left);
  const to = actor(right);
  if (!from || !to || from === to) return selfLink(from, to, right, source);
  if (remark && from && to) {
    return [from, to].map((end) => ({
      kind: 'link',
      from: remark,
      to: end,
      many: false,
      source,
      sure: true,
    }));
  }
  const rightMany =
    /many|several|multiple|more|various|different|number|some|two/i.test(count) ||
    isPlural(lastWord(right));
  const facts: Fact[] = [
    { kind: 'entity', noun: from, source },
    { kind: 'entity', noun: to, source },
  ];
  if (!rightMany) facts.push({ kind: 'link', from, to, many: false, source, sure: false });
  else if (owns || /^(?:each|every|an?|the|one)$/i.test(first))
    facts.push({
      kind: 'link',
      from: to,
      to: from,
      many: false,
      source,
      sure: false,
      hasMany: true,
    });
  if (rightMany && !owns) facts.push({ kind: 'link', from, to, many: true, source, sure: false });
  return facts;
}

function actor(words: string): string | undefined {
  const plain = wordsOf(stripOpeners(words));
  const noun =
    thingOf(words) ?? (/^\p{L}{4,}$/u.test(plain) && isPlural(plain) ? singular(plain) : undefined);
  if (!noun || isValueName(noun) || noun.split(' ').length > 3) return undefined;
  const said = wordsOf(stripOpeners(words));
  return findKnown(noun) || isPlural(said) || singular(said) === said ? noun : undefined;
}

/** "Users can follow other users" */
function selfLink(
  from: string | undefined,
  to: string | undefined,
  words: string,
  source: string,
): Fact[] {
  if (!from || from !== to) return [];
  return [
    { kind: 'entity', noun: from, source },
    {
      kind: 'link',
      from,
      to,
      many: true,
      role: words.trim().toLowerCase().startsWith('other')
        ? words.trim().toLowerCase()
        : `related ${words.trim().toLowerCase()}`,
      source,
      sure: false,
    },
  ];
}

/** What a deed leaves behind: who borrows makes a loan. */
const records = new Map(
  'borrow loan|lend loan|buy purchase|purchase purchase|order order|rent rental|visit visit|book booking|reserve reservation|pay payment|enroll enrollment|enrol enrollment|register registration|use usage|review review|rate rating|return return|attend attendance|sell sale|donate donation|apply application|subscribe subscription|receive receipt|withdraw withdrawal|transfer transfer|inspect inspection|check check|complete completion|work work log|ship shipment|deliver delivery'
    .split('|')
    .map((pair) => [pair.slice(0, pair.indexOf(' ')), pair.slice(pair.indexOf(' ') + 1)] as const),
);

/** "When a student borrows equipment, we record the date": the loan has a date, a student and the equipment. */
export function readOccasion(clause: string, source: string): Fact[] {
  const match =
    /^(?:when(?:ever)?|each time|every time|once)\s+(?:an?|the|each|every)?\s*([\p{L} -]{2,25}?)\s+([\p{L}]+?)(?:ies|es|s)?\s+(?:for |in |to )?(?:an?|the|some|one)?\s*([\p{L} -]{2,25}?),\s+(?:we |you |they |the system |the app |it )?(?:also |must |should |need to |want to |will )*(?:record|store|keep|track|note|save|log|register|capture)s?\s+(.{3,300})$/iu.exec(
      clause,
    );
  const verb = match?.[2]?.toLowerCase() ?? '';
  const record = records.get(verb) ?? records.get(`${verb}e`) ?? records.get(`${verb}y`);
  const [who, what] = [actor(match?.[1] ?? ''), actor(match?.[3] ?? '')];
  if (!match || !record) return [];
  const ends = [who, what].filter((end) => end !== undefined);
  return [
    ...factsOf(record, match[4] ?? '', source),
    ...ends.map(
      (to): Fact => ({ kind: 'link', from: record, to, many: false, source, sure: true }),
    ),
  ];
}
