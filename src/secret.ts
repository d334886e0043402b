/**
 * What a secret looks like in a text: the shapes that providers give their keys, passwords in addresses,
 * and the value behind a word such as "password:". Every pattern is linear in the length of the text: it
 * takes what it has looked at, or looks at a bounded number of characters.
 */

/** What stands in a secret's place. */
export const hidden = '•••• (hidden)';

/** A block that was cut off is hidden to the end of the text. */
const keyBlock =
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g;

const shapes = [
  /xox[abcdeprs](?:\.xox[abcdeprs])?-[\w-]{8,}|xapp-[\w-]{8,}/, // Slack
  /sk-[\w-]{16,}/, // OpenAI and those that do as it does
  /gh[oprsu]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}/, // GitHub, GitLab
  /(?:AKIA|ASIA)[A-Z0-9]{16}/, // AWS
  /AIza[\w-]{30,}|ya29\.[\w-]{16,}|GOCSPX-[\w-]{16,}/, // Google
  /[rs]k_(?:live|test)_\w{10,}|whsec_[\w+/=]{16,}/, // Stripe
  /npm_\w{30,}|hf_\w{30,}|SG\.[\w-]{16,}/, // npm, Hugging Face, SendGrid
  /eyJ[\w.-]{16,}/, // JSON web tokens
];
const shaped = new RegExp(
  `(?<![A-Za-z0-9])(?:${shapes.map(({ source }) => source).join('|')})`,
  'g',
);

/** Whoever knows such an address may post to it. */
const hook =
  /((?:hooks\.slack\.com\/(?:services|workflows|triggers)|webhook\.office\.com\/webhookb2|discord(?:app)?\.com\/api\/webhooks)\/)[\w@./-]{8,}/g;
