/**
 * Whether a task can be executed here, and if not at once, how else (F73–F76): a small set of rules.
 * What no rule knows is a person's: nothing is promised that no tool can do.
 */
import type { Assessment, Context, Subtask } from '../model.ts';
import { readIntent } from './intent.ts';
import { projects } from './project.ts';
import { understandText } from './understand.ts';
import { noModel } from './write/rework.ts';
import { readDraftWish } from './write/wish.ts';

type Strategy = Assessment extends infer A
  ? A extends Assessment
    ? Omit<A, 'executionType'>
    : never
  : never;
type Need = { pattern: RegExp; reason: string; type: Subtask['executionType'] };

/** What a task wants that is outside of the installed tools, by its leading verb. */
const needs: Need[] = [
  {
    pattern: /^(?:order|re-?order|buy|purchase|procure)\b/i,
    reason: 'Requires access to procurement portal',
    type: 'manual',
  },
  {
    pattern: /^(?:pay|transfer|wire|reimburse|refund|settle|donate|top up)\b/i,
    reason: 'Requires access to payment system',
    type: 'manual',
  },
  {
    pattern:
      /^(?:re-?schedule|schedule|book|move|cancel|set up|arrange)\b.{0,40}\b(?:meetings?|appointments?|calls?|interviews?|slots?|sync)\b|^(?:add|put)\b.{0,60}\bcalendar\b/i,
    reason: 'Requires access to calendar',
    type: 'manual',
  },
  {
    pattern: /^(?:call|phone|telephone|ring|dial)\b/i,
    reason: 'Requires a person to make the call',
    type: 'manual',
  },
  {
    pattern: /^(?:book|reserve)\b/i,
    reason: 'Requires access to booking system',
    type: 'manual',
  },
  {
    // An answer is drafted here and sent by a person; a draft alone is the whole work (R11).
    pattern: /^(?:draft|write|compose) (?:an? |the )?(?:response|reply|answer)\b/i,
    reason: noModel,
    type: 'semi_automated',
  },
  {
    pattern: /^(?:send|reply|respond|answer|forward|e-?mail|mail)\b/i,
    reason: 'Requires access to mailbox',
    type: 'semi_automated',
  },
  {
    pattern:
      /^(?:draft|write|summari[sz]e|translate|rewrite|outline|extract|proofread|compose|create (?:an? )?outline)\b/i,
    reason: noModel,
    type: 'fully_automated',
  },
  {
    pattern: /^(?:research|look up|find out|investigate|browse|google|compare)\b/i,
    reason: 'Requires access to the web',
    type: 'manual',
  },
  {
    pattern:
      /^(?:visit|meet|sign|drive|pick up|deliver|clean|repair|install|interview|brief|design|print|choose)\b/i,
    reason: 'Requires a person',
    type: 'manual',
  },
];

/** Spreadsheets, lists and the like: what is made is an app that a person fills in. */
const semi =
  /^(?:create|make|set up|build|prepare)\b.{0,60}\b(?:spreadsheet|list|checklist|inventory|plan)\b/i;

/** Says what is to be done with a task. Never throws on any text. */
export function assessText(text: string, context: Context): Assessment {
  const clean = text.replaceAll('\0', '').trim();
  return { executionType: executionTypeOf(clean), ...strategyOf(clean, context) };
}

function strategyOf(clean: string, context: Context): Strategy {
  const wish = readDraftWish(clean);
  if (wish?.rework && wish.rework !== 'shorten') return blocked(noModel);
  if (wish) return { strategy: 'immediate', found: wish };
  const sentence = sentenceOf(clean);
  const need = needs.find(({ pattern }) => pattern.test(sentence));
  const project = projects.find(({ pattern }) => pattern.test(sentence));
  if (!project && readIntent(clean).kind === 'new_task') {
    const found = understandText(clean, context);
    if (found.kind === 'app') return { strategy: 'immediate', found };
    return blocked(need?.reason ?? `Requires more detail: ${found.text}`);
  }
  const listed = partsOf(clean);
  if (listed.length > mostParts)
    return blocked(`Requires fewer parts: ${listed.length} are listed, up to ${mostParts} fit`);
  if (listed.length > 1) return { strategy: 'decompose', subtasks: listed };
  if (need) return blocked(need.reason);
  if (project) return { strategy: 'decompose', subtasks: project.parts };
  return blocked('Requires a person: no installed tool does this');
}

