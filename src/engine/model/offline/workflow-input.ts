/**
 * What a workflow is given, in words: "with order_id = 7 and amount = 120", "for order 1234, amount $1,200".
 * Nothing is guessed: what names no input is given back as it was said.
 */
import type { Value } from '../../workflow/function.ts';

export type ReadInputs = {
  /** By the names of the inputs. */
  values: Record<string, Value>;
  /** "oder_id" of "oder_id = 7": what was given and is no input. */
  unknown: string[];
  /** What was said besides. */
  rest: string;
};

/** "order_id", "orderId" → "order id" */
const wordsOf = (name: string) =>
  name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[_\s-]+/g, ' ')
    .trim()
    .toLowerCase();

const escaped = (words: string) => words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
/** "order 1234" means order_id where only that input begins so. */
const tail = /[ ](?:id|no|nr|number|num)$/;

type Pattern = { input: string; source: string; needsNumber: boolean };

function patternsOf(inputs: readonly string[]): Pattern[] {
  const patterns: Pattern[] = [];
  const stems = new Map<string, string[]>();
  for (const input of inputs) {
    const words = wordsOf(input);
    patterns.push({ input, source: spaced(words), needsNumber: false });
    if (tail.test(words)) {
      const stem = words.replace(tail, '');
      stems.set(stem, [...(stems.get(stem) ?? []), input]);
    }
  }
  const taken = new Set(inputs.map(wordsOf));
  for (const [stem, [input, ...others]] of stems) {
    if (input && others.length === 0 && !taken.has(stem))
      patterns.push({ input, source: spaced(stem), needsNumber: true });
  }
  return patterns.sort((a, b) => b.source.length - a.source.length);
}

const spaced = (words: string) => words.split(' ').map(escaped).join('[ _-]?');

/** Texts in quotes with nothing inside, so that what is said in them is not taken for a name. */
const masked = (words: string) =>
  words.replace(
    /"[^"]*"|“[^”]*”|(?<![\p{L}\d])'[^']*'(?![\p{L}\d])/gu,
    (text) => text[0] + ' '.repeat(text.length - 2) + text.at(-1),
  );

const sign = /^\s*(=|:=|:|is\b|are\b|of\b|to\b|equals\b|#)?\s*/i;
const joint = /(?:\s|,|;|\band\b|\bwith\b|&)+$/i;

export function readInputs(words: string, inputs: readonly string[]): ReadInputs {
  const hidden = masked(words);
  const places = placesOf(hidden, inputs);
  const values = new Map<string, Value>();
  const rest: string[] = [words.slice(0, places[0]?.start ?? words.length)];
  places.forEach((place, index) => {
    const end = places[index + 1]?.start ?? words.length;
    const segment = words.slice(place.end, end);
    const [lead = '', mark] = sign.exec(segment) ?? [];
    const found = valueAt(segment.slice(lead.length).replace(joint, ''), /[=:]/.test(mark ?? ''));
    if (
      found &&
      (!place.needsNumber || /[=:]/.test(mark ?? '') || typeof found.value === 'number')
    ) {
      if (!values.has(place.input)) values.set(place.input, found.value);
      rest.push(found.rest);
    } else rest.push(words.slice(place.start, end));
  });
  const left = tidy(rest.join(' '));
  const unknown = [...masked(left).matchAll(/([\p{L}_][\p{L}\d_]*)\s*:?=\s*\S/gu)].map(
    (match) => match[1] ?? '',
  );
  return { values: Object.fromEntries(values), unknown, rest: left };
}

type Place = { input: string; start: number; end: number; needsNumber: boolean };

function placesOf(words: string, inputs: readonly string[]): Place[] {
  const places: Place[] = [];
  for (const { input, source, needsNumber } of patternsOf(inputs)) {
    for (const match of words.matchAll(
      new RegExp(`(?<![\\p{L}\\d_-])(?:${source})(?![\\p{L}\\d_])`, 'giu'),
    )) {
      const [start, end] = [match.index, match.index + match[0].length];
      const isFree = places.every((place) => end <= place.start || start >= place.end);
      if (isFree) places.push({ input, start, end, needsNumber });
    }
  }
  return places.sort((a, b) => a.start - b.start);
}

/** "5 because it came late": why is no part of a value. */
const reason = /\s(?:because|since|as it|so that|please)\b.*$/is;

/** @param isAll whether a sign stood before it: then all of it is the value, not its first word */
function valueAt(segment: string, isAll: boolean): { value: Value; rest: string } | undefined {
  const quoted = /^(?:"([^"]*)"|“([^”]*)”|'([^']*)')/.exec(segment);
  if (quoted) {
    const value = quoted[1] ?? quoted[2] ?? quoted[3] ?? '';
    return { value, rest: segment.slice(quoted[0].length) };
  }
  const whole = segment
    .replace(reason, '')
    .trim()
    .replace(/[.!?]+$/, '');
  if (whole === '') return undefined;
  const all = toValue(whole);
  const after = reason.exec(segment)?.[0] ?? '';
  if (typeof all !== 'string' || isAll) return { value: all, rest: after };
  const [first = ''] = /^\S+/.exec(whole) ?? [];
  const value = toValue(first.replace(/[,;]$/, ''));
  return typeof value === 'string'
    ? { value: whole, rest: after }
    : { value, rest: `${whole.slice(first.length)}${after}` };
}

/** "1,200.50" and "$1200" are numbers, "007" and "2026-01-05" are texts, "[1, 2]" is a list. */
export function toValue(words: string): Value {
  const plain = words.replace(/^([-+]?)[$€£]\s?/, '$1');
  if (/^[-+]?(?:\d{1,3}(?:,\d{3})+|0|[1-9]\d{0,14})(?:\.\d{1,10})?$/.test(plain))
    return Number(plain.replaceAll(',', ''));
  const word = { true: true, yes: true, false: false, no: false, null: null, nothing: null };
  const key = words.toLowerCase() as keyof typeof word;
  if (Object.hasOwn(word, key)) return word[key];
  if (/^[[{]/.test(words)) {
    try {
      return JSON.parse(words) as Value;
    } catch {
      return words;
    }
  }
  return words;
}

const tidy = (words: string) =>
  words
    .replace(/\s+/g, ' ')
    .replace(/^(?:\s|,|;|\band\b|\bwith\b|\busing\b)+/i, '')
    .replace(/(?:\s|,|;|\.|!|\band\b|\bwith\b|\bfor\b|\bplease\b)+$/i, '')
    .trim();

/**
 * The answer to a question for these inputs: by their names, or in their order when there are as many values.
 */
export function readAnswer(words: string, missing: readonly string[]): ReadInputs {
  const read = readInputs(words, missing);
  if (Object.keys(read.values).length > 0 || read.unknown.length > 0) return read;
  const said = words.trim().replace(/[.!]+$/, '');
  const [only, ...others] = missing;
  const parts = others.length === 0 ? [said] : said.split(/\s*(?:,(?!\d{3}\b)|;|\n)\s*/);
  if (only === undefined || said === '' || said.endsWith('?') || parts.length !== missing.length)
    return read;
  const values = Object.fromEntries(
    missing.map((input, index) => [input, valueAt(parts[index] ?? '', true)?.value ?? null]),
  );
  return { values, unknown: [], rest: '' };
}
