/** Things named without their fields: "manage customers and orders", "customer tracking", "tables: a, b". */

import { findKnown } from '../domain.ts';
import type { Fact } from '../draft.ts';
import { isValueName } from '../field-type.ts';
import { splitList } from '../list.ts';
import { isPlural, lastWord, singular, stem, wordsOf } from '../word.ts';
import { factsOf, originOf } from './attribute.ts';
import { stripOpeners, thingOf } from './noun.ts';

const manages =
  /\b(?:manag(?:e|es|ing)|track(?:s|ing)?|keep(?:s|ing)? (?:track|record|records|tabs|a record) (?:of|on)|handl(?:e|es|ing)|organi[sz](?:e|es|ing)|record(?:s|ing)?|stor(?:e|es|ing)|log(?:s|ging)?|monitor(?:s|ing)?|maintain(?:s|ing)?|administer(?:s|ing)?|register(?:s|ing)?|catalog(?:ue|ing)?|list(?:s|ing)?|save|schedul(?:e|es|ing)|book(?:ing)?|plan(?:ning)?|sell(?:s|ing)?|for|of|entities|tables|lists|modules|objects|with|about|includ(?:e|es|ing)|has|have|need|want|cover(?:s|ing)?|supports?|contains?|issu(?:e|es|ing)|creat(?:e|es|ing)|collect(?:s|ing)?|buy(?:s|ing)?)\s*(?::|\s)\s*(.+)$/i;

/** The things that a clause of management names; only nouns that could be tables. */
export function readThings(clause: string, source: string): Fact[] {
  const match = manages.exec(clause);
  return match ? thingsIn(match[1] ?? '', source) : [];
}

/** Of these a thing has one: "pets and their owners". Of others it has many: "orders and their items". */
const holders =
  /(?:^| )(?:owner|customer|client|parent|guardian|supplier|manager|author|doctor|teacher|driver|landlord|manufacturer|publisher|employer|holder|seller|vendor|category|location|address|status)$/;

/** Verbs in front of an item: "record stock movements". */
const doing =
  /^(?:and\s+)?(?:to\s+)?(?:keep (?:track|records?) of|record|collect|create|track|manage|store|issue|view|log|register|handle|add|edit|receive|process|monitor|maintain|schedule|organi[sz]e|send|list|plan|sell)\s+(?=[\p{L}-]+)/iu;

