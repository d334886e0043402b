/** What a thing has: "each hive has a location", "books with title and author", "for each visit store the date". */
import { findKnown } from '../domain.ts';
import type { DraftField, Fact } from '../draft.ts';
import { isValueName } from '../field-type.ts';
import { never } from '../lexicon.ts';
import { splitList } from '../list.ts';
import { isPlural, singular, stem, wordsOf } from '../word.ts';
import { type Item, readItem } from './item.ts';
import { thingOf } from './noun.ts';

const owns =
  '(?:(?:can|may|must|should|will|might|would|could|shall|do|does|to|also|each|all|always|typically|usually|generally|only|then|both)\\s+)*(?:(?:is|are|be)\\s+(?:uniquely |also |further |mainly )?(?:identified|described|characteri[sz]ed|defined|distinguished|specified|represented|denoted|known)\\s+(?:uniquely |only )?(?:by|with|through|via)|(?:is|are) (?:given|assigned|stored with|recorded with|registered with|listed with|composed of|made up of|comprised of)|(?:has|have|having|had|contains?|containing|includes?|including|incl\\.?|consists? of|consisting of|comprises?|stores?|storing|records?|captures?|holds?|carries|carry|keeps?|needs?(?! to\\b)|requires?|features?|possess(?:es)?|shows?|gets?|comes? with|with attributes?|with columns?|with fields?|with properties|with the following|with))(?:\\s+(?:at least|exactly|only|also))?';
const intro =
  '(?:\\s*:?\\s*(?:the |its |their |his |some |these )?(?:following |basic |usual )?(?:columns?|fields?|attributes?|properties|details|information|data|info|characteristics)(?:\\s*(?:for|like|such as|are|including|include|of|:|namely|about it|that are))?\\s*:?(?=\\s))?';
const has = new RegExp(`^(.{1,90}?)\\s*,?\\s+(?:${owns})${intro}\\s*:?\\s+(.+)$`, 'i');

const keeps =
  '(?:store|record|keep|save|track|register|maintain|capture|know|collect|note|hold|need|want|have|log|enter|see|write down|remember|include|hold|manage|list)';
const forEach = new RegExp(
  `^(?:for|of|about|on)\\s+(each|every|all|any|an?|the)\\s+(.{2,50}?)\\s*(?:,|:|\\s(?=we|i|the system|you|it|they|there|store|record|keep|track))\\s*(?:(?:we|i|you|they|it|the (?:system|company|database|app|application|store|user|organization|school|hospital|library|bank|university|team|staff|manager|business|clinic)|users|there)\\s+(?:also |only |must |should |will |would |can |may |need to |needs to |want to |wants to |wish to |like to |have to |has to |must also |should also |are interested in |is |are )*)?(?:${keeps}s?(?:\\s+(?:track of|in|down))?\\s+)?(.+?)(?:\\s+(?:must|should|need to|needs to|has to|have to|are to|is to|will|can|is|are)\\s+(?:also )?(?:be )?(?:kept|stored|recorded|saved|tracked|known|maintained|registered|captured|needed|required|entered|available|noted|collected|listed|given).*)?$`,
  'i',
);
const ofEach =
  /^(?:.*?\b(?:store|record|keep|track|know|save|register|maintain|capture|manage|including|see|note)s?\s+(?:track of\s+)?)?(?:the\s+|their\s+)?(.{3,160}?)\s+(?:of|for|about)\s+(?:each|every|all|our|any|the individual)\s+(?:of the |the |our )?(.{2,40}?)\.?$/i;

