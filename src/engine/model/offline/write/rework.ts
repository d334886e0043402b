/**
 * Texts that are given and wanted otherwise: in another language, without mistakes, in other words, shorter. Only
 * making one shorter is done by rules, which leave sentences out and change no word of the others.
 */
import type { Draft, DraftWish, Rework } from '../../draft.ts';
import { longestDraft, missingIn } from '../../draft.ts';
import type { Question } from '../../model.ts';
import { shorten } from './change.ts';

const kind =
  '(?:text|e-?mail|mail|message|letter|paragraph|sentences?|lines?|notes?|reply|answer|post|article|draft|words|thread|conversation|document|summary|announcement|description|copy|bit|part|one)';
const pointing = '(?:this|that|these|those|it|the (?:following|above|text)|my|our|the|following)';
const what = `(?: ${pointing}(?: [\\p{L}-]+){0,2}?(?: ${kind})?)?`;
const language =
  "(?:in)?to (?:an? |proper |plain |simple )?(\\p{Lu}?[\\p{L}'-]+(?: (?!please\\b|for\\b|again\\b|too\\b)\\p{L}+)?)";
const polite = '(?: (?:please|for me|again|too))*';

const rule = (source: string) => new RegExp(`^${source}${polite}$`, 'iu');
const rules: [rework: Rework, pattern: RegExp][] = [
  ['translate', rule(`(?:translate|put)${what}(?: from \\p{L}+)? ${language}`)],
  ['translate', rule(`translate${what}`)],
  ['proofread', rule(`(?:proof-?read|spell-?check|copy-?edit)${what}`)],
  [
    'proofread',
    rule(
      `(?:correct|fix|check)(?: the| my| all| any)* (?:spelling|grammar|typos?|mistakes|errors|punctuation|language|english)(?:(?:,| and|,? or) (?:the )?(?:spelling|grammar|typos?|mistakes|errors|punctuation))*(?: (?:in|of)${what})?`,
    ),
  ],
  ['proofread', rule(`correct${what}`)],
  ['shorten', rule(`(?:shorten|condense|trim|cut down|tighten)${what}(?: down)?(?: to .{1,60})?`)],
  ['shorten', rule(`make${what} (?:a (?:bit|little) |much )?(?:shorter|briefer|more concise)`)],
  [
    'rewrite',
    rule(
      `(?:rewrite|re-?phrase|re-?word|paraphrase|simplify|polish|improve)${what}(?:,? (?:in|as|so|to|for|with|without|more|less|but)\\b.{1,200})?`,
    ),
  ],
  [
    'rewrite',
    rule(
      `make${what} (?:a (?:bit|little) |much )?(?:(?:more|less) \\p{L}+|sound .{1,60}|\\p{L}+er)`,
    ),
  ],
];

/** "Translate good morning to French": the words themselves stand within the wish. */
const inline = new RegExp(`^translate (.{1,400}) ${language}${polite}$`, 'iu');
const quoted =
  /^(\p{L}[\p{L} -]{2,40}?)[: ]+["“«„](.{1,5000})["”»“](?:\s+((?:in)?to \p{L}+(?: \p{L}+)?))?$/isu;
/** A thing that has to be found first is no text. */
const isThing = new RegExp(`^${pointing}\\b`, 'iu');

/**
 * @param bare the wish without courtesies
 * @returns undefined where no text is wanted otherwise, or none is given or pointed at
 */
export function readRework(said: string, bare: string, source: string): DraftWish | undefined {
  const within = quoted.exec(bare);
  if (within && source === '') {
    const [, lead = '', words = '', target = ''] = within;
    return readRework(said, `${lead} ${target}`.trim(), words);
  }
  for (const [rework, pattern] of rules) {
    const found = pattern.exec(bare);
    if (!found) continue;
    if (source === '' && !pointsAt(rework, bare)) continue;
    const to = rework === 'translate' ? found[1] : undefined;
    return toWish(rework, said, source, to);
  }
  const [, words = '', to] = (source === '' && inline.exec(bare)) || [];
  if (words === '' || isThing.test(words)) return undefined;
  return toWish('translate', said, words, to);
}

/** "Make it shorter" is a change of what stands here, "shorten this mail" is about what was said. */
const pointsAt = (rework: Rework, bare: string): boolean =>
  !/^make\b/i.test(bare) &&
  (/\b(?:this|that|these|those|above)\b/i.test(bare) ||
    (rework === 'translate' && /\bit\b/i.test(bare)));

const toWish = (rework: Rework, lead: string, source: string, to?: string): DraftWish => ({
  kind: 'wish',
  artifact: 'text',
  rework,
  lead,
  source,
  wantsSource: source === '',
  ...(to ? { topic: to.charAt(0).toUpperCase() + to.slice(1) } : {}),
  people: [],
  tone: 'neutral',
});

const names: Record<Rework, { title: string; short: string; doing: string }> = {
  translate: { title: 'Translation', short: 'translation', doing: 'Translating' },
  proofread: { title: 'Corrected text', short: 'corrected text', doing: 'Proofreading' },
  rewrite: { title: 'Reworded text', short: 'reworded text', doing: 'Rewording' },
  shorten: { title: 'Shorter text', short: 'shorter text', doing: 'Shortening' },
};

/** "Translation into German: Good morning, all". */
export function nameOf({ rework, topic, source }: DraftWish & { rework: Rework }): {
  title: string;
  shortName: string;
} {
  const { title, short } = names[rework];
  const into = rework === 'translate' && topic ? ` into ${topic}` : '';
  const words = source.replace(/\s+/g, ' ').trim();
  const begin = words.length > 60 ? `${words.slice(0, 59).trimEnd()}…` : words;
  return { title: `${title}${into}${begin ? `: ${begin}` : ''}`.slice(0, 120), shortName: short };
}

/** What it needs, and this installation does not have. */
export const noModel = 'Requires a language model, and none is connected';

/** By rules. Never throws on any wish. */
export function writeRework(
  wish: DraftWish & { rework: Rework },
): Pick<Draft, 'text' | 'note' | 'unverified' | 'confidence'> | Question {
  const { rework, source } = wish;
  if (rework !== 'shorten')
    return {
      kind: 'question',
      text: `${names[rework].doing} requires a language model, and none is connected.`,
      suggestions: [],
      lacks: noModel,
    };
  const text = source.trim().slice(0, longestDraft);
  const made = shorten({ artifact: 'text', text, source: '' });
  if (typeof made === 'string')
    return {
      kind: 'question',
      text: 'It is as short as rules can make it: they leave sentences and lines out, and there are too few.',
      suggestions: [],
      lacks: noModel,
    };
  const open = missingIn(made.text).length;
  return {
    text: made.text,
    unverified: [],
    note: 'Sentences and lines were left out by rules; no word of the others is changed. Read whether something important is missing.',
    confidence: Math.max(0.5, 0.7 - 0.05 * open),
  };
}