/** Things of an enumeration: "customers, orders and their line items". */
export function thingsIn(list: string, source: string): Fact[] {
  const facts: Fact[] = [];
  let before: string | undefined;
  let open: { noun: string; raw: string; parts: string[] } | undefined;
  const seen = new Set<string>();
  const close = () => {
    if (open) facts.push(...ownList(open.noun, open.raw, open.parts, seen, source));
    open = undefined;
  };
  for (const item of splitList(list.replace(/\.$/, ''))) {
    const raw = item.replace(doing, '');
    const own = /^(?:their|its|his|her)\s+/i.test(raw);
    const pair =
      /^(.{2,40}?)\s+(?:of|for|per|from|by|across|to|on) (?:each |every |an? |the |their |all |multiple |several |many |different )?(.{2,30})$/i.exec(
        raw,
      );
    const withList = /^(.{2,40}?)(?:,?\s+(?:with|including|having)\s+|\s*\()(.+?)\)?$/i.exec(raw);
    const words =
      withList?.[1] ??
      (pair && !/^(?:number|date|list|type|kind)s?\b/i.test(raw) ? pair[1] : raw) ??
      raw;
    const noun = thingOf(words);
    const said = wordsOf(words);
    const value = !noun || !isPlural(said) || isValueName(noun) || isValueName(said);
    const bracket = !withList || /^[^(]{2,40}?\s*\(/.test(raw);
    if (open && bracket && (value || (!withList && seen.has(stem(noun))))) {
      open.parts.push(raw);
      continue;
    }
    close();
    const served = readWho(raw, before, source);
    if (served.length > 0) {
      facts.push(...served);
      continue;
    }
    if (!noun || !couldBeThing(words, noun)) {
      before = undefined;
      continue;
    }
    const name =
      own && before && /^(?:line item|item|line|detail)$/.test(noun) ? `${before} item` : noun;
    facts.push({
      kind: 'entity',
      noun: name,
      source,
      ...(isPlural(lastWord(stripOpeners(words))) && name === noun
        ? { label: wordsOf(stripOpeners(words)) }
        : {}),
    });
    if (own && before) {
      const [from, to] = holders.test(name) ? [before, name] : [name, before];
      facts.push({ kind: 'link', from, to, many: false, source, sure: true });
    }
    const target =
      /^(.+?) (?:that|which|to which) (?:the |each |every )?(.+?) (?:belongs?(?: to)?|is part of|are part of|refers? to)$/i.exec(
        raw,
      );
    const member = target ? thingOf(target[2] ?? '') : undefined;
    if (member)
      facts.push({ kind: 'link', from: member, to: name, many: false, source, sure: false });
    const owner = pair ? thingOf(pair[2] ?? '') : undefined;
    if (owner && pair && couldBeThing(pair[2] ?? '', owner) && findKnown(owner)) {
      facts.push(
        { kind: 'entity', noun: owner, source },
        { kind: 'link', from: name, to: owner, many: false, source, sure: true },
      );
    }
    if (withList) facts.push(...originOf(words, source));
    if (withList) open = { noun, raw, parts: splitList(withList[2] ?? '') };
    if (withList && /^[^(]*\(/.test(raw) && raw.endsWith(')') && !/\swith\s[^()]*\(/.test(raw))
      close();
    seen.add(stem(name));
    before = name;
  }
  close();
  return facts;
}

/** The list that a thing brings along; what the enumeration named before it is linked to. */
function ownList(
  noun: string,
  raw: string,
  parts: string[],
  seen: Set<string>,
  source: string,
): Fact[] {
  const named = parts.filter((part) => {
    const other = thingOf(part);
    const many = isPlural(wordsOf(part)) && other !== undefined;
    return many && stem(other) !== stem(noun) && seen.has(stem(other));
  });
  const links = named.map(
    (part): Fact => ({
      kind: 'link',
      from: noun,
      to: thingOf(part) ?? part,
      many: true,
      source,
      sure: true,
    }),
  );
  const rest = parts.filter((part) => !named.includes(part));
  const facts = rest.length > 0 ? kindsOf(noun, raw, rest.join(', '), source) : [];
  return [
    ...facts.map((fact) =>
      fact.kind === 'fields' && fact.noun === noun && parts.length > 1
        ? { ...fact, full: true }
        : fact,
    ),
    ...links,
  ];
}

/** "who serves at which event", after volunteers: they serve at many events. */
function readWho(words: string, before: string | undefined, source: string): Fact[] {
  const match =
    /^(?:who|which ([\p{L} ]+?)) (?:\p{L}+s|is \p{L}+|are \p{L}+|\p{L}+) (?:at |in |on |for |to |with )?(?:which|what) ([\p{L} ]{3,30}?)(?: (?:and )?(?:when|where))?$/iu.exec(
      words,
    );
  const from = match?.[1] ? thingOf(match[1]) : before;
  const to = thingOf(match?.[2] ?? '');
  if (!from || !to || from === to || isValueName(to)) return [];
  return [
    { kind: 'entity', noun: to, source },
    { kind: 'link', from, to, many: true, source, sure: true },
  ];
}

/** "stock movements (inbound, outbound)": words that are neither values nor things are the kinds of it. */
export function kindsOf(noun: string, raw: string, list: string, source: string): Fact[] {
  const items = splitList(list);
  const kinds =
    raw.includes('(') &&
    findKnown(noun) &&
    items.length > 1 &&
    items.every(
      (item) => !item.includes(' ') && !isValueName(wordsOf(item)) && !findKnown(wordsOf(item)),
    );
  if (!kinds) return factsOf(noun, list, source);
  return [
    {
      kind: 'fields',
      noun,
      fields: [{ name: 'type', type: 'choice', options: items, source }],
      source,
    },
  ];
}

/** A plural, a feature ("stock tracking") or a thing that every trade knows; never a value. */
function couldBeThing(words: string, noun: string): boolean {
  const said = wordsOf(stripOpeners(words.replace(/[.:]$/, '')));
  if (isPlural(said) && findKnown(noun)) return true;
  if (isValueName(noun)) return false;
  return isPlural(said) || said !== noun
    ? stem(noun).length > 1
    : findKnown(singular(noun)) !== undefined;
}
