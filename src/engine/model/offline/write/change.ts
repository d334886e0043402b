/** Changes of a draft in words, by rules: "make it shorter", "say Tuesday instead of Monday", "sign it Bob". */
import { type DraftRevision, longestDraft, missingIn, type StandingDraft } from '../../draft.ts';
import type { Question } from '../../model.ts';
import { closings, greetings, sentence } from './words.ts';

const lead = /^(?:please |can you |could you |now |ok |okay |and |but |no,? )*/i;
const it =
  '(?:it|this|that|the (?:draft|text|e-?mail|mail|reply|message|summary|agenda|outline|report|tone))';
const value = '["“]?(.+?)["”]?';

type Change = Pick<DraftRevision, 'text' | 'subject' | 'recipient' | 'changes'>;
type Rule = [pattern: RegExp, change: (draft: StandingDraft, words: string[]) => Change | string];

const rule = (source: string, change: Rule[1]): Rule => [
  new RegExp(`^(?:${source})$`, 'i'),
  change,
];

/** Tried in this order. A string says why it cannot be done. */
const rules: Rule[] = [
  rule(
    `(?:make ${it} |be )?(?:a (?:bit|little) )?(?:shorter|briefer|more concise)|shorten ${it}|cut ${it} down`,
    shorten,
  ),
  rule(
    `(?:make ${it} |be )?(?:a (?:bit|little) )?(?:more|very) (?:formal|polite|official|professional)(?: please)?`,
    (draft) => restyle(draft, 'formal'),
  ),
  rule(
    `(?:make ${it} |be )?(?:a (?:bit|little) )?(?:friendlier|warmer|(?:more|less) (?:friendly|casual|informal|warm|relaxed|formal))`,
    (draft) => restyle(draft, 'friendly'),
  ),
  rule(
    `(?:say|use|write|put|make it) ${value} (?:instead of|rather than|not) ${value}`,
    (draft, [to = '', from = '']) => swap(draft, from, to),
  ),
  rule(
    `(?:instead of|not) ${value},? (?:say|use|write|put|but) ${value}`,
    (draft, [from = '', to = '']) => swap(draft, from, to),
  ),
  rule(
    `(?:replace|change|swap|correct) ${value} (?:with|to|by|into|for) ${value}`,
    (draft, [from = '', to = '']) => swap(draft, from, to),
  ),
  rule(
    `(?:the )?subject (?:line )?(?:is|should be|:) ?${value}|(?:set|make|change) the subject (?:line )?(?:to|:)? ?${value}`,
    (draft, words) => ({
      ...draft,
      subject: words.find(Boolean) ?? '',
      changes: ['The subject is another one.'],
    }),
  ),
  rule(
    `(?:address|direct) ${it} to ${value}|(?:it is|it's) (?:for|to) ${value}`,
    (draft, words) => ({
      ...draft,
      recipient: words.find(Boolean) ?? '',
      changes: [`It is for ${words.find(Boolean)}.`],
    }),
  ),
  rule(`sign (?:it |off )?(?:as|with|from|by)? ?${value}|my name is ${value}`, (draft, words) =>
    sign(draft, words.find(Boolean) ?? ''),
  ),
  rule(
    `(?:add|mention|include|also say|say also|tell them|write)(?: also)?(?: a (?:line|sentence)(?: (?:saying|that|about))?)?[: ]+(?:that )?${value}`,
    (draft, [words = '']) => add(draft, words),
  ),
  rule(
    `(?:remove|drop|delete|leave out|take out|cut)(?: the)?(?: (?:line|sentence|part|bit|point)s?(?: (?:about|with|on))?)? ${value}`,
    (draft, [words = '']) => drop(draft, words),
  ),
];

/** Whether the words are such a change; free words may be one too, for a language model. */
export const isRedraft = (change: string, how: 'any' | 'sure' = 'any'): boolean => {
  const plain = plainOf(change);
  const known = how === 'sure' ? rules.slice(0, sure) : rules;
  if (plain.length > 400) return false;
  return known.some(([pattern]) => pattern.test(plain)) || (how === 'any' && free.test(plain));
};

/** Which words become which, what the subject is, whose name stands below it: done to the letter. */
export const isLiteral = (change: string): boolean =>
  rules.slice(3, 9).some(([pattern]) => pattern.test(plainOf(change)));

/** Free words about a text, for a language model: "sound less sorry in the second paragraph". */
const free =
  /^(?:make|rewrite|rephrase|reword|change|sound|start|begin|end|finish|move|put|translate|mention|expand|lengthen|fix|correct|keep|soften|emphasi[sz]e|open|close|turn|use)\b.*\b(?:it|draft|text|e-?mail|mail|reply|message|summary|agenda|outline|report|paragraphs?|sentences?|lines?|tone|greeting|ending|subject|bullets?)\b/i;

