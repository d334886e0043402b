/** How people write numbers and times in words, as data and as rewrites into digits. */
import { slipRewrites } from './date-slip.ts';
import type { Rewrite } from './rewrite.ts';

const small =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const tens = ['', '', 'twenty', 'thirty', 'forty', 'fifty'];
const ordinals =
  'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth'.split(
    ' ',
  );

const cardinalOf = new Map<string, number>([
  ...small.map((word, value): [string, number] => [word, value]),
  ...tens.flatMap((word, index): [string, number][] =>
    word === ''
      ? []
      : [
          [word, index * 10],
          ...small
            .slice(1, 10)
            .map((unit, value): [string, number] => [`${word} ${unit}`, index * 10 + value + 1]),
        ],
  ),
]);
const ordinalOf = new Map<string, number>([
  ...ordinals.map((word, index): [string, number] => [word, index + 1]),
  ...ordinals.slice(0, 9).map((word, index): [string, number] => [`twenty ${word}`, 21 + index]),
  ['thirtieth', 30],
  ['thirty first', 31],
  // How they are misspelt.
  ['twelveth', 12],
  ['nineth', 9],
  ['eigth', 8],
]);

const wordsOf = (map: Map<string, number>) =>
  [...map.keys()]
    .sort((one, two) => two.length - one.length)
    .map((word) => word.replace(' ', '[ -]'))
    .join('|');
const numberOf = (map: Map<string, number>, word: string) =>
  map.get(word.toLowerCase().replace(/[ -]/, ' ')) ?? 0;
const cardinal = wordsOf(cardinalOf);
const pattern = (source: string) => new RegExp(source, 'gi');
const padded = (minutes: number) => String(minutes).padStart(2, '0');
const ordinal = (value: number) =>
  `${value}${/1[123]$/.test(String(value)) ? 'th' : (['th', 'st', 'nd', 'rd'][value % 10] ?? 'th')}`;

const hour = '(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)';
const minute = wordsOf(new Map([...cardinalOf].filter(([, value]) => value >= 10)));

const times: Rewrite[] = [
  [
    pattern(`\\b${hour}[ -](?:zero|oh|o) (${small.slice(1, 10).join('|')})\\b`),
    (_, first = '', second = '') =>
      `${numberOf(cardinalOf, first)}:0${numberOf(cardinalOf, second)}`,
  ],
  [
    pattern(`\\b${hour}[ -](${minute})\\b(?! (?:days?|weeks?|months?|years?|hundred|thousand)\\b)`),
    (_, first = '', second = '') =>
      `${numberOf(cardinalOf, first)}:${padded(numberOf(cardinalOf, second))}`,
  ],
];

/** Fractions and times by the clock face. */
const faces: Rewrite[] = [
  [/\b(?:a |one )?quarter of an hour\b|\b1\/4 ?h(?:our)?\b/gi, () => '15 minutes'],
  [/\bhalf an hour\b|\b1\/2 ?h(?:our)?\b/gi, () => '30 minutes'],
  [/\b(?:3\/4 ?h(?:our)?|three[ -]quarters of an hour)\b/gi, () => '45 minutes'],
  [
    /\b(\d{1,2}|an?|one)(?: and a half| 1\/2|\.5) hours?\b/gi,
    (_, n = '') => `${(Number(n) || 1) * 60 + 30} minutes`,
  ],
  [/\b(?:an? )?quarter (?:past|after) (\d{1,2})(?![\d:])/gi, (_, n = '') => `${n}:15`],
  [/\bhalf past (\d{1,2})(?![\d:])/gi, (_, n = '') => `${n}:30`],
  [/\b(?:an? )?quarter (?:to|till|of) (noon|\d{1,2})(?![\d:])/gi, (_, n = '') => before(n, 15)],
  [
    /\b(\d{1,2})(?: minutes?)? (?:past|after) (noon|midnight|\d{1,2})\b(?!:)(?= ?[ap]\.?m|[^\w/-]|$)/gi,
    (_, m = '', n = '') =>
      `${n === 'noon' ? '12' : n === 'midnight' ? '0' : n}:${padded(Number(m) % 60)}`,
  ],
  [
    /\b(\d{1,2})(?: minutes?)? (?:to|till|before) (noon|\d{1,2}(?= ?[ap]\.?m))\b/gi,
    (_, m = '', n = '') => before(n, Number(m) % 60),
  ],
  [/\b([01]?\d|2[0-3])h([0-5]\d)?\b/gi, (_, h = '', m = '') => `${h}:${m || '00'}`],
  [/\b(\d{1,2}) ?(?:o'? ?clock|o clock)\b/gi, (_, h = '') => `${h}:00`],
  [
    /\b(\d{1,2})([0-5]\d) ?([ap])\.? ?m\b\.?/gi,
    (_, h = '', m = '', half = '') => `${h}:${m}${half}m`,
  ],
  [
    /\b(\d{1,2}(?::\d\d)?) ?([ap])(?:\.? ?m)?\b\.?/gi,
    (_, time = '', half = '') => `${time}${half.toLowerCase()}m`,
  ],
];

/** Minutes before a full hour: 15 before noon is 11:45. */
function before(hourWord: string, minutes: number): string {
  const at = hourWord.toLowerCase() === 'noon' ? 12 : Number(hourWord);
  return `${at === 1 ? 12 : at - 1}:${padded(60 - minutes)}`;
}

const amounts: Rewrite[] = [
  // Those of a meeting, and no time.
  [/\bthe (minutes|seconds)\b(?! (?:past|after|to|before)\b)/gi, () => 'the ____'],
  [/’/g, () => "'"],
  [/\b(?:a |an )?fortnight(?:'s)?(?: time)?\b/gi, () => '14 days'],
  [/\b(?:a |the )?(?:couple|pair)(?: of)?(?= \w)/gi, () => '2'],
  [/\b(?:a )?few(?= (?:minutes?|hours?|days?|weeks?|months?)\b)/gi, () => '3'],
  [
    /\bin an? (?:sec|second|moment|bit|jiffy|little while)\b|\b(?:at the moment|at this time|at the present time|right now|right away|straight away|immediately|ATM)\b/gi,
    () => 'now',
  ],
  [
    /\b(\d+|an?|one) (minute|hour|day|week|month|year)s?'?s? time\b/gi,
    (_, n = '', unit = '') => `${n} ${unit}s`,
  ],
];

/** Words to digits, so that one grammar reads both. */
export const dateRewrites: Rewrite[] = [
  ...slipRewrites,
  ...amounts,
  ...times,
  [
    pattern(
      `(?<!\\bthe )\\b(${wordsOf(ordinalOf)})\\b(?! (?:half|thing|time|step|one|place|draft|version|of all)\\b)`,
    ),
    (_, word = '') => ordinal(numberOf(ordinalOf, word)),
  ],
  [
    pattern(
      `(?<=\\bthe )(${wordsOf(ordinalOf)})(?=(?: (?:of|in) )|(?: (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun))|[^\\w ]|$)`,
    ),
    (_, word = '') => ordinal(numberOf(ordinalOf, word)),
  ],
  [
    pattern(`\\b(?!one\\b|second\\b)(${cardinal})\\b`),
    (_, word = '') => String(numberOf(cardinalOf, word)),
  ],
  [/\bone(?= (?:minute|hour|day|week|month|year|[ap] ?m)\b)/gi, () => '1'],
  ...faces,
  [
    /\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)([a-z]*\.?) the (?=\d{1,2}(?:st|nd|rd|th)\b)/gi,
    (_, name = '', end = '') => `${name}${end} `,
  ],
];
