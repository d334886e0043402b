/** Days and months that a text names in other languages, in English: a translation says them and makes none up. */

const locales = 'de fr es it pt nl pl sv da nb fi tr cs hu ro uk el'.split(' ');
const at = (month: number, day: number) => new Date(Date.UTC(2024, month, day, 12));
// 1 January 2024 was a Monday.
const days = Array.from({ length: 7 }, (_, day) => at(0, 1 + day));
const months = Array.from({ length: 12 }, (_, month) => at(month, 1));

let known: Map<string, Set<string>> | undefined;

/** From a name in small letters to the English ones: "mars" is March. */
function table(): Map<string, Set<string>> {
  if (known) return known;
  known = new Map();
  for (const [dates, part] of [
    [days, { weekday: 'long' }],
    [months, { month: 'long' }],
    // With a day, some languages have another form: "3 maja".
    [months, { month: 'long', day: 'numeric' }],
  ] as const) {
    const english = new Intl.DateTimeFormat('en', {
      ...('weekday' in part ? part : { month: 'long' }),
      timeZone: 'UTC',
    });
    for (const locale of locales) {
      const format = new Intl.DateTimeFormat(locale, { ...part, timeZone: 'UTC' });
      for (const date of dates) {
        const words =
          format
            .format(date)
            .toLowerCase()
            .match(/\p{L}[\p{L}-]{2,}/gu) ?? [];
        for (const word of words)
          known.set(word, (known.get(word) ?? new Set()).add(english.format(date)));
      }
    }
  }
  return known;
}

export function daysIn(text: string): string[] {
  const words = new Set(text.toLowerCase().match(/\p{L}[\p{L}-]{2,}/gu) ?? []);
  return [...words].flatMap((word) => [...(table().get(word) ?? [])]);
}
