/**
 * What a message asks, by phrase: steering (accept, cancel …), a question about a task, a task to be kept (`track`), tasks of what was
 * said before (`thread`),
 * an app to be made (`new_task`), or something else. Matching is exact on the whole message, because a wrong
 * command does more harm than a question back.
 */
import {
  after,
  agreeing,
  aloneAgreeing,
  app,
  articles,
  askingForList,
  bareApp,
  before,
  carrying,
  keeping,
  making,
  named,
  ownWords,
  phrases,
  spellings,
  taskWords,
  wanting,
} from './phrase.ts';

export type IntentKind =
  | 'accept'
  | 'cancel'
  | 'complete'
  | 'pause'
  | 'resume'
  | 'retry'
  | 'skip'
  | 'skip_anyway'
  | 'add_budget'
  | 'finish_cheaper'
  | 'stop_and_deliver'
  | 'confirm'
  | 'approve'
  | 'reject'
  | 'rehearse'
  | 'supervised'
  | 'status'
  | 'logs'
  | 'list'
  | 'accuracy'
  | 'cost'
  | 'costs'
  | 'policies'
  | 'standing_approvals'
  | 'agents'
  | 'help'
  | 'thanks'
  | 'start_over'
  | 'undo'
  | 'new_task'
  | 'track'
  | 'thread'
  | 'other';

export type Intent = {
  kind: IntentKind;
  /** The words that name a task: "CRM" in "how's my CRM task going?". */
  reference?: string;
  text: string;
};

const longestCommand = 160;
const patterns = phrases.flatMap(([kind, ...lines]) =>
  lines.map((line) => ({ kind, pattern: compile(line) })),
);
const agreement = [...agreeing].sort((a, b) => b.length - a.length);

/** Reads a message; what is no known phrase and no wish for an app is `other`. */
export function readIntent(text: string): Intent {
  const plain = normalise(text);
  if (plain && plain.length <= longestCommand && !text.trim().includes('\n')) {
    if (agrees(plain)) return { kind: 'accept', text };
    const found = match(plain) ?? match(plain.replace(before, '').replace(after, '').trim());
    if (found)
      return {
        ...found,
        ...(found.reference ? { reference: asWritten(found.reference, text) } : {}),
        text,
      };
    if (asksForList(plain.replace(before, ''))) return { kind: 'list', text };
  }
  return { kind: wantsApp(text) ? 'new_task' : 'other', text };
}

function match(plain: string): Omit<Intent, 'text'> | undefined {
  for (const { kind, pattern } of patterns) {
    const found = pattern.exec(plain);
    if (!found) continue;
    const reference = found
      .slice(1)
      .find((group) => group !== undefined)
      ?.replace(articles, '')
      .trim();
    return reference && kind !== 'track' && kind !== 'list' ? { kind, reference } : { kind };
  }
  return undefined;
}

const asksForList = (plain: string) =>
  askingForList.about.test(plain) &&
  askingForList.begins.test(plain) &&
  !askingForList.unless.test(plain);

/** The words of a reference with the capitals that the person gave them. */
function asWritten(reference: string, text: string): string {
  const at = text.toLowerCase().indexOf(reference);
  return at < 0 ? reference : text.slice(at, at + reference.length);
}

function normalise(text: string): string {
  const lower = text
    .slice(0, longestCommand * 2)
    .toLowerCase()
    .replace(/[‘’]/g, "'");
  return spellings
    .reduce((words, [pattern, spelling]) => words.replace(pattern, spelling), lower)
    .replace(/[“”"]/g, '')
    .replace(/\s+/g, ' ')
    .replace(/[\s.!,;:]+$/g, '')
    .replace(/(?<=.)\?+$/g, '')
    .replace(/[\s.!,;:]+$/g, '')
    .trim();
}

/** True when agreeing words make up the whole message: "looks good, do it". */
function agrees(plain: string): boolean {
  if (plain.length > 60) return false;
  let rest = plain
    .replace(/[,.!-]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  let agreed = false;
  let only = 0;
  while (rest) {
    const word = agreement.find(
      (candidate) => rest === candidate || rest.startsWith(`${candidate} `),
    );
    if (!word) return false;
    if (!carrying.has(word)) agreed = true;
    only++;
    rest = rest.slice(word.length).trim();
  }
  return agreed || (only === 1 && aloneAgreeing.test(plain));
}

/** A wish for something to be built. "make a payment" and "I need an uber" are none. */
function wantsApp(text: string): boolean {
  const plain = text.slice(0, 2_000).toLowerCase().replace(/\s+/g, ' ').trim();
  const lean = plain.replace(before, '');
  const made = making.exec(lean)?.[1];
  if (
    made &&
    (/^(?:create|build|design|develop|generate|implement)\b/.test(lean)
      ? made.length > 2
      : app.test(made.slice(0, 120)))
  )
    return true;
  const wanted = wanting.exec(lean)?.[1] ?? wanting.exec(plain)?.[1];
  if (
    wanted &&
    !wanted.startsWith('to ') &&
    (app.test(wanted.slice(0, 80)) ||
      /to (?:track|manage|keep track|organi[sz]e)/.test(plain.slice(0, 80)))
  )
    return true;
  if (
    keeping.test(lean) &&
    !/^(?:track|manage) (?:the status|my (?:order|package|purchase|parcel)\b)/.test(lean)
  )
    return true;
  if (bareApp.test(lean.replace(/[.!?\s]+$/, '')) && !leavingOut.test(lean)) return true;
  return named.test(`${lean} `) || /\beach \w+ (?:has|have)\b/.test(plain);
}

/** "Skip the dashboard" wants none. */
const leavingOut =
  /^(?:skip|drop|remove|delete|hide|no|without|cancel|rename|leave|forget|undo|open|show|close)\b/;

/** A phrase of the table as a pattern over the whole message. */
function compile(phrase: string): RegExp {
  const source = phrase
    .replace(/[.?+*^$]/g, '\\$&')
    .replace(/^(?:\[[^\]]+\] )+/, (lead) => lead.replace(/\[([^\]]+)\] /g, '(?:(?:$1) )?'))
    .replace(/ \[([^\]]+)\]/g, '(?: (?:$1))?')
    .replace(/\((?!\?)([^()]+)\)/g, '(?:$1)')
    .replace(/#/g, '\\d+')
    .replace(/<task>/g, taskWords)
    .replace(/<own>/g, ownWords)
    .replace(/<words>/g, '(.{2,140})');
  return new RegExp(`^${source}$`);
}
