/**
 * Words: singular and plural, keys and labels. Everything that turns people's
 * words into names goes through here, so that one thing has one spelling.
 */
import pluralize from 'pluralize';

for (const word of [
  'staff',
  'personnel',
  'inventory',
  'stock',
  'feedback',
  'hardware',
  'media',
  'data',
  'metadata',
  'pii',
  'gps',
  'sms',
]) {
  pluralize.addUncountableRule(word);
}

/** Words that stay in capitals in a label. */
const acronyms = new Set(
  'sku imei ssn vin id url gps isbn issn crm erp hr it pdf vat iban bic rfq rma rsvp api ip gpa dob pii faq tv cv ceo kpi roi sla upc ean b2b usd eur gbp pto qr bmi mrn'.split(
    ' ',
  ),
);

const letters: Record<string, string> = {
  ß: 'ss',
  ø: 'o',
  æ: 'ae',
  œ: 'oe',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ı: 'i',
};

/** Lower-case words of a name: "userId", "user_id" and "User ID" are all "user id". */
export function wordsOf(name: string): string {
  return name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replace(/[_\s/]+/g, ' ')
    .toLowerCase()
    .trim();
}

/** The last word made singular: "repair jobs" is "repair job". */
export function singular(name: string): string {
  return onLastWord(name, (word) => (isPlainWord(word) ? pluralize.singular(word) : word));
}

/** The last word made plural: "repair job" is "repair jobs". */
export function plural(name: string): string {
  return onLastWord(name, (word) => (isPlainWord(word) ? pluralize.plural(word) : word));
}

/** True for "customers", false for "customer", "status", "address" and "staff". */
export function isPlural(name: string): boolean {
  const word = lastWord(name);
  return isPlainWord(word) && pluralize.isPlural(word) && !pluralize.isSingular(word);
}

/** What two spellings of one thing share: singular words without spaces and dashes. */
export function stem(name: string): string {
  const known = stems.get(name);
  if (known !== undefined) return known;
  const found = wordsOf(name)
    .split(/[\s-]+/)
    .map((word) => (isPlainWord(word) ? pluralize.singular(word) : word))
    .join(' ');
  if (stems.size >= mostStems) stems.clear();
  stems.set(name, found);
  return found;
}

/** Stems are asked for again and again while a long text is read. */
const stems = new Map<string, string>();
const mostStems = 5_000;

export function lastWord(name: string): string {
  return name.slice(name.lastIndexOf(' ') + 1);
}

/** A Postgres-safe key. Scripts without a Latin reading give the fallback. */
export function toKey(name: string, fallback: string): string {
  const plain = wordsOf(name)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\0-\x7f]/g, (letter) => letters[letter] ?? ' ')
    .replace(/['’]/g, '')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[_0-9]+|_+$/g, '');
  return plain.slice(0, 44).replace(/_+$/, '') || fallback;
}

/** "serial number" → "Serial number", "sku" → "SKU". At most 80 characters. */
export function toLabel(name: string): string {
  const words = name
    .trim()
    .split(/[\s_]+/)
    .map((word) => (acronyms.has(word.toLowerCase()) ? word.toUpperCase() : word))
    .join(' ');
  return [...(words.charAt(0).toUpperCase() + words.slice(1))].slice(0, 80).join('').trim();
}

/** A label inside a sentence: "Serial number" → "serial number", "SKU" stays. */
export function inText(label: string): string {
  return label
    .split(' ')
    .map((word) => (acronyms.has(word.toLowerCase()) ? word : word.toLowerCase()))
    .join(' ');
}

/** Every word with a capital: the name of an app. */
export function toTitle(name: string): string {
  return name
    .split(/\s+/)
    .map((word) => (/^(of|and|for|the|to|in)$/.test(word) ? word : toLabel(word)))
    .join(' ');
}

/** "a, b and c". */
export function sentenceList(names: string[]): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function onLastWord(name: string, change: (word: string) => string): string {
  const word = lastWord(name);
  return name.slice(0, name.length - word.length) + change(word);
}

/** The inflection rules are written for English words of ordinary length. */
function isPlainWord(word: string): boolean {
  return (
    word.length > 2 &&
    word.length < 30 &&
    /^[a-z][a-z'’-]*$/i.test(word) &&
    !acronyms.has(word.toLowerCase())
  );
}