/** The facts of a clause that says what a thing has. */
export function readAttributes(clause: string, source: string, subject?: string): Fact[] {
  const each = forEach.exec(clause);
  if (each) {
    const noun = thingOf(each[2] ?? '') ?? ownerOf(`each ${each[2]}`, subject);
    if (noun) return factsOf(noun, each[3] ?? '', source);
  }
  const match = has.exec(clause);
  if (match) {
    const noun = ownerOf(match[1] ?? '', subject);
    if (noun && roots.test(noun) && !/^(?:each|every)\b/i.test(match[1] ?? '')) {
      const parts = splitList(match[2] ?? '').map(readItem);
      if (
        parts.every(
          (part) => part && isPlural(part.noun) && isKnownPart(singular(wordsOf(part.noun))),
        )
      ) {
        return parts.flatMap((part): Fact[] =>
          part ? [{ kind: 'entity', noun: singular(wordsOf(part.noun)), source }] : [],
        );
      }
    }
    const contains =
      /^(?:\W|can|may|must|will)*(?:contains?|includes?|consists?|comprises?)\b/i.test(
        clause.slice((match[1] ?? '').length).trim(),
      );
    if (noun)
      return [
        ...factsOf(noun, match[2] ?? '', source, contains),
        ...originOf(match[1] ?? '', source),
      ];
  }
  const possessive =
    /(?:^|\s)(?:each|every|an?|the|all)\s+([\p{L} _-]{2,30})'s?\s+(.{3,300})$/iu.exec(clause);
  const possessor = possessive ? thingOf(possessive[1] ?? '') : undefined;
  if (
    possessor &&
    possessive &&
    splitList(possessive[2] ?? '').some((item) => isValueName(readItem(item)?.field.name ?? 'x'))
  )
    return factsOf(possessor, possessive[2] ?? '', source);
  const reversed = ofEach.exec(clause);
  if (reversed) {
    const noun = thingOf(reversed[2] ?? '');
    const items = splitList(reversed[1] ?? '').map(readItem);
    if (
      noun &&
      items.length > 0 &&
      items.every((item) => item && item.noun.split(' ').length <= 4) &&
      items.some((item) => item && isValueName(item.field.name))
    ) {
      return factsOf(noun, reversed[1] ?? '', source);
    }
  }
  return [];
}

/** Posts, categories and comments are things of a blog; its notes would be a value. */
function isKnownPart(name: string): boolean {
  return !isValueName(name) || findKnown(name)?.name === name;
}

/** "orders from cafes": each is of one cafe. */
export function originOf(left: string, source: string): Fact[] {
  const match =
    /(?:^|\s)([\p{L}]+s) (?:from|by) (?:the |our |different |various )?([\p{L}]+s)$/iu.exec(left);
  const from = thingOf(match?.[1] ?? '');
  const to = thingOf(match?.[2] ?? '');
  if (!from || !to || !isPlural(match?.[2] ?? '') || isValueName(to)) return [];
  return [{ kind: 'link', from, to, many: false, source, sure: true }];
}

const pronoun =
  /^(?:it|they|he|she|which|who|that|these|those|this|each|each one|both|also|and|each of (?:them|these)|)$/i;

function ownerOf(left: string, subject?: string): string | undefined {
  const plain = left
    .replace(
      /^(.{2,40}?)\s+(?:is|are)\s+(?:an?\s+)?(?:(?:kind|type|sort)s? of )?[\w -]{2,30}$/i,
      '$1',
    )
    .replace(/^(?:and|also|then|but|where|in which|so that)\s+/i, '')
    .replace(/\s+(?:also|then|which|who|that|must|should|can|may|will)$/i, '')
    .trim();
  const single = /^(?:each|every)\s+([\p{L}]{3,})$/iu.exec(plain)?.[1];
  if (
    single &&
    (subject?.endsWith(` ${singular(single.toLowerCase())}`) ||
      !/^(?:system|app|application|database|one|page|screen|field|column|row)$/i.test(single))
  ) {
    return singular(single.toLowerCase());
  }
  if (pronoun.test(plain)) return subject;
  const bare = plain
    .replace(/^(?:.*\s(?:log|record|list|diary) of )?(?:my|our)\s+/i, '')
    .toLowerCase();
  if (/^\p{L}{4,}$/u.test(bare) && isPlural(bare) && !never.has(bare)) return singular(bare);
  if (
    /^(?:we|i|you|our company|the (?:system|company|business|app|application|database|store|shop|user|platform|software|program|site|website|user interface))$/i.test(
      plain,
    )
  )
    return undefined;
  return thingOf(
    plain.replace(
      /^.*\b(?:create|add|define|make|build|have|track|manage|store|record|keep|log|list|catalog|organi[sz]e|monitor|register|sell|include|includes|need|want|managing|tracking|storing|recording|handling|logging|organi[sz]ing|of|there (?:is|are)|for|about|design)\s+/i,
      '',
    ),
  );
}

