/** A text with some words replaced by others, which still knows where each character came from. */

export type Rewritten = {
  text: string;
  /** For each character of `text`, and one past its end, the position in the original. */
  origin: number[];
};

/** What is replaced, and by what: the second as for `String.replace` with a function of the groups. */
export type Rewrite = [pattern: RegExp, write: (...groups: string[]) => string];

/** Applies each rewrite in turn, with what the ones before it made. Patterns need the flag `g`. */
export function rewrite(original: string, rewrites: Rewrite[]): Rewritten {
  let now: Rewritten = {
    text: original,
    origin: Array.from({ length: original.length + 1 }, (_, index) => index),
  };
  for (const [pattern, write] of rewrites) now = apply(now, pattern, write);
  return now;
}

function apply({ text, origin }: Rewritten, pattern: RegExp, write: Rewrite[1]): Rewritten {
  let made = '';
  const from: number[] = [];
  let done = 0;
  for (const match of text.matchAll(pattern)) {
    const words = write(...match.map((group) => group ?? ''));
    const end = match.index + match[0].length;
    made += text.slice(done, match.index) + words;
    from.push(...origin.slice(done, match.index));
    // Characters of a replacement all stand for its beginning; what follows it stands for itself.
    for (let index = 0; index < words.length; index++) from.push(origin[match.index] ?? 0);
    done = end;
  }
  return { text: made + text.slice(done), origin: [...from, ...origin.slice(done)] };
}

/** The original words behind a part of the rewritten text, whole words at both ends. */
export function originalOf(
  original: string,
  { origin }: Rewritten,
  start: number,
  end: number,
): string {
  const first = origin[start] ?? 0;
  let last = origin[end] ?? original.length;
  // A replacement that ends there stands for its beginning: its last word goes on.
  while (
    last < original.length &&
    last > first &&
    /[\p{L}\p{N}]/u.test(original[last - 1] ?? '') &&
    /[\p{L}\p{N}]/u.test(original[last] ?? '')
  )
    last++;
  return original.slice(first, last).trim();
}