/** So many of them, from the first, mean nothing but a text. */
const sure = 5;

/** Whether words could fill in something: "the new date is Friday". */
export const mayFill = (change: string): boolean => filling.test(plainOf(change));

const filling = /^(?:the |my |our )?(.{2,60}?)(?: is|:| =)\s+(.{1,300})$/i;

/** Whether they do: they name what is marked, and nothing else. */
export const fillsMark = (
  draft: Pick<StandingDraft, 'text' | 'subject'>,
  change: string,
): boolean => filled({ ...draft, artifact: 'text', source: '' }, plainOf(change)) !== undefined;

const plainOf = (change: string) =>
  change
    .trim()
    .replace(/\s+/g, ' ')
    .replace(lead, '')
    .replace(/(?<=\w)[.!]+$/, '');

/** Never throws on any words. */
export function changeDraft(standing: StandingDraft, change: string): DraftRevision | Question {
  const plain = plainOf(change);
  const fill = filled(standing, plain);
  if (fill) return toRevision(fill);
  for (const [pattern, apply] of rules) {
    const found = pattern.exec(plain);
    if (!found) continue;
    const made = apply(standing, found.slice(1));
    return typeof made === 'string' ? question(made) : toRevision(made);
  }
  return question(
    'I can change it by rules only: “make it shorter”, “more formal”, “say Tuesday instead of Monday”, “add …”, “leave out …”, “sign it …”. For anything else press Edit.',
  );
}

const question = (text: string): Question => ({ kind: 'question', text, suggestions: [] });

const toRevision = ({ text, subject, recipient, changes }: Change): DraftRevision => ({
  kind: 'revision',
  text: text.slice(0, longestDraft),
  ...(subject === undefined ? {} : { subject }),
  ...(recipient === undefined ? {} : { recipient }),
  unverified: [],
  changes,
});

/** "reason: the strike", "the new date is Friday". */
function filled(draft: StandingDraft, plain: string): Change | undefined {
  const said = filling.exec(plain);
  const [, name = '', words = ''] = said ?? [];
  const marks = missingIn(`${draft.subject ?? ''}\n${draft.text}`);
  const known = (mark: string) =>
    mark
      .slice(1, -2)
      .toLowerCase()
      .replace(/^(?:your|the) /, '');
  const mark = marks.find(
    (each) => known(each) === name.toLowerCase().replace(/^(?:your|the) /, ''),
  );
  if (!mark) return undefined;
  const put = (text: string) => text.replaceAll(mark, () => words);
  return {
    ...draft,
    text: put(draft.text),
    ...(draft.subject === undefined ? {} : { subject: put(draft.subject) }),
    changes: [`${mark} is “${words}” now.`],
  };
}

const escaped = (words: string) => words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function swap(draft: StandingDraft, from: string, to: string): Change | string {
  const pattern = new RegExp(`(?<![\\p{L}\\d])${escaped(from)}(?![\\p{L}\\d])`, 'giu');
  const all = `${draft.subject ?? ''}\n${draft.text}`;
  if (!pattern.test(all))
    return `“${from}” does not stand in the draft. Say it as it is written there.`;
  // The new words keep the capital of those that they replace.
  const put = (text: string) =>
    text.replace(pattern, (found) =>
      /^\p{Lu}/u.test(found) && /^\p{Ll}/u.test(to) ? to.charAt(0).toUpperCase() + to.slice(1) : to,
    );
  return {
    ...draft,
    text: put(draft.text),
    ...(draft.subject === undefined ? {} : { subject: put(draft.subject) }),
    changes: [`It says “${to}” instead of “${from}”.`],
  };
}

const isLetter = (draft: StandingDraft) => ['email', 'reply', 'message'].includes(draft.artifact);
const greeting = /^(?:Hello|Dear|Hi|Hey) ([^\n]{1,80}),(?=\n)/;
const closing = /\n\n((?:Best regards|Yours sincerely|Best wishes|Regards|Kind regards),)(?=\n)/;