const bearer = /\b(bearer|basic)([ \t]{1,4})([\w.~+/=-]{16,})/gi;
/** "://user:password@" and "://key@"; the host and its port are no password. */
const inAddress = /:\/\/([^\s/:@"'<>]*)(?::((?!\d{1,5}[?#])[^\s/"'<>]+))?@/g;

/**
 * Texts in which nothing was found: labels, names and states are looked at again and again. Only of these is anything
 * remembered, so no secret is kept; longer texts rarely come twice.
 */
const harmless = new Set<string>();
const longestRemembered = 160;
const mostRemembered = 4000;

/** The text with every secret in it hidden. */
export function hideSecrets(text: string): string {
  // Most texts are short words: nothing of ours is shorter unless its name stands in front of it.
  if (text.length < 13 && !/[=:：]|\sis\s/i.test(text)) return text;
  if (harmless.has(text)) return text;
  const shown = hiddenIn(text);
  if (shown === text && text.length <= longestRemembered) {
    if (harmless.size >= mostRemembered) harmless.clear();
    harmless.add(text);
  }
  return shown;
}

function hiddenIn(text: string): string {
  const shown = text
    .replace(keyBlock, hidden)
    .replace(shaped, (found) => (isShape(found) ? hidden : found))
    .replace(hook, `$1${hidden}`)
    .replace(bearer, (found, scheme: string, space: string, value: string) =>
      isRandom(value) ? `${scheme}${space}${hidden}` : found,
    )
    .replace(inAddress, (found, user: string, password: string | undefined) => {
      if (password !== undefined) return `://${user}:${hidden}@`;
      return user.length >= 20 && isRandom(user) ? `://${hidden}@` : found;
    });
  return hidePairs(shown);
}

function isShape(found: string): boolean {
  if (found.startsWith('eyJ')) return found.includes('.');
  return !found.startsWith('sk-') || found.length >= 32 || isRandom(found);
}

/** Words do not mix letters with digits, nor small letters with capitals. */
const isRandom = (text: string) => /\d/.test(text) || /[a-z][A-Z]/.test(text);

const strong =
  'pass(?:word|wd|phrase|code)|pwd|passwort|kennwort|contrase[nñ]a|mot de passe|senha|(?:secret|api|access|private|account|signing|encryption)[_ -]?key|client[_ -]?secret';
/** Words that people also use for other things: what follows has to look like a secret. */
const weak = '(?:secret|token|credentials?|authorization|cookie|(?<![a-z])(?:pass|auth))';
const pair = new RegExp(
  `(?:(${strong})|${weak})["'\`\\\\\\])]{0,4}[ \\t]{0,4}(=>|[:=]=?|：|\\bis\\b[ \\t]{0,2}:?)[ \\t]{0,4}(?:(?:bearer|basic|token)[ \\t]{1,4})?`,
  'gi',
);

/** What stands behind "password:" where somebody describes a form, not a password. */
const descriptions = new Set(
  'a an any boolean date each email empty false field hidden hash hashed integer needed never no none not null number optional required string text the true unique unknown varchar yes you your'.split(
    ' ',
  ),
);
const isDescription = (value: string) =>
  !/[\p{L}\p{N}]/u.test(value.slice(0, 64)) ||
  descriptions.has(/^[a-z]{1,10}(?=[^\w]{0,3}$)/i.exec(value)?.[0].toLowerCase() ?? '');

/** Whether a value of this name is one to hide. */
export function isSecret(name: 'strong' | 'weak', value: string): boolean {
  if (value === '' || value.startsWith('••••') || isDescription(value)) return false;
  return name === 'strong' || (value.length >= 8 && isRandom(value));
}

const secretEnd = new RegExp(`(?:(${strong})|${weak})$`, 'i');

type NameKind = 'strong' | 'weak' | undefined;
/** Fields have few names, and each is asked about with every value. A name that is a secret is not remembered. */
const kinds = new Map<string, NameKind>();

/** What the name of a field says about its value. */
export function nameKind(name: string): NameKind {
  if (kinds.has(name)) return kinds.get(name);
  const found = secretEnd.exec(name.slice(-40));
  const kind = found ? (found[1] ? 'strong' : 'weak') : undefined;
  if (name.length <= longestRemembered && hideSecrets(name) === name) {
    if (kinds.size >= mostRemembered) kinds.clear();
    kinds.set(name, kind);
  }
  return kind;
}

/** Hides the values in "password=…", `"api_key": "…"`, "the password is …". */
function hidePairs(text: string): string {
  const parts: string[] = [];
  let from = 0;
  pair.lastIndex = 0;
  for (let found = pair.exec(text); found; found = pair.exec(text)) {
    const start = found.index + found[0].length;
    const value = valueAt(text, start);
    const name = found[1] !== undefined || value.isQuoted ? 'strong' : 'weak';
    const isTold = found[2]?.toLowerCase() === 'is';
    const isAssigned = found[2]?.startsWith('=');
    const hides = isTold
      ? isSecret(name, value.text) && isRandom(value.text)
      : isSecret(isAssigned ? 'strong' : name, value.text);
    if (!hides) continue;
    parts.push(text.slice(from, value.start), hidden);
    from = endOf(text, value);
    pair.lastIndex = from;
  }
  return from === 0 ? text : parts.join('') + text.slice(from);
}

type Value = { text: string; start: number; isQuoted: boolean };

const quote = /\\{0,3}["'`]/y;
const bare = /[^\s"'`<>]{1,64}/y;
/** Up to white space, a quote, or the next "name=" of a list or an address. */
const whole = /(?:(?![,;&|][\w .-]{1,40}[=:])(?!\\["nr])[^\s"'`<>])+/y;
const longestQuoted = 2000;

function valueAt(text: string, start: number): Value {
  const opening = matchAt(quote, text, start);
  if (opening) {
    const inside = start + opening.length;
    const length = text.slice(inside, inside + longestQuoted).indexOf(opening);
    if (length >= 0)
      return { text: text.slice(inside, inside + length), start: inside, isQuoted: true };
    return { text: matchAt(bare, text, inside), start: inside, isQuoted: false };
  }
  return { text: matchAt(bare, text, start), start, isQuoted: false };
}

function endOf(text: string, value: Value): number {
  if (value.isQuoted) return value.start + value.text.length;
  return value.start + Math.max(1, matchAt(whole, text, value.start).length);
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}
