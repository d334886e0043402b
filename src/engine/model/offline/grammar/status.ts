/** Flows and choices: "status from A to B to C", "a → b → c", "a pet can be a dog, a cat or a bird". */
import type { Fact } from '../draft.ts';
import { splitFlow, splitStates } from '../list.ts';
import { stem } from '../word.ts';
import { thingOf } from './noun.ts';

type Found = { facts: Fact[]; rest: string };

const stateWords =
  '(?:status(?:es)?|stages?|states?|phases?|pipeline|workflow|board|flow|steps|kanban)';

/**
 * Finds a flow in a clause and gives the facts; the rest of the clause is what stood
 * before it. `subject` is the thing that was talked about last.
 */
export function readStatus(clause: string, source: string, subject?: string): Found | undefined {
  return (
    arrows(clause, source, subject) ??
    named(clause, source, subject) ??
    moves(clause, source, subject) ??
    canBe(clause, source, subject)
  );
}

/** "Repair status: received → diagnosing → ready" */
function arrows(clause: string, source: string, subject?: string): Found | undefined {
  if (!clause.includes('→')) return undefined;
  const first = clause.indexOf('→');
  const before = clause.slice(0, first);
  const opening = Math.max(
    before.lastIndexOf(':'),
    before.lastIndexOf('('),
    before.search(/\b(?:from|through|with|of|as|is|are|be)\s[^:(]*$/),
  );
  const head = opening >= 0 ? clause.slice(0, opening) : '';
  const { states, exits } = splitFlow(
    clause
      .slice(opening + 1)
      .replace(/^(?:from|through|with|of|as|is|are|be)\s/, '')
      .replace(/\).*$/, ''),
  );
  return states.length > 1 ? found(head, states, source, subject, exits) : undefined;
}

/** "Repair status board with: received, diagnosing" · "with stages lead, qualified, won" */
function named(clause: string, source: string, subject?: string): Found | undefined {
  const pattern = new RegExp(
    `^([^,:(]{0,80}?\\b${stateWords}(?: (?:board|flow|workflow|pipeline|column|field|tracking|values?|columns))?(?: of (?:(?:an?|the|each|every|all|our|my) )?[\\w -]{1,30}?)?)\\s*(?:\\(|:|-\\s|,?\\s(?:with|of|from|can be|may be|must be|is one of|are|is|be|being|being one of|one of|like|such as|including|either|goes from|goes through|moves from|which can be|that can be|can have)\\b(?: either| one of| the following)?(?: (?:statuses|states|stages|steps|values|columns|options))?:?)\\s*(.{3,400}?)\\)?\\.?$`,
    'i',
  );
  const match = pattern.exec(clause);
  // A bracket that closes before the end leaves other fields behind it.
  if (!match || /^[^(]*\)\s*(?:,|and\b)/.test(match[2] ?? '')) return undefined;
  // So does a list that the status ends: "with a due date and status (new, paid)".
  if (/\b(?:with|has|have|having|includes?|including|contains?)\s.*\sand\s/i.test(match[1] ?? ''))
    return undefined;
  const { states, exits } = splitFlow(
    (match[2] ?? '').replace(
      /^(?:the )?(?:statuses|states|stages|steps|values|columns|options|following)\b:?/i,
      '',
    ),
  );
  if (
    states.length < 2 ||
    states.some((state) => /\b(?:is|are|has|have|should|can|each)\b/i.test(state))
  )
    return undefined;
  return found(match[1] ?? '', states, source, subject, exits);
}

/** "moves from draft to review to published" · "goes through a, b and c" · "from A to B to C" */
function moves(clause: string, source: string, subject?: string): Found | undefined {
  const match =
    /^(.{0,80}?)\b(?:(?:moves?|goes|go|progress(?:es)?|pass(?:es)?|transitions?|track(?:ed)?|flows?|runs?) (?:\w+ )?(?:from|through)|(?:status|it|progress) from)\s+(?:the (?:stages|states|statuses|steps|phases)\s*(?:of|:)?\s*)?(.{3,300}?)\.?$/i.exec(
      clause,
    );
  const { states, exits } = splitFlow(match?.[2] ?? '');
  if (!match || states.length < 2 || states.some((state) => state.split(' ').length > 3))
    return undefined;
  return found(match[1] ?? '', states, source, subject, exits);
}