/** A letter keeps its greeting, its closing and the first sentence of each paragraph; lists keep their first lines. */
export function shorten(draft: StandingDraft): Change | string {
  const blocks = draft.text.split('\n\n');
  const short = blocks.flatMap((block, index) => {
    if (isLetter(draft) && (index === 0 || index === blocks.length - 1)) return [block];
    if (
      /^(?:I look forward|Please tell me if|I am writing to you about)/.test(block) &&
      blocks.length > 3
    )
      return [];
    const lines = block.split('\n');
    const isList = lines.every((line) => /^\s*(?:[-*•]|\d{1,2}[.)])\s/.test(line));
    if (lines.length > 3 || (isList && lines.length > 2))
      return [lines.slice(0, Math.max(2, Math.ceil(lines.length / 2))).join('\n')];
    // Lines of prose say something of their own each: the first sentence of it stays.
    if (lines.length > 1)
      return [
        lines
          .map((line) => {
            const [said = '', ...more] = line.split(/(?<=[.!?])\s+/);
            return missingIn(more.join(' ')).length > 0 ? line : said;
          })
          .join('\n'),
      ];
    const [first = '', second = '', ...rest] = block.split(/(?<=[.!?])\s+/);
    // What is to be filled in stays.
    const isSaid = rest.length > 0 && missingIn(rest.join(' ')).length === 0;
    return [isSaid ? `${first} ${second}` : block];
  });
  const text = short.join('\n\n');
  if (text.length >= draft.text.length)
    return 'It is as short as I can make it by rules. Press Edit to take out what you do not need.';
  return { ...draft, text, changes: ['It is shorter.'] };
}

const plainer: [pattern: RegExp, formal: string][] = [
  [/\bI'm\b/g, 'I am'],
  [/\bwe're\b/gi, 'we are'],
  [/\bdon't\b/gi, 'do not'],
  [/\bcan't\b/gi, 'cannot'],
  [/\bwon't\b/gi, 'will not'],
  [/\bit's\b/gi, 'it is'],
  [/\bThanks for\b/g, 'Thank you for'],
  [/\bI am sorry (about|for|that)\b/g, 'I apologise $1'],
];

function restyle(draft: StandingDraft, tone: 'formal' | 'friendly'): Change | string {
  const greeted = greeting.exec(draft.text)?.[1];
  let text = draft.text
    .replace(greeting, (_, name: string) => greetings[tone](name === 'all' ? 'everyone' : name))
    .replace(closing, `\n\n${closings[tone]}`);
  if (tone === 'formal')
    text = plainer.reduce((words, [pattern, formal]) => words.replace(pattern, formal), text);
  else
    text = text
      .replace(/\bI apologise (about|for|that)\b/g, 'I am sorry $1')
      .replace(/\bThank you for\b/g, 'Thanks for');
  if (text === draft.text)
    return greeted
      ? `It is as ${tone} as I can make it by rules. Press Edit for more.`
      : 'Its tone cannot be changed by rules. Press Edit.';
  return {
    ...draft,
    text,
    changes: [tone === 'formal' ? 'It is more formal.' : 'It is friendlier.'],
  };
}

function sign(draft: StandingDraft, name: string): Change | string {
  if (draft.text.includes('[your name?]'))
    return {
      ...draft,
      text: draft.text.replaceAll('[your name?]', () => name),
      changes: [`It is signed ${name}.`],
    };
  const at = closing.exec(draft.text);
  if (!at) return 'It has no place for a name. Press Edit.';
  const head = draft.text.slice(0, at.index + at[0].length);
  return { ...draft, text: `${head}\n${name}`, changes: [`It is signed ${name}.`] };
}

function add(draft: StandingDraft, words: string): Change {
  const said = sentence(words);
  const changes = [`Added: “${said}”`];
  const at = isLetter(draft) ? closing.exec(draft.text)?.index : undefined;
  if (at === undefined) {
    const isList = /\n- [^\n]*$/.test(draft.text);
    return { ...draft, text: `${draft.text}${isList ? '\n- ' : '\n\n'}${said}`, changes };
  }
  return {
    ...draft,
    text: `${draft.text.slice(0, at)}\n\n${said}${draft.text.slice(at)}`,
    changes,
  };
}

/** Leaves out the sentences and lines that hold the words. */
function drop(draft: StandingDraft, words: string): Change | string {
  const pattern = new RegExp(`(?<![\\p{L}\\d])${escaped(words)}(?![\\p{L}\\d])`, 'iu');
  const text = draft.text
    .split('\n')
    .map((line) => {
      if (!pattern.test(line)) return line;
      const kept = line.split(/(?<=[.!?])\s+/).filter((part) => !pattern.test(part));
      return kept.length > 0 && /\p{L}/u.test(kept.join(' ')) ? kept.join(' ') : undefined;
    })
    .filter((line) => line !== undefined)
    .join('\n')
    .replace(/\n{3,}/g, '\n\n');
  if (text === draft.text)
    return `“${words}” does not stand in the draft. Say it as it is written there.`;
  return { ...draft, text, changes: [`Left out: “${words}”.`] };
}
