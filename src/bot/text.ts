/** People's words made safe to show: never half a character, never in command of the line. */

/** Removes what no client draws, and what turns the direction of the words that follow. */
export function tidy(text: string): string {
  return (
    text
      .replace(/\r\n?/g, '\n')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are exactly what is removed
      .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '')
      .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '')
  );
}

const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * The text in at most `max` units as `size` counts them, the ellipsis included. A character as a
 * person sees it stays whole; one that alone is too long is left out.
 */
export function cut(text: string, max: number, size = (part: string) => part.length): string {
  if (size(text) <= max) return text;
  let shown = '';
  let used = 1;
  // More than `max` units cannot fit; a character at the edge, perhaps halved by this, never does.
  for (const { segment } of characters.segment(text.slice(0, max + 1))) {
    used += size(segment);
    if (used > max) break;
    shown += segment;
  }
  return max < 1 ? '' : `${shown.trimEnd()}…`;
}

const rightToLeft =
  /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Words of a right-to-left script do not carry our labels, tags and numbers beside them along. */
export function isolate(text: string): string {
  return rightToLeft.test(text) ? `\u2068${text}\u2069` : text;
}