/** What a task wants that no installed tool gives, as far as its first words tell. */
export function needOf(
  text: string,
): { reason: string; type: Subtask['executionType'] } | undefined {
  const sentence = sentenceOf(text.replaceAll('\0', '').trim());
  return needs.find(({ pattern }) => pattern.test(sentence));
}

/**
 * Whether words that were said to the bot ask for an undertaking of known parts, or for something that needs a
 * system that is not connected: one short line that says nothing else.
 */
export function needsOrParts(text: string): boolean {
  const clean = text.trim().replace(/[.!]+$/, '');
  if (clean.length > 200 || /[\n?]|[.!] /.test(clean)) return false;
  const sentence = sentenceOf(clean);
  // "Order management" names an app, and "Thanks for dinner" asks for nothing.
  if (!undertaking.test(sentence) || naming.test(sentence)) return false;
  if (projects.some(({ pattern }) => pattern.test(sentence))) return true;
  const { reason = '' } = needOf(clean) ?? {};
  return /^Requires access to (?:procurement|payment|calendar|booking)/.test(reason);
}

const undertaking =
  /^(?:plan|prepare|organi[sz]e|coordinate|arrange|run|launch|set up|manage|move|relocate|hire|recruit|order|re-?order|buy|purchase|procure|pay|transfer|wire|reimburse|refund|settle|donate|top up|re-?schedule|schedule|book|reserve|cancel|add|put)\b/i;
const naming =
  /^\w+ (?:management|tracking|tracker|processing|list|app|application|system|software|database|history|status|form)\b/i;

const blocked = (reason: string): Strategy => ({ strategy: 'blocked', reason });

/** Who does the work of a task (F78–F80), as far as its words tell. */
export function executionTypeOf(text: string): Subtask['executionType'] {
  const sentence = sentenceOf(text);
  const need = needs.find(({ pattern }) => pattern.test(sentence));
  if (need) return need.type;
  if (semi.test(sentence) || projects.some(({ pattern }) => pattern.test(sentence)))
    return 'semi_automated';
  return readIntent(text).kind === 'new_task' ? 'fully_automated' : 'manual';
}

/** The first sentence without courtesies: "Please order new chairs." → "order new chairs". */
function sentenceOf(text: string): string {
  const [line = ''] = text.trim().split(/\n|(?<=[^\d\s])[.!?](?:\s|$)|:(?:\s|$)/);
  return line
    .slice(0, 300)
    .replace(/\s+/g, ' ')
    .replace(
      /^(?:(?:please|kindly|can you|could you|you should|we need to|i need to|todo:?) )+/i,
      '',
    )
    .replace(/[\s.!?;:]+$/g, '')
    .trim();
}

const mostParts = 100;

/** The items of a list of things to do: lines with a mark, or clauses behind a colon that each begin with a verb. */
function partsOf(text: string): Subtask[] {
  const marked = text
    .split('\n')
    .flatMap((line) => /^\s*(?:[-*•]|\d{1,2}[.)])\s+(.+)$/.exec(line)?.[1] ?? []);
  const line = text.length > 2_000 || text.includes('\n') ? '' : text;
  const clauses = /:\s+(.+)$/.exec(line)?.[1]?.split(/[;,]\s+(?:and\s+)?|\s+and then\s+/) ?? [];
  const isToDo = clauses.length > 1 && clauses.every((clause) => doing.test(clause.trim()));
  const items = marked.length > 1 ? marked : isToDo ? clauses : [];
  return items
    .map((item) => item.trim().replace(/[.;,]+$/, ''))
    .filter((item) => item !== '')
    .map((item) => ({
      title: capital(item).slice(0, 200),
      executionType: executionTypeOf(item),
    }));
}

/** Begins like something to do. */
const doing =
  /^(?:and )?(?:order|buy|pay|book|reserve|call|send|write|draft|create|make|prepare|choose|find|research|design|invite|organi[sz]e|plan|compare|check|review|set up|schedule|print|hire|brief|summari[sz]e|collect|update|clean|move|rent|decide|ask|tell|publish|test|train)\b/i;

const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);
