/** One sentence into facts: cut into clauses, each read by the first pattern that fits. */
import type { Fact } from '../draft.ts';
import { isValueName } from '../field-type.ts';
import { splitList } from '../list.ts';
import { sourceOf } from '../text.ts';
import { isPlural } from '../word.ts';
import { readAlert } from './alert.ts';
import { factsOf, readAttributes } from './attribute.ts';
import { readColon } from './colon.ts';
import { readItem } from './item.ts';
import { readLinks } from './link.ts';
import { thingOf } from './noun.ts';
import { readStatus } from './status.ts';
import { readThings, thingsIn } from './thing.ts';
import { tidy } from './tidy.ts';
import { readDeed, readOccasion } from './verb.ts';
import { readDashboard, readSearch } from './wish.ts';

/** What was talked about last; pronouns stand for it. */
export type Talk = { subject?: string };

const leadIn =
  /^(?:(?:please|also|additionally|in addition|moreover|furthermore|finally|lastly|firstly|first|second(?:ly)?|then|next|and|but|so|however|besides|of course|for example|basically|ideally|maybe|note that|important|i think|i guess|there (?:is|are|should be|must be|will be)|we (?:also )?(?:need|want|would like|have)|i (?:also )?(?:need|want|would like|have)|(?:it|the (?:app|system|application|crm|database|tool)|this) (?:also )?(?:needs?|requires?|should (?:also )?(?:have|include|support)|must (?:also )?(?:have|include|support)|has to have)(?= (?:an?|the)\s[\w ]{2,40} (?:with|having|including)\b)|(?:create|add|define|make|include|build|design)(?: me| us)?(?= (?:an?|the|another|one)?\s?[\w ]{2,40} (?:table|entity|list)))[,:]?\s+)+/i;

const clauseEnd =
  /;\s+|,?\s+(?:and|but|where|while)(?: also)?\s+(?=(?:(?:it|they|each|every|he|she|which)\s+(?:\w+\s+){0,2})?(?:belongs?|(?:is|are|can be|may be|must be|should be|will be)\s+(?:linked|assigned|connected|related|associated|part of|identified|owned|placed|made|written|located|stored|either|managed|taught|led|handled|described)|(?:can|may|might|must|should|will) (?:have|belong|contain|include|be)|has\s|have\s|consists?\s|contains?\s|works? (?:for|in)|goes\s|moves\s))|,\s+(?:which|who|and (?:each|every|they|it))\s+(?=(?:\w+\s)?(?:has|have|is|are|belongs?|can|may|must|contains?|consists?|includes?)\b)|,?\s+(?:and|but)\s+(?=(?:each|every|all|an?)\s+(?:(?!and\s|or\s)[\w-]+\s){1,4}(?:has|have|can|may|must|is|are|belongs?|contains?|consists?|includes?)\b)|,\s+(?=(?!(?:and|which|who|that|it|they|also)\s)[a-z]{3,20}\s(?:have|has|belong|belongs|can have|may have)\s)|,\s+(?=(?:each|every)\s+(?:(?!and\s|or\s)[\w-]+\s){1,4}(?:has|have|can|may|must|is|are|belongs?|contains?)\b)/gi;

/** A clause that goes on with the subject of the one before. */
const elided =
  /^(?:has|have|contains?|includes?|consists?|belongs?|is|are|can|may|must|should|will|works? (?:for|in|at)|goes|moves)\s/i;

/** The facts of a sentence. Moves the talk's subject on. */
export function readSentence(sentence: string, talk: Talk): Fact[] {
  const facts: Fact[] = [];
  const source = sourceOf(sentence);
  let before = '';
  const plain = tidy(
    sentence.slice(0, 2_000).replace(/(^|[\s:;,])\((?:[a-h]|[ivx]{1,3}|\d)\)\s/g, '$1 '),
  );
  const topic = topicOf(plain);
  if (topic) {
    const before = readSentence(topic.before, talk).filter((fact) => fact.kind === 'entity');
    const named = before.length > 0 ? before : thingsIn(topic.before, source);
    const facts = [...remember(named, talk), ...readSentence(topic.after, talk)];
    const [about] = named;
    if (about?.kind === 'entity') talk.subject = about.noun;
    return facts;
  }
  for (const part of plain.split(/,?\s+(?=each of (?:which|whom|them)\s)/i)) {
    if (/^each of/i.test(part)) {
      const last = lastThing(before);
      if (last) talk.subject = last;
    }
    before = part;
    facts.push(
      ...readClauses(part.replace(/^each of (?:which|whom|them)\s/i, 'it '), source, talk),
    );
  }
  return facts;
}

