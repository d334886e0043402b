/** Lists in sentences: "name, phone and e-mail", "a/b/c", "a → b → c", with brackets kept whole. */

/** The items of an enumeration, without the words that join them. */
export function splitList(text: string): string[] {
  return cut(
    spread(text),
    /^(?:,|;|\n|\s(?:and|&|plus|as well as|along with|and also|or)\s)/i,
  ).filter(Boolean);
}

/** The states of a flow, in order: arrows, "from a to b to c", commas. */
export function splitStates(text: string): string[] {
  const flow = text.includes('→')
    ? text.split('→')
    : /\bto\b/i.test(text) && !text.includes(',')
      ? text.replace(/^\s*from\s/i, '').split(/\s(?:to|then|and then)\s/i)
      : cut(text, /^(?:,|;|\n|\/|\||>|\s(?:and then|then|and finally|and|or|&)\s)/i);
  return flow
    .map((state) =>
      state
        .replace(/^\s*(?:and|or|then|finally|to|from|either|a|an|the)\s+/i, '')
        .replace(/^["'(\s]+|["').:;\s]+$/g, '')
        .trim(),
    )
    .filter((state) => state && state.length <= 40 && state.split(' ').length <= 4);
}

/** The states of a flow and its other ends: "from a to b to c or d" ends in c or in d. */
export function splitFlow(text: string): { states: string[]; exits: string[] } {
  const [line = '', out, more] = text.split('|');
  if (out !== undefined && more === undefined && line.includes(','))
    return { states: splitStates(line), exits: splitStates(out) };
  const states = splitStates(text);
  const [end = '', ...exits] = (states.at(-1) ?? '').split(/\s+(?:or(?: to)?|\/)\s+|\//i);
  if (states.length < 2 || exits.length === 0) return { states, exits: [] };
  return { states: [...states.slice(0, -1), end], exits };
}

/** "first and last name" is two items that share a word; "date and time" is one. */
function spread(text: string): string {
  return ` ${text} `
    .replace(/\bdates? (?:and|&) times?\b/gi, 'date time')
    .replace(/\b(one|zero|1|0|two) or (more|many|several|one|1)\b/gi, '$1-or-$2')
    .replace(
      /\b([\p{L}]+)(?: and | & |\/)([\p{L}]+) (dates?|names?|times?|numbers?|prices?|address(?:es)?)\b/giu,
      (all, first: string, second: string, head: string) =>
        /^(?:start|begin|end|first|last|check-?in|check-?out|due|opening|closing|arrival|departure|home|work|issue|expiry|purchase|sale|buy|sell|given|family|middle)$/i.test(
          first,
        ) && !/^(?:the|a|an|their|its)$/i.test(second)
          ? `${first} ${head.replace(/(?<!s)s$/i, '')}, ${second} ${head.replace(/(?<!s)s$/i, '')}`
          : all,
    )
    .replace(/,\s*(?:and|or|as well as|plus)\s+/gi, ', ')
    .replace(/;\s*(?:and|or)\s+/gi, '; ');
}

/** Cuts at a separator that stands outside brackets; one pass, so long texts stay cheap. */
function cut(text: string, separator: RegExp): string[] {
  const items: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] ?? '';
    if ('([{'.includes(letter)) depth++;
    else if (')]}'.includes(letter)) depth = Math.max(0, depth - 1);
    else if (depth === 0 && (letter === ' ' || ',;/|>\n'.includes(letter))) {
      const found = separator.exec(text.slice(at, at + 14));
      if (!found) continue;
      items.push(text.slice(start, at).trim());
      at += found[0].length - 1;
      // The space that closes one separator may open the next.
      if (found[0].endsWith(' ') && letter === ' ') at--;
      start = at + 1;
    }
  }
  items.push(text.slice(start).trim());
  return items;
}