/** Fields and links of one thing from the words of its list. */
export function factsOf(noun: string, list: string, source: string, contains = false): Fact[] {
  const fields: DraftField[] = [];
  const facts: Fact[] = [];
  const trimmed = list
    .replace(
      /\s+(?:must|should|need to|has to|have to|are|is)\s+(?:also )?be (?:kept|stored|recorded|saved|tracked|known|maintained|registered)\b.*$/i,
      '',
    )
    .replace(/^(?:both|either|at least|the following|following)\s*:?\s+/i, '');
  let child: string | undefined;
  let unread = 0;
  const parts = splitList(trimmed);
  const things = parts.every((part) => isPlural(part.trim()) && !texts.test(part) && thingOf(part));
  for (const part of parts) {
    const inner = /^(.{2,50}?)\s+(?:with|including|having|each with)\s+(.{2,})$/i.exec(part);
    const words =
      inner?.[1]?.replace(
        /^(?:and|of|an?|the|list of|one-or-more|many|several|multiple)\s+/gi,
        '',
      ) ?? '';
    const thing = inner && isPlural(words) ? thingOf(words) : undefined;
    if (thing && !isValueName(thing)) {
      facts.push({
        kind: 'link',
        from: thing,
        to: noun,
        many: false,
        source,
        sure: true,
        hasMany: true,
      });
      child = thing;
      facts.push(...factsOf(thing, inner?.[2] ?? '', source));
      continue;
    }
    if (child) {
      facts.push(...factsOf(child, part, source));
      continue;
    }
    const item = readItem(part);
    if (!item) {
      unread++;
      continue;
    }
    const link =
      isLink(item) ||
      (things &&
        (findKnown(singular(item.field.name)) !== undefined ||
          !isValueName(singular(item.field.name))));
    if (link && (contains || shared.test(item.noun)))
      facts.push({
        kind: 'link',
        from: noun,
        to: singular(wordsOf(item.noun)),
        many: true,
        source,
        sure: true,
      });
    else if (link)
      facts.push({
        kind: 'link',
        from: singular(wordsOf(item.noun)),
        to: noun,
        many: false,
        source,
        sure: item.many,
        hasMany: true,
      });
    else if (stem(item.field.name) !== stem(noun)) fields.push({ ...item.field, source });
  }
  if (unread > fields.length + facts.length) return [];
  if (fields.length > 0) facts.unshift({ kind: 'fields', noun, fields, source });
  return facts;
}

/** What an app is for as a whole: that it "has customers" names the customers only. */
const roots =
  /^(?:blog|forum|portal|marketplace|church|bakery|cafe|bar|studio|salon|practice|nonprofit|charity|team app|bank|hospital|company|university|school|library|store|shop|hotel|airport|organization|organisation|restaurant|business|firm|agency|clinic|club|college|museum|factory|airline|gym|platform|service|warehouse|farm|institution|office)$/;

/** Plurals that are written down in one field. */
const texts =
  /(?:^| )(?:notes|details|instructions|hours|dimensions|symptoms|allergies|remarks|skills|interests|terms|conditions|directions|steps|findings|observations|requirements|specs|specifications|goals|objectives|results|points|credits|miles|minutes|days|dates|times|prices|permissions|preferences|quantities)$/i;

/** Marks that many things bear and that mark many things. */
const shared =
  /(?:^| )(?:tag|categor(?:y|ie)|genre|label|skill|keyword|topic|ingredient|language|role|permission)s?$/i;

/** "many orders" are things of their own; "several phone numbers" are not. */
function isLink(item: Item): boolean {
  return (
    item.many &&
    !isValueName(singular(item.field.name)) &&
    (isPlural(item.noun) || item.many) &&
    thingOf(item.noun) !== undefined
  );
}
