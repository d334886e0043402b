/** A change in words, applied to a proposed app, clause by clause. */
import { AppSpec } from '../../../apps/spec.ts';
import type { Context, Question, Revision } from '../model.ts';
import { addEntity, linkEntities, removeThing, renameEntity } from './change/entity.ts';
import { addFields, markField, renameField } from './change/field.ts';
import type { Changed } from './change/find.ts';
import { addState } from './change/state.ts';
import { retypeField } from './change/type.ts';
import {
  addAlert,
  addBoard,
  addDashboard,
  addSearch,
  removeView,
  renameApp,
} from './change/view.ts';
import { splitList } from './list.ts';
import { cleanText } from './text.ts';

type Reader = (spec: AppSpec, clause: string) => Changed | undefined;

/** Read in this order: the first that makes sense of a clause applies it. */
const readers: Reader[] = [
  renameApp,
  addAlert,
  addState,
  removeAny,
  renameEntity,
  renameField,
  linkEntities,
  markField,
  retypeField,
  addSearch,
  addDashboard,
  addBoard,
  addFields,
  addEntity,
];

const verbs =
  'add|drop|remove|delete|rename|make|link|connect|call|name|search|alert|notify|warn|change|no|without|include|give|set|use|get rid|leave out|also|put|create|track|show|new';

/** Applies a change like "drop sales and add notes to customers". What is not understood is asked back, and nothing changes. */
export function reviseSpec(spec: AppSpec, change: string, _context: Context): Revision | Question {
  const clauses = splitClauses(cleanText(change).slice(0, 4_000));
  if (clauses.length === 0) return question(`What should change about ${spec.name}?`, spec);
  let next = spec;
  const changes: string[] = [];
  for (const clause of clauses) {
    const changed = readers.reduce<Changed | undefined>(
      (found, read) => found ?? read(next, clause),
      undefined,
    );
    if (!changed)
      return question(
        `I did not understand "${clause.slice(0, 120)}". Nothing has changed yet.`,
        spec,
      );
    if ('ask' in changed && changed.mild && clauses.length > 1) {
      changes.push(changed.ask);
      continue;
    }
    if ('ask' in changed) return question(changed.ask, spec);
    next = changed.spec;
    changes.push(...changed.changes);
  }
  if (next === spec) return question(changes.join(' '), spec);
  const sound = AppSpec.safeParse(next);
  if (!sound.success)
    return question(
      `With that the app would not hold together: ${sound.error.issues[0]?.message ?? 'something is missing'}`,
      spec,
    );
  return { kind: 'revision', spec: sound.data, changes };
}

/** Cuts at sentence ends and where a new verb of change begins. */
function splitClauses(text: string): string[] {
  return text
    .split(
      new RegExp(
        `[\\n;]+|(?<=[^\\s.])[.!](?:\\s+|$)|,?\\s+(?:and|then|and then|plus)\\s+(?:also\\s+)?(?=(?:please\\s+)?(?:${verbs})\\b)|,\\s+(?=(?:${verbs})\\b)`,
        'i',
      ),
    )
    .map((clause) =>
      clause
        .trim()
        .replace(/^[-*•]\s*/, '')
        .replace(
          /^(?:(?:ok|okay|yes|and|also|please|but|then|can you|could you|would you|i want to|i'd like to|i would like to|let's|we should|you can|just)[,:]?\s+)+/i,
          '',
        )
        .replace(/(?:[,\s]+(?:please|thanks|thank you|too|as well|instead|now))+$/i, '')
        .replace(/[\s.!?]+$/, '')
        .trim(),
    )
    .filter(Boolean);
}

/** "drop sales and repairs" · "no dashboard" · "without phone" */
function removeAny(spec: AppSpec, clause: string): Changed | undefined {
  const words =
    /^(?:drop|remove|delete|no|without|skip|leave out|get rid of|take out|(?:we |i )?(?:don't|do not) (?:need|want)|lose|omit|exclude|there (?:is|should be) no)\s+(?:the |any |all |our )?(.+)$/i.exec(
      clause,
    )?.[1];
  if (!words) return undefined;
  let next = spec;
  const changes: string[] = [];
  const from = /\s+(?:from|of|in|on)\s+.+$/i.exec(words)?.[0] ?? '';
  const parts = splitList(words);
  for (const [at, part] of parts.entries()) {
    const name = at < parts.length - 1 && from && !part.includes(from) ? `${part}${from}` : part;
    const changed = removeView(next, name) ?? removeThing(next, name);
    if (!changed) return undefined;
    if ('ask' in changed) return changed;
    next = changed.spec;
    changes.push(...changed.changes);
  }
  return { spec: next, changes };
}

function question(text: string, spec: AppSpec): Question {
  const [first, second] = spec.entities;
  const one = first?.label.toLowerCase() ?? 'customers';
  return {
    kind: 'question',
    text,
    suggestions: [
      `Add notes to ${one}`,
      ...(second ? [`Drop ${second.label.toLowerCase()}`] : []),
      `Rename ${one} to contacts`,
      'Add a dashboard',
    ],
  };
}
