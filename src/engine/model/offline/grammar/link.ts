/** Links between things: "belongs to", "linked to", "can have many", "for each". */
import type { FactOf } from '../draft.ts';
import { splitList } from '../list.ts';
import { isPlural } from '../word.ts';
import { thingOf } from './noun.ts';

type LinkFact = FactOf<'link'>;

const toOne =
  /^(.{0,80}?)\s*\b(?:(?:is|are|be|being|gets?|must be|can be|should be|may be|will be)?\s*(?:(?:directly |always |then |also |only )?(?:linked|related|connected|assigned|invited|signed up|admitted|associated|attached|allocated|tied|mapped|registered|issued|sent|delivered|dedicated|applied|enrolled|bound|addressed|made)\s+(?:to|with|for|in|by)|part of|owned by|placed by|made by|written by|created by|taught by|managed by|led by|supervised by|headed by|published by|provided by|supplied by|handled by|manufactured by|produced by|performed by|submitted by|booked by|located in|held in|stored in|based in|grouped (?:in|into|by)|categori[sz]ed (?:by|into|under)|classified (?:by|into)|reported to|driven by|used by|used in|sold by|sold to|bought by|purchased by|given by|rented by|borrowed by|reviewed by|requested by|paid by|done by|authored by|employed by|run by|hosted by|organi[sz]ed by|conducted by|treated by|prescribed by|ordered by|owned by)|(?:is|are|be)\s+(?:(?:made|placed|issued|valid|meant)\s+)?for(?= (?:one|an?|exactly|a single|each)\b)|belongs? to|belonging to|works? (?:for|in|at|on)|reports? to|refers? to|references?|lives? in|comes? from|depends? on|points? (?:to|at)|links? to|goes to|falls? under|concerns?|relates? to)\s+(.{2,160})$/i;

const several =
  /^(?:(?:can|may|could|must|should|will)?\s*(?:belong to )?)?(?:many|several|multiple|one[- ]or[- ](?:more|many|several)|zero[- ]or[- ]more|at least one|more than one|any number of|various|different|a number of|numerous|a list of|lots of|[10][- ]or[- ]more)\b/i;

/** Links that a clause states; `subject` stands in where the clause has none of its own. */
export function readLinks(clause: string, source: string, subject?: string): LinkFact[] {
  const joined = joins(clause, source);
  return joined.length > 0
    ? joined
    : [...asWords(clause, source), ...belongs(clause, source, subject)];
}

/** "Customers and orders are in a many-to-many relationship" · "many-to-many between X and Y" */
function asWords(clause: string, source: string): LinkFact[] {
  const match = /\b(many|one)[- ]to[- ](many|one)\b/i.exec(clause);
  if (!match) return [];
  const pair =
    /\b(?:between|of)\s+(.{2,40}?)\s+(?:and|to|with)\s+(.{2,40}?)(?:[.,;(]|$)/i.exec(clause) ??
    /^(.{2,40}?)\s+(?:and|to|with)\s+(.{2,40}?)\s+(?:are|is|have|has|in|relation|\()/i.exec(clause);
  const first = thingOf(pair?.[1] ?? '');
  const second = thingOf((pair?.[2] ?? '').replace(/\s+(?:is|are)\s.*$/, ''));
  if (!first || !second) return [];
  const many = match[1]?.toLowerCase() === 'many' && match[2]?.toLowerCase() === 'many';
  const swap = match[1]?.toLowerCase() === 'one' && match[2]?.toLowerCase() === 'many';
  return [
    {
      kind: 'link',
      from: swap ? second : first,
      to: swap ? first : second,
      many,
      source,
      sure: true,
    },
  ];
}

/** "Trips link a vehicle and a driver" */
function joins(clause: string, source: string): LinkFact[] {
  const match =
    /^(.{2,40}?)\s+(?:links?|connects?|joins?|combines?|ties?)\s+(?:an?|the|one|each)\s+(.{2,40}?)\s+(?:and|to|with)\s+(?:an?|the|one|each)\s+(.{2,40}?)$/i.exec(
      clause,
    );
  const [from, first, second] = [match?.[1], match?.[2], match?.[3]].map((words) =>
    thingOf(words ?? ''),
  );
  if (!from || !first || !second) return [];
  return [first, second].map((to) => ({ kind: 'link', from, to, many: false, source, sure: true }));
}

function belongs(clause: string, source: string, subject?: string): LinkFact[] {
  const match = toOne.exec(clause);
  if (!match) return [];
  const left = (match[1] ?? '')
    .replace(/^.*,\s*/, '')
    .replace(/\s+(?:that|which|who|can|may|must|should|will|always|is|are|be)\s*$/i, '');
  const from = /^(?:it|they|he|she|which|that|who|and|also|)$/i.test(left.trim())
    ? subject
    : (thingOf(left.replace(/^.*\b(?:and|with)\s+(?=\w+$)/i, '')) ?? subject);
  if (!from) return [];
  const right = (match[2] ?? '').replace(
    /\s+(?:and|but|so|when|where|which|that|who|because|while|if|with(?! (?:one|an?|exactly|a single|each)\b)|via|through|based|as)\s+(?:is|are|has|have|can|it|they|the|we|may|must|will|a|an)?\b.*$/i,
    (tail) =>
      /^\s+and\s+(?:the|a|an)?\b/i.test(tail) &&
      !/\b(?:is|are|has|have|can|it|they|we|may|must|will)\b/i.test(tail)
        ? tail
        : '',
  );
  const links: LinkFact[] = [];
  const ends = right.split(
    /\s(?:on|at|with|by|in|for|from|and)\s(?=(?:one|an?|exactly one|a single|each)\s)/i,
  );
  for (const item of ends.flatMap(splitList)) {
    const to = thingOf(item.replace(several, ''));
    if (!to) continue;
    const many =
      several.test(item) && isPlural(to.length ? (item.trim().split(/\s+/).at(-1) ?? '') : '');
    links.push({
      kind: 'link',
      from,
      to,
      many,
      ...(from === to && /\breports? to\b/i.test(match[0] ?? '') ? { role: 'reports to' } : {}),
      source,
      sure: /belong|linked|part of|connected|related|assigned|associated|\b(?:is|are) for\b/i.test(
        match[0] ?? '',
      ),
    });
  }
  return links;
}
