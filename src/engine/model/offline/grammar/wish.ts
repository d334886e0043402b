/** Wishes about the app as a whole: what to search, when to alert, what a dashboard shows. */
import type { FactOf } from '../draft.ts';
import { splitList } from '../list.ts';
import { lastWord, wordsOf } from '../word.ts';
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

const ops: [RegExp, FactOf<'alert'>['op']][] = [
  [/\b(?:at most|at or below|or less|or fewer|<=|no more than)/i, 'lte'],
  [/\b(?:at least|at or above|or more|>=)/i, 'gte'],
  [
    /\b(?:below|under|less than|fewer than|lower than|drops? to|falls? to|<|runs? (?:low|out)|low|short|beneath)/i,
    'lt',
  ],
  [/\b(?:above|over|more than|exceeds?|greater than|higher than|>|beyond)/i, 'gt'],
];

/** "alerts when stock is below 10 units" · "notify me when a repair is ready" */
export function readAlert(clause: string, source: string): FactOf<'alert'> | undefined {
  const match =
    /^(.*?)\b((?:e-?mail|tell|text|message|ping) (?:me|us|the \w+)|let (?:me|us) know|alert(?:s|ing|ed)?|notif(?:y|ies|ication|ications|ied)|warn(?:s|ing|ings|ed)?|remind(?:s|er|ers|ed)?|highlight|flag)\b(.{0,80}?)\b(when(?:ever)?|if|once|as soon as|for|about|on|at|below|under|above|over|before)\b\s*(.{2,160}?)\.?$/i.exec(
      clause,
    );
  if (!match) return undefined;
  const [, before = '', , middle = '', joint = '', after = ''] = match;
  const condition = /^(?:below|under|above|over)$/i.test(joint) ? `${joint} ${after}` : after;
  const state =
    /^(?:an?|the|any|its|their)?\s*(.{2,40}?)\s+(?:is|becomes?|gets|turns|reach(?:es)?|moves? to|are|has been|goes)\s+(.{2,30})$/i.exec(
      condition,
    );
  const number = /(-?\d+(?:[.,]\d+)?)/.exec(condition);
  const op = ops.find(([pattern]) => pattern.test(condition))?.[1];
  const topic = `${before} ${middle}`.trim();
  const base = { kind: 'alert' as const, text: condition, source };
  if (op && (number || /\blow|short|runs? out\b/i.test(condition))) {
    const field = wordsOf(
      stripOpeners(
        condition.split(
          /\s(?:is|are|falls?|drops?|goes|gets|runs?|below|under|above|over|less|fewer|more|exceeds?|reaches|<|>)\b/i,
        )[0] ?? '',
      ),
    );
    const named = /^(?:below|under|above|over|less|fewer|more|it|they|an?|<|>)\b/.test(field)
      ? lastWord(wordsOf(topic))
      : field;
    return { ...base, field: named, op, value: number?.[1]?.replace(',', '.') ?? 'low' };
  }
  const noun = state ? thingOf(state[1] ?? '') : thingOf(condition);
  if (state) return { ...base, ...(noun ? { noun } : {}), op: 'eq', value: state[2] ?? '' };
  return noun ? { ...base, noun, op: 'eq', value: 'due' } : undefined;
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
