/** Wishes about the app as a whole: what to search, what a dashboard shows. */
import type { FactOf } from '../draft.ts';
import { splitList } from '../list.ts';
import { wordsOf } from '../word.ts';
import { stripOpeners, thingOf } from './noun.ts';

/** "Search by customer name or phone number" */
export function readSearch(clause: string, source: string): FactOf<'search'> | undefined {
  const match =
    /\b(?:search(?:able|es|ing)?(?: and filter(?:ing)?)?|filter(?:ing|ed)?|look(?:ing)? up|find|lookup)\b(?:\s+(?:for|bar|box|function|option|them|it))?(.{0,50}?)\s(?:by|via|using|through)\s+(?:their |the |its |a |an )?(.{2,200}?)\.?$/i.exec(
      clause,
    );
  if (!match) return undefined;
  const owner = thingOf((match[1] ?? '').trim());
  const names = splitList(match[2] ?? '')
    .map((name) => wordsOf(stripOpeners(name)))
    .filter((name) => name && name.split(' ').length <= 5);
  if (names.length === 0) return undefined;
  return { kind: 'search', names: owner ? names.map((name) => `${owner} ${name}`) : names, source };
}

const figures =
  /\b(?:dashboards?|charts?|graphs?|statistics|analytics|kpis?|summary page)\b|\breports?\s+(?:showing|on|of|for|by|about|with)\b|\b(?:generate|show|view|see|run|produce|get|need|want|include|sales|revenue|summary|financial)\s+(?:\w+\s+)?reports?\b/i;
const notFigures =
  /\b(?:org|organi[sz]ation(?:al)?|gantt|flow) charts?\b|\bno (?:dashboard|report|chart)|\b(?:each|every|an?|the) (?:[\w-]+ ){0,2}(?:report|chart)s? (?:has|have|contains?|belongs?|includes?|records?|is identified)\b/i;

/** "a dashboard showing daily revenue and top products" */
export function readDashboard(clause: string, source: string): FactOf<'dashboard'> | undefined {
  if (!figures.test(clause) || notFigures.test(clause)) return undefined;
  const after =
    /\b(?:dashboards?|reports?|reporting|charts?|graphs?|statistics|analytics|kpis?|summary page)\b(?:.{0,30}?)\b(?:showing|shows?|with|of|for|displaying|that shows?|on|about|to see|where i see|including|:)\s*(.+)$/i.exec(
      clause,
    )?.[1];
  const before = /([\p{L}-]+)\s+(?:dashboard|report|chart|graph|statistic)/iu.exec(clause)?.[1];
  const wants = after
    ? splitList(after).map((want) => wordsOf(stripOpeners(want)).replace(/[.:]$/, ''))
    : [];
  if (
    wants.length === 0 &&
    before &&
    !/^(?:a|an|the|my|our|and|with|create|simple|of|make|build|one)$/i.test(before)
  )
    wants.push(before.toLowerCase());
  return { kind: 'dashboard', wants: wants.filter((want) => want.length < 60).slice(0, 8), source };
}
