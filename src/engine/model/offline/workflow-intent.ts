/** What a message asks about workflows: to see, use, run or delete one, or to keep one that was pasted. */
import { nearest } from '../../workflow/suggest.ts';

export type WorkflowIntent =
  | { kind: 'list' | 'templates' }
  | { kind: 'use' | 'show' | 'delete'; name: string }
  /** `words` is the name and what follows it; `isNamed`: "the workflow …" was said, so nothing else is meant. */
  | { kind: 'run'; words: string; isNamed: boolean }
  | { kind: 'paste'; text: string };

const courtesy = /(?:[,\s]+(?:please|now|then|thanks))+[.!\s]*$/i;
const polite = /^(?:please|can you|could you|would you|i want to|i would like to|let's|now)\s+/i;
const asking = `(?:(?:show|list|see|display|view|give|tell)(?: me)?|what(?: are)?|which(?: are)?|do (?:i|we) have(?: any)?|are there(?: any)?)`;
const owned = `(?: all)?(?: of)?(?: the| my| our| your)?(?: saved| stored| available)?`;
const ending = String.raw`(?: (?:do (?:i|we|you) have|are there|can i (?:use|run)|that (?:i|you) have|there are))?[.!?\s]*`;
const lists = new RegExp(`^(?:${asking})?${owned} ?workflows${ending}$`, 'i');
const templates = new RegExp(`^(?:${asking})?${owned}(?: workflow)? ?templates${ending}$`, 'i');

const quoted = `["“']?(.{1,120}?)["”']?`;
const forms: [kind: 'use' | 'show' | 'delete', pattern: RegExp][] = [
  ['use', new RegExp(`^use (?:the )?${quoted} (?:workflow )?template[.!]*$`, 'i')],
  ['use', new RegExp(`^use (?:the )?(?:workflow )?template (?:for |called )?${quoted}[.!]*$`, 'i')],
  ['show', new RegExp(`^(?:show|open|print|view)(?: me)? (?:the )?workflow ${quoted}[.!]*$`, 'i')],
  ['show', new RegExp(`^(?:show|open|print|view)(?: me)? (?:the )?${quoted} workflow[.!]*$`, 'i')],
  ['delete', new RegExp(`^(?:delete|remove) (?:the )?workflow ${quoted}[.!]*$`, 'i')],
  ['delete', new RegExp(`^(?:delete|remove) (?:the )?${quoted} workflow[.!]*$`, 'i')],
];
const running = /^(?:run|start|execute|launch)\s+(?:the\s+)?(workflow\s+)?([^\n]+)$/i;

/** Undefined for everything else. Of the whole message, as with all that is steered by phrases. */
export function readWorkflowIntent(message: string): WorkflowIntent | undefined {
  const text = textOf(message);
  if (/^[ \t]*ORCHESTRATE[ \t]+WORKFLOW\b/im.test(text)) return { kind: 'paste', text };
  const plain = message.trim().replace(polite, '');
  if (plain.length > 2_000 || plain.includes('\n')) return undefined;
  if (lists.test(plain)) return { kind: 'list' };
  if (templates.test(plain)) return { kind: 'templates' };
  for (const [kind, pattern] of forms) {
    const name = pattern.exec(plain)?.[1];
    if (name) return { kind, name };
  }
  const run = running.exec(plain);
  if (!run) return undefined;
  return { kind: 'run', words: run[2] ?? '', isNamed: run[1] !== undefined };
}

/** What is wanted of a workflow that was pasted before; `rest` is what follows "run it". */
export type PastedIntent =
  | { kind: 'check' }
  | { kind: 'save'; name?: string }
  | { kind: 'run'; rest: string };

const it = '(?:it|this|that|(?:the|this|that|my) (?:workflow|text))';
const checking = new RegExp(
  `^(?:check|validate|test|verify|look at) ${it}(?: again)?[.!?\\s]*$`,
  'i',
);
const saving = new RegExp(
  `^(?:save|keep|store) ${it}(?: (?:as|under(?: the name)?|with the name)(?: the workflow)? ${quoted})?[.!\\s]*$`,
  'i',
);
/** "Run the workflow nowhere" names another one. */
const runningIt = new RegExp(
  `^(?:run|start|execute|launch) ${it}(?:[\\s,]+((?:with|for|using)\\s.*|[\\p{L}_][\\p{L}\\d_-]*\\s*[=:].*))?[.!\\s]*$`,
  'iu',
);

/** Undefined for everything else. */
export function readPastedIntent(message: string): PastedIntent | undefined {
  const whole = message.trim();
  if (whole.length > 2_000 || whole.includes('\n')) return undefined;
  const plain = whole.replace(polite, '').replace(courtesy, '');
  if (checking.test(plain)) return { kind: 'check' };
  const save = saving.exec(plain);
  if (save)
    return save[1] === undefined ? { kind: 'save' } : { kind: 'save', name: save[1].trim() };
  const run = runningIt.exec(plain);
  return run ? { kind: 'run', rest: (run[1] ?? '').trim() } : undefined;
}

/** What stands between ``` marks, or all of it. */
function textOf(message: string): string {
  return /```[a-z]*\n?([\s\S]*?)```/i.exec(message)?.[1] ?? message;
}

const escaped = (words: string) => words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const plainName = (name: string) =>
  name
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .trim();

/** The longest of the names that the words begin with, whatever stands between its words; `rest` is what follows. */
export function findNamed(
  words: string,
  names: readonly string[],
): { name: string; rest: string } | undefined {
  const longestFirst = [...names].sort((a, b) => b.length - a.length);
  for (const name of longestFirst) {
    const source = plainName(name).split(' ').map(escaped).join('[\\s_-]+');
    const pattern = new RegExp(`^["“']?${source}["”']?(?:\\s+workflow\\b)?(?![\\p{L}\\d_-])`, 'iu');
    const found = pattern.exec(words.trim());
    if (found) return { name, rest: words.trim().slice(found[0].length).trim() };
  }
  return undefined;
}

/** One typing error away from what was said. */
export function nearestNamed(words: string, names: readonly string[]): string | undefined {
  const plain = plainName(words.replace(/\s(?:with|for|using)\s.*$/i, ''));
  const near = nearest(plain, names.map(plainName));
  return names.find((name) => plainName(name) === near);
}

/** All whose name has every word in it: "refund" of "refund-approval". The one that is called so comes alone. */
export function findByWords<T extends { name: string }>(words: string, things: readonly T[]): T[] {
  const wanted = plainName(words);
  const exact = things.filter(({ name }) => plainName(name) === wanted);
  if (exact.length > 0) return exact;
  const parts = wanted.split(' ');
  return things.filter(({ name }) => {
    const own = plainName(name).split(' ');
    return parts.every((part) => own.some((word) => word.startsWith(part)));
  });
}