/** "Bee hives: each hive has …": a topic, then a sentence. */
function topicOf(sentence: string): { before: string; after: string } | undefined {
  const match = /^([^:(]{2,80}):\s+(.{4,})$/s.exec(sentence);
  const after = match?.[2] ?? '';
  if (
    !match ||
    /\b(?:status|stages?|states|with|has|have|fields|columns|following|by|is|are|be)\s*$/i.test(
      match[1] ?? '',
    )
  ) {
    const entities = /\b(?:entities|tables|things|lists)$/i.test(match?.[1]?.trim() ?? '');
    if (!match || !entities) return undefined;
  }
  if (/^(?:record|store|keep|track|save|log|register|capture)\s/i.test(after)) return undefined;
  if (readDeed(after, '').length > 0) return { before: match[1] ?? '', after };
  const starts =
    /^(?:(?:each|every|all|an?|the|our)\s+)?[\p{L}][\p{L}' _-]{1,40}?,?\s+(?:has|have|with|including|belongs?|can|may|must|consists?|contains?|includes?|stores?|is|are)\s/iu.test(
      after,
    );
  return starts &&
    !/^[^,;]{1,60},/.test(
      after.replace(
        /^.{0,60}?\s(?:has|have|with|including|belongs?|can|may|must|consists?|contains?|includes?|stores?|is|are)\s.*$/is,
        '',
      ),
    )
    ? { before: match[1] ?? '', after }
    : undefined;
}

/** The thing that a clause ends with: what "which" and "each of which" speak of. */
function lastThing(clause: string): string | undefined {
  const words = clause.replace(/[,.;]+$/, '').split(/\s+/);
  return thingOf(words.slice(-2).join(' ')) ?? thingOf(words.at(-1) ?? '');
}

function readClauses(sentence: string, source: string, talk: Talk): Fact[] {
  const facts: Fact[] = [];
  for (const clause of sentence.split(clauseEnd)) {
    const words = clause
      ?.trim()
      .replace(/[.!]+$/, '')
      .replace(leadIn, '')
      .trim();
    if (words) facts.push(...readClause(elided.test(words) ? `it ${words}` : words, source, talk));
  }
  return facts;
}

function readClause(clause: string, source: string, talk: Talk): Fact[] {
  const own =
    /^(?:its |their )?(?:fields?|columns|attributes|properties)\s*(?::|-|are)\s*(.+)$/i.exec(
      clause,
    );
  if (own && talk.subject) return remember(factsOf(talk.subject, own[1] ?? '', source), talk);
  const search = readSearch(clause, source);
  if (search) return [search];
  const alerts = alertsOf(clause).flatMap((wish) => readAlert(wish, source) ?? []);
  if (alerts.length > 0) return alerts;
  const status = readStatus(clause, source, talk.subject);
  if (status) return remember(status.facts, talk);
  const dashboard = readDashboard(clause, source);
  if (dashboard) return [dashboard];
  const list = readColon(clause, talk.subject, source);
  if (list) return remember(list, talk);
  const table = ownTable(clause);
  const links = readLinks(clause, source, talk.subject);
  const attributes =
    links.length > 0
      ? attributesBeside(clause, source, talk.subject)
      : readAttributes(table ?? clause, source, talk.subject);
  const facts = [...attributes, ...links, ...perEach(clause, attributes, source)];
  if (facts.length > 0) return remember(facts, talk);
  const occasion = readOccasion(clause, source);
  if (occasion.length > 0) return remember(occasion, talk);
  const noted = talk.subject
    ? /^(?:(?:we|i|you|they|the (?:app|system)) )?(?:(?:also|must|should|will|need to|want to) )*(?:record|store|keep|track|save|log|capture|register|note)s?\s+(?:the\s+|its\s+|their\s+)?(.+)$/i.exec(
        clause,
      )?.[1]
    : undefined;
  if (noted && talk.subject && areValues(splitList(noted))) {
    return remember(factsOf(talk.subject, noted, source), talk);
  }
  const deed = clause.split(/,\s+(?:and\s+)?/).flatMap((part) => readDeed(part, source));
  return remember(deed.length > 0 ? deed : readThings(clause, source), talk);
}

/** "if humidity is above 80 or temperature below 5" is two wishes. */
function alertsOf(clause: string): string[] {
  const match =
    /^(.{2,60}?\b(?:when(?:ever)?|if)\s)(.{3,80}?)\s+or\s+(?:when |if )?(.{3,80})$/i.exec(clause);
  const [, told = '', first = '', second = ''] = match ?? [];
  const conditions =
    /\b(?:is|are|below|under|above|over|falls?|drops?|goes|expires?|exceeds?|reaches)\b/i;
  const both = conditions.test(first) && conditions.test(second) && /^\D+\s/.test(second);
  return match && both && !/^(?:more|less|fewer|below|above|is|at)\b/i.test(second)
    ? [told + first, told + second]
    : [clause];
}

/** Most are values and none is a thing of its own. */
function areValues(parts: string[]): boolean {
  const names = parts.map((part) => readItem(part)?.field.name ?? '');
  const values = names.filter((name) => name && isValueName(name));
  return values.length * 2 > names.length && names.every((name) => name && !isPlural(name));
}

/** "transactions are recorded for each account": a transaction belongs to an account. */
function perEach(clause: string, attributes: Fact[], source: string): Fact[] {
  const noun = attributes.find((fact) => fact.kind === 'fields')?.noun;
  const to = thingOf(
    /\s(?:for|per) (?:each|every) ([\p{L} -]{2,25}?)(?=$|[,.;]|\s(?:with|and|including)\s)/iu.exec(
      clause,
    )?.[1] ?? '',
  );
  if (!noun || !to || to === noun) return [];
  return [{ kind: 'link', from: noun, to, many: false, source, sure: false }];
}

/** "The users table should have columns for …" is about users. */
function ownTable(clause: string): string | undefined {
  const match =
    /^(?:the\s+|an?\s+)?(?!each|every|all)["']?([\w -]{2,40}?)["']?\s+(?:table|entity|collection|relation|model|object|sheet)s?\s+(?:(?:should|must|will|to|that|which|needs? to)\s+)*(?:with|has|have|having|contains?|containing|includes?|including|stores?|storing|consists? of|tracks?|needs?|for|:)\s*:?\s*(.+)$/i.exec(
      clause,
    );
  return match
    ? `${match[1]} has ${(match[2] ?? '').replace(/\s+(?:columns?|fields?|attributes?)$/i, '')}`
    : undefined;
}

/** "with a name, linked to customers": the part before the link may list fields. */
function attributesBeside(clause: string, source: string, subject?: string): Fact[] {
  const at = clause.search(
    /,?\s+(?:and\s+)?(?:(?:is|are|be)\s+)?(?:linked|related|connected|assigned|belongs?|belonging|associated|tied)\s/i,
  );
  const before = at > 0 ? clause.slice(0, at) : '';
  return before ? readAttributes(before, source, subject) : [];
}

function remember(facts: Fact[], talk: Talk): Fact[] {
  for (const fact of facts) {
    if (fact.kind === 'fields') talk.subject = fact.noun;
    else if (fact.kind === 'entity' && thingOf(fact.noun)) talk.subject = fact.noun;
    else if (
      fact.kind === 'link' &&
      !fact.hasMany &&
      !facts.some((other) => other.kind === 'fields')
    )
      talk.subject = fact.from;
    else if (fact.kind === 'status' && fact.noun) talk.subject = fact.noun;
  }
  return facts;
}
