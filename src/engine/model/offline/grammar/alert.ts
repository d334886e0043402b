/** When to tell somebody: "alert me when stock is below 10", "warn us if it expires within 30 days". */
import type { FactOf } from '../draft.ts';
import { lastWord, wordsOf } from '../word.ts';
import { stripOpeners, thingOf } from './noun.ts';

type Alert = FactOf<'alert'>;

const ops: [RegExp, Alert['op']][] = [
  [/\b(?:at most|at or below|or less|or fewer|<=|no more than)/i, 'lte'],
  [/\b(?:at least|at or above|or more|>=)/i, 'gte'],
  [
    /\b(?:below|under|less than|fewer than|lower than|drops? to|falls? to|<|runs? (?:low|out)|low|short|beneath)/i,
    'lt',
  ],
  [/\b(?:above|over(?! ?due)|more than|exceeds?|greater than|higher than|>|beyond)/i, 'gt'],
];

const told =
  /^(.*?)\b((?:e-?mail|tell|text|message|ping) (?:me|us|the \w+)|let (?:me|us) know|alert(?:s|ing|ed)?|notif(?:y|ies|ication|ications|ied)|warn(?:s|ing|ings|ed)?|remind(?:s|er|ers|ed)?|highlight|flag)\b(.{0,80}?)\b(when(?:ever)?|if|once|as soon as|for|about|on|at|before|below|under|above|over)\b\s*(.{1,160}?)\.?$/i;

/** "alerts when stock is below 10 units" · "notify me when a repair is ready" */
export function readAlert(clause: string, source: string): Alert | undefined {
  const match = told.exec(clause);
  if (!match) return undefined;
  const [, before = '', , middle = '', joint = '', after = ''] = match;
  const condition = /^(?:below|under|above|over|at|before)$/i.test(joint)
    ? `${joint} ${after}`
    : after;
  const topic = `${before} ${middle}`.trim();
  const base = { kind: 'alert' as const, text: condition, source };
  const dated = dateOf(condition, topic);
  if (dated) return { ...base, ...dated };
  const number = /(-?\d+(?:[.,]\d+)*)/.exec(condition);
  const low =
    /^(?:at|on|for)\s/i.test(`${joint} `) && /\b(?:low|minimum|running out)\b/i.test(topic);
  const op = low && number ? 'lte' : ops.find(([pattern]) => pattern.test(condition))?.[1];
  if (op && (number || /\blow|short|runs? out\b/i.test(condition))) {
    const field = wordsOf(
      stripOpeners(
        condition.split(
          /\s(?:is|are|falls?|drops?|goes|gets|runs?|below|under|above|over|less|fewer|more|exceeds?|reaches|<|>)\b/i,
        )[0] ?? '',
      ),
    );
    const named = /^(?:below|under|above|over|at|less|fewer|more|it|they|an?|<|>)\b/.test(field)
      ? lastWord(wordsOf(topic.replace(/^(?:and )?(?:low|minimum)\s+/i, '')))
      : field;
    return { ...base, field: named, op, value: number ? plainNumber(number[1] ?? '') : 'low' };
  }
  const state =
    /^(?:an?|the|any|its|their)?\s*(.{2,40}?)\s+(?:is|becomes?|gets|turns|reach(?:es)?|moves? to|are|has been|goes)\s+(.{2,30})$/i.exec(
      condition,
    );
  const noun = state ? thingOf(state[1] ?? '') : thingOf(condition);
  if (state) return { ...base, ...(noun ? { noun } : {}), op: 'eq', value: state[2] ?? '' };
  return noun ? { ...base, noun, op: 'eq', value: 'due' } : undefined;
}

/** "100,000" is a hundred thousand, "2,5" is two and a half. */
function plainNumber(text: string): string {
  return /^-?\d{1,3}(?:[.,]\d{3})+$/.test(text) && text.includes(',')
    ? text.replace(/,/g, '')
    : text.replace(',', '.');
}

const days: Record<string, number> = { day: 1, week: 7, month: 30, year: 365 };
const span = '(\\d+|an?|one|two|three|four|six)\\s*(?:calendar |working )?(day|week|month|year)s?';
const counts: Record<string, number> = { a: 1, an: 1, one: 1, two: 2, three: 3, four: 4, six: 6 };
const coming = new RegExp(
  `\\b(expir|due|end|renew|run out|start|deadline|begin|inspection|service|birthday)\\w*\\b.{0,20}?\\b(?:in|within|over|during)\\s+(?:the\\s+)?(?:next\\s+|less than\\s+)?${span}`,
  'i',
);
const ahead = new RegExp(`${span}\\s+(?:before|ahead of|prior to)\\s+(.{2,40})$`, 'i');

/** A condition on a date: overdue, expired, due within a week, two days before. */
function dateOf(
  condition: string,
  topic: string,
): { op: Alert['op']; value: string; noun?: string; field?: string; date: string } | undefined {
  const noun = thingOf(
    condition.split(
      /\s(?:is|are|gets?|becomes?|has|have|was|will|expires?|ends?|about|goes|passes)\b/i,
    )[0] ?? '',
  );
  const about = noun ? { noun } : {};
  const before = ahead.exec(`${topic} ${condition}`);
  if (before)
    return { ...about, op: 'lte', value: inDays(before[1], before[2]), date: before[3] ?? 'due' };
  const soon = coming.exec(condition);
  if (soon) return { ...about, op: 'lte', value: inDays(soon[2], soon[3]), date: soon[1] ?? 'due' };
  if (
    /\b(?:overdue|past due|over due|past (?:its|the|their) \w+ ?\w*|late|not returned (?:on|in) time|has passed|is past|missed)\b/i.test(
      condition,
    )
  )
    return { ...about, op: 'lt', value: 'today', date: 'due' };
  if (/\b(?:expired|has ended|lapsed|out of date)\b/i.test(condition))
    return { ...about, op: 'lt', value: 'today', date: 'expir' };
  if (/\b(?:due|expires?|ends?) tomorrow\b/i.test(condition))
    return { ...about, op: 'lte', value: 'today+1', date: condition };
  if (/\b(?:due|expires?|ends?)(?: today)?$/i.test(condition))
    return { ...about, op: 'lte', value: 'today', date: condition };
  if (
    /\b(?:about to expire|expir(?:es?|ing) soon|near(?:s|ing)? (?:its |the )?expir\w*)\b/i.test(
      condition,
    )
  )
    return { ...about, op: 'lte', value: 'today+30', date: 'expir' };
  if (
    /\b(?:due soon|due date (?:is )?(?:near|approach|close|coming)\w*|deadline (?:is )?(?:near|approach|close|coming)\w*)\b/i.test(
      condition,
    )
  )
    return { ...about, op: 'lte', value: 'today+7', date: 'due' };
  return undefined;
}

function inDays(count = '1', unit = 'day'): string {
  const number = counts[count.toLowerCase()] ?? Number(count);
  return `today+${Math.min(number * (days[unit.toLowerCase()] ?? 1), 3_650)}`;
}