/** Words that tell how far along a thing is. */
const stately =
  /(?:ed|ing|done|sent|paid|sold|lost|won)$|^(?:new|open|pending|in|on|under|out|active|inactive|ready|late|draft|closed|to do|todo)\b/i;

/** "A repair can be received, diagnosing or ready" · "its color is either red or blue" */
function canBe(clause: string, source: string, subject?: string): Found | undefined {
  const match =
    /^(.{2,60}?)\s+(?:(?:can|may|must|could|should) (?:only )?be(?: either| one of(?: the following)?:?)?|(?:is|are) (?:either|one of(?: the following)?:?))\s+(.{3,200}?)\.?$/i.exec(
      clause,
    );
  const plain = match
    ? undefined
    : /^([\p{L} ]{2,40}?)\s+(?:is|are)\s+(\p{L}[\p{L} -]+(?:, \p{L}[\p{L} -]+)+,? or \p{L}[\p{L} -]+)\.?$/iu.exec(
        clause,
      );
  const [, left = '', right = ''] = match ?? plain ?? [];
  if (!left) return undefined;
  const options = splitStates(right);
  if (plain && (options.length < 3 || !options.every((option) => stately.test(option))))
    return undefined;
  if (options.length < 2 || !/,|\bor\b|\//i.test(right)) return undefined;
  if (
    options.some(
      (option) =>
        option.split(' ').length > 3 ||
        /\b(?:by|to|in|for|with|from|when|their|its|at)\b|ed (?:to|by)/i.test(
          option.replace(/^(?:in|on|under|out for|ready for)\s(?=[\p{L}-]+$)/iu, ''),
        ),
    )
  )
    return undefined;
  const noun = thingOf(left) ?? subject;
  if (!noun) return undefined;
  const asNouns = /(?:^|,|or)\s*(?:an?|the)\s/i.test(right);
  const own = /^(?:its|their|the|his|her)\b/i.test(left) && subject && stem(subject) !== stem(noun);
  const facts: Fact[] = own
    ? [
        {
          kind: 'fields',
          noun: subject,
          fields: [{ name: noun, type: 'choice', options, source }],
          source,
        },
      ]
    : asNouns
      ? [
          {
            kind: 'fields',
            noun,
            fields: [{ name: 'type', type: 'choice', options, source }],
            source,
          },
        ]
      : [{ kind: 'status', noun, name: 'status', states: options, source }];
  return { facts, rest: '' };
}

function found(
  head: string,
  states: string[],
  source: string,
  subject?: string,
  exits: string[] = [],
): Found {
  const owner = /\b(?:of|for) (?:(?:an?|the|each|every|all|our|my) )?([\p{L} -]{2,30})$/iu.exec(
    head,
  )?.[1];
  const words = (owner ?? head)
    .replace(
      /^(?:.*\b(?:track|manage|follow|show|move|see|with|has|have|the|a|an|each|every|its|their|of|and|by)\s)/i,
      '',
    )
    .replace(new RegExp(`\\b${stateWords}\\b`, 'gi'), ' ')
    .replace(
      /\b(?:tracking|track|from|through|moves?|goes|board|column|can be|field|current|progress|values?)\b/gi,
      ' ',
    )
    .trim();
  const noun = (words ? thingOf(words) : undefined) ?? subject;
  const name = /\bstages?|pipeline\b/i.test(head)
    ? 'stage'
    : /\bphases?\b/i.test(head)
      ? 'phase'
      : 'status';
  return {
    facts: [{ kind: 'status', ...(noun ? { noun } : {}), name, states, exits, source }],
    rest: '',
  };
}
