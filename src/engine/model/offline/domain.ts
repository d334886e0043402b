/** What is known about trades: which one a text is about, and what its things usually are. */
import { common } from './domains/common.ts';
import { health } from './domains/health.ts';
import { people } from './domains/people.ts';
import { place } from './domains/place.ts';
import { retail } from './domains/retail.ts';
import { work } from './domains/work.ts';
import type { DraftEntity } from './draft.ts';
import { type Domain, parseDomains } from './notation.ts';
import { stem } from './word.ts';

export const domains: Domain[] = parseDomains([retail, health, people, work, place].join('\n'));
const everyday = parseDomains(common);

/** A text is about a domain from this many points on. */
const enough = 3;

/**
 * The domain that most words of the text point at, with what gave it away. Words of the
 * head (the sentence that says what to build) count double, those of its title three times.
 */
export function findDomain(
  head: string,
  body: string,
): { domain: Domain; words: string[] } | undefined {
  const headText = ` ${flat(head)} `;
  const title = ` ${flat(head.split(/[:,;]|\b(?:with|including|having|where|that)\b/i)[0] ?? '')} `;
  const bodyText = ` ${flat(body)} `;
  let best: { domain: Domain; words: string[]; score: number } | undefined;
  for (const domain of domains) {
    let score = 0;
    const words: string[] = [];
    for (const { text, weight } of domain.words) {
      const inHead = headText.includes(` ${text} `);
      if (!inHead && !bodyText.includes(` ${text} `)) continue;
      score += title.includes(` ${text} `) ? weight * 3 : inHead ? weight * 2 : weight;
      words.push(text);
    }
    if (score >= enough && (!best || score > best.score)) best = { domain, words, score };
  }
  return best;
}

function flat(text: string): string {
  return text
    .toLowerCase()
    .replace(/'s\b/g, '')
    .replace(/[^\p{L}\p{N}&-]+/gu, ' ');
}

const byStem = new Map<string, DraftEntity>();
for (const domain of domains) {
  for (const entity of domain.entities)
    if (!byStem.has(stem(entity.name))) byStem.set(stem(entity.name), entity);
}
for (const entity of everyday.flatMap((domain) => domain.entities))
  byStem.set(stem(entity.name), entity);

/** What is known about a thing: first in its domain, then in every trade. */
export function findKnown(noun: string, domain?: Domain): DraftEntity | undefined {
  const wanted = stem(noun);
  const own = domain?.entities.find((entity) => stem(entity.name) === wanted);
  return own ?? byStem.get(wanted) ?? byStem.get(wanted.slice(wanted.lastIndexOf(' ') + 1));
}
