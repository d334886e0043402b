/**
 * What a message asks, by phrase: steering (accept, cancel …), a question about a task, a
 * new task, or something else. Matching is exact on the whole message, because a wrong
 * command does more harm than a question back.
 */
import { after, agreeing, appWords, before, carrying, phrases } from './phrase.ts';

export type IntentKind =
  | 'accept'
  | 'cancel'
  | 'pause'
  | 'resume'
  | 'retry'
  | 'skip'
  | 'skip_anyway'
  | 'confirm'
  | 'approve'
  | 'reject'
  | 'rehearse'
  | 'supervised'
  | 'status'
  | 'logs'
  | 'list'
  | 'accuracy'
  | 'policies'
  | 'standing_approvals'
  | 'help'
  | 'thanks'
  | 'start_over'
  | 'undo'
  | 'new_task'
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
      ?.replace(/^(?:my|the|our)\s+/, '')
      .trim();
    return reference && kind !== 'new_task' ? { kind, reference } : { kind };
  }
  return undefined;
}

/** The words of a reference with the capitals that the person gave them. */
function asWritten(reference: string, text: string): string {
  const at = text.toLowerCase().indexOf(reference);
  return at < 0 ? reference : text.slice(at, at + reference.length);
}

function normalise(text: string): string {
  return text
    .slice(0, longestCommand * 2)
    .toLowerCase()
    .replace(/[‘’]/g, "'")
    .replace(/\b(what|how|where|who|that|it)'?s\b(?=\s)/g, '$1 is')
    .replace(/\bthat is right\b/g, "that's right")
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
  return agreed || (only === 1 && /^(?:great|fine|good)$/.test(plain));
}

const making =
  /^(?:create|build|make|design|develop|generate|set up|setup|implement|put together|spin up|prepare|give)\b\s+(?:me |us )?(.+)$/s;
const wanting =
  /^(?:i|we)(?:'d| would)? (?:need|want|like|am looking for|are looking for)(?: to (?:have|build|create|make|get|set up|track|manage|keep track of|organi[sz]e))?\s+(.+)$/s;
const keeping = /^(?:track|keep track of|keep records? of|manage|organi[sz]e|catalog(?:ue)?)\s+\S+/;
const app = new RegExp(`\\b(?:${appWords})s?\\b`);
const named = new RegExp(
  `^(?:(?:a|an|my|our|the) )?(?:[\\p{L}'&-]+ ){0,4}?(?:${appWords})s?(?:\\s*[:.]|\\s+(?:for|with|showing|that|to|where|which|including|displaying)\\s)`,
  'u',
);

/** The name of an app and nothing else: too vague to build, but a wish all the same. */
const bareApp =
  /^(?:(?:an?|the|my|our|new)\s+)?(?:app|application|crm|erp|dashboard|tracker|inventory|help ?desk|database|portal|planner|scheduler|(?:[a-z-]+ ){1,2}(?:app|dashboard|tracker|crm|system|portal|database))$/;

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
  if (bareApp.test(lean.replace(/[.!?\s]+$/, ''))) return true;
  return named.test(`${lean} `) || /\beach \w+ (?:has|have)\b/.test(plain);
}

/** A phrase of the table as a pattern over the whole message. */
function compile(phrase: string): RegExp {
  const task =
    '(?:(?:all |all of )?(?:(?:the |my |our |this |that )?tasks?(?: (?:named|called|for|about|with the name|on) ([^,]{1,80}))?|(?:the |my |our |this |that )?(?!(?:the|my|our|this|that|all) tasks?$)([^,]{1,80}?) tasks?)|it|this|that|everything|them)';
  const source = phrase
    .replace(/[.?+*^$]/g, '\\$&')
    .replace(/^(?:\[[^\]]+\] )+/, (lead) => lead.replace(/\[([^\]]+)\] /g, '(?:(?:$1) )?'))
    .replace(/ \[([^\]]+)\]/g, '(?: (?:$1))?')
    .replace(/\((?!\?)([^()]+)\)/g, '(?:$1)')
    .replace(/#/g, '\\d+')
    .replace(/<task>/g, task)
    .replace(/<own>/g, '(?:my|our) ([^,]{1,40}?)')
    .replace(/<words>/g, '(.{2,140})');
  return new RegExp(`^${source}$`);
}
