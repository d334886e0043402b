/** Words that letters are made of: greetings, closings, and what somebody is told, said to that person. */
import type { DraftWish, Tone } from '../../draft.ts';
import { blank } from '../../draft.ts';

export const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
export const sentence = (words: string): string =>
  /[.!?]$/.test(words) ? capital(words) : `${capital(words)}.`;

/** "product delay" → "the product delay". */
export const withArticle = (words: string): string =>
  /^(?:the|a|an|my|our|your|his|her|their|this|that|these|those|some|any|all|how|what|why|when|where|who|if|whether)\b/i.test(
    words,
  ) ||
  /^[\p{Lu}\d]/u.test(words) ||
  /^\w+ing\b/i.test(words) ||
  /s$/.test(words)
    ? words
    : `the ${words}`;

const groups =
  /^(?:all|everyone|everybody|team|us|you all)$|\b(?:team|group|staff|colleagues|customers|clients|members|guests|partners|suppliers|everyone|all)$/i;
const offices =
  /^(?:info|sales|support|contact|office|hello|team|admin|billing|mail|service|noreply|no-reply|help|hr|jobs|press)$/i;

/** Who is greeted: a name as it was written, a group, or a mark where only a role is known. */
export function greeted({ recipient, source, artifact }: DraftWish): string {
  const { name, address } = recipient ?? {};
  if (name && groups.test(name)) return 'everyone';
  if (name && /^\p{Lu}/u.test(name)) return name;
  const local = /^([a-z]{2,20})(?:[.+_@]|$)/i.exec(address ?? '')?.[1];
  if (local && !offices.test(local)) return capital(local);
  // Whoever wrote the mail that is answered is greeted, and nothing more: whom it goes to, the person says.
  const writer = /^\s*from:\s*"?(\p{Lu}[\p{L}'-]*)/imu.exec(source)?.[1];
  if (artifact === 'reply' && writer && !name) return writer;
  return blank(name ? `name of the ${name}` : 'name');
}

export const greetings: Record<Tone, (name: string) => string> = {
  neutral: (name) => `Hello ${name},`,
  formal: (name) => `Dear ${name === 'everyone' ? 'all' : name},`,
  friendly: (name) => `Hi ${name},`,
  short: (name) => `Hello ${name},`,
};
export const closings: Record<Tone, string> = {
  neutral: 'Best regards,',
  formal: 'Yours sincerely,',
  friendly: 'Best wishes,',
  short: 'Regards,',
};

const you: [pattern: RegExp, word: string][] = [
  [/\b(?:he|she|they) (?:is|are)\b/gi, 'you are'],
  [/\b(?:he|she|they) (?:has|have)\b/gi, 'you have'],
  [/\b(?:he|she|they) (?:was|were)\b/gi, 'you were'],
  [/\b(?:he|she|they) (?:does|do)\b/gi, 'you do'],
  [/\b(?:he|she|they)\b/gi, 'you'],
  [/\b(?:his|their)\b/gi, 'your'],
  [/\bher(?= (?!for\b|to\b|that\b|if\b|and\b|on\b|in\b|at\b|about\b|with\b)\p{L})/giu, 'your'],
  [/\b(?:him|them|her)\b/gi, 'you'],
];

/** What is said about somebody, said to them: "if he can come" → "if you can come". */
const toYou = (words: string): string =>
  you.reduce((text, [pattern, word]) => text.replace(pattern, word), words);

const him = '(?:him|her|them|you|everyone|everybody|people|the \\w+|\\p{Lu}[\\p{L}-]*)';
type Rule = [pattern: RegExp, say: (rest: string) => string];
const on = (source: string) => new RegExp(`^${source}\\s+(.+)$`, 'iu');
const rules: Rule[] = [
  [on(`thanking(?: ${him})? for`), (rest) => `Thank you for ${rest}.`],
  [/^thanking(?: \S+)?()$/i, () => `Thank you for ${blank('what')}.`],
  [on(`congratulating(?: ${him})? (?:on|for)`), (rest) => `Congratulations on ${rest}.`],
  [on(`inviting(?: ${him})? to`), (rest) => `I would like to invite you to ${rest}.`],
  [on(`reminding(?: ${him})? that`), (rest) => `Please remember that ${rest}.`],
  [on(`reminding(?: ${him})? to`), (rest) => `Please remember to ${rest}.`],
  [on(`reminding(?: ${him})? (?:of|about)`), (rest) => `This is a reminder of ${rest}.`],
  [on('apologi[sz]ing (?:to \\S+ )?for'), (rest) => `I am sorry for ${rest}.`],
  [on('apologi[sz]ing that'), (rest) => `I am sorry that ${rest}.`],
  [on('confirming(?: that)?'), (rest) => `I confirm ${rest}.`],
  [on('declining'), (rest) => `I am afraid I have to decline ${rest}.`],
  [on('offering(?: to)?'), (rest) => `I would like to offer ${rest}.`],
  [on('announcing(?: that)?'), (rest) => sentence(rest)],
  [on(`asking(?: ${him})? (?:if|whether)`), (rest) => `Could you tell me whether ${rest}?`],
  [on(`asking(?: ${him})? for|requesting`), (rest) => `I would like to ask you for ${rest}.`],
  [on(`asking(?: ${him})? to`), (rest) => `Could you please ${rest}?`],
  [
    on(`asking(?: ${him})?(?= (?:when|where|what|who|why|how|which)\\b)`),
    (rest) => `Could you tell me ${rest}?`,
  ],
  [on(`asking(?: ${him})? about`), (rest) => `I would like to ask you about ${rest}.`],
  [
    on(`(?:telling|informing|letting)(?: ${him})?(?: know)? (?:about|of)`),
    (rest) => `I would like to tell you about ${rest}.`,
  ],
  [on(`(?:telling|informing|letting)(?: ${him})?(?: know)?(?: that)?`), sentence],
  [on(`(?:saying|explaining)(?: to ${him})?(?: that)?`), sentence],
  [on('that'), sentence],
];

/** "thanking him for the meeting" → "Thank you for the meeting."; undefined for what no rule knows. */
export function saidTo(purpose: string): string | undefined {
  for (const [pattern, say] of rules) {
    const rest = pattern.exec(purpose)?.[1];
    if (rest !== undefined) return say(toYou(rest));
  }
  return undefined;
}
