/** Puts what a card has to say into one message: what must stand always does, lists as far as they fit. */
import { type Block, sizeOf } from './blocks.ts';

/** Entries of which some may be left out. */
export type List = {
  kind: 'list';
  /** What one entry is called, and several, when the card says how many are missing. */
  noun: [one: string, many: string];
  /** Its share of the room when there is not enough for all. */
  weight: number;
  entries: unknown[];
  /** The entry that has to be seen; what is near it is kept. */
  focus?: number;
  /** Draws the entries that fit; `from` is the place of the first of them. */
  draw(from: number, to: number): Block[];
};
/** What always stands, perhaps with what was left out before; or a list. */
export type Part = { kind: 'blocks'; blocks: Block[]; missing?: Missing[] } | List;

/** How many of what could not be shown. */
export type Missing = { count: number; noun: List['noun'] };
type Composed = { blocks: Block[]; missing: Missing[] };

/** @param bytes the room for all parts, as `sizeOf` counts */
export function compose(parts: Part[], bytes: number): Composed {
  const needs = parts.map(needOf);
  let room = bytes - sum(parts.map((part, index) => (part.kind === 'list' ? 0 : needs[index])));
  const composed: Composed = { blocks: [], missing: [] };
  parts.forEach((part, index) => {
    if (part.kind === 'blocks') {
      composed.blocks.push(...part.blocks);
      composed.missing.push(...(part.missing ?? []));
      return;
    }
    const later = parts.slice(index + 1).filter((one) => one.kind === 'list');
    const share = (room * part.weight) / sum([part, ...later].map((one) => one.weight));
    // What the lists behind it do not need is its own as well.
    const own = Math.max(share, room - sum(later.map(needOf)));
    const { from, to } = windowOf(part, own);
    const blocks = from < to ? part.draw(from, to) : [];
    room -= blocks.length > 0 ? sizeOf(blocks) : 0;
    composed.blocks.push(...blocks);
    const count = part.entries.length - (to - from);
    if (count > 0) composed.missing.push({ count, noun: part.noun });
  });
  return composed;
}

const sum = (all: (number | undefined)[]) => all.reduce<number>((total, one = 0) => total + one, 0);

function needOf(part: Part): number {
  if (part.kind === 'blocks') return part.blocks.length > 0 ? sizeOf(part.blocks) : 0;
  const { length } = part.entries;
  return length > 0 ? sizeOf(part.draw(0, length)) : 0;
}

/** As many entries as fit, in one piece: from shortly before the focus on, then those before it. */
function windowOf({ entries, focus = 0, draw }: List, room: number): { from: number; to: number } {
  const costs = entries.map((entry) => sizeOf(entry) + 1);
  const start = Math.min(Math.max(0, focus - 2), entries.length);
  let [from, to, left] = [start, start, room];
  const take = (index: number) => {
    const cost = costs[index] ?? Number.POSITIVE_INFINITY;
    if (cost > left) return false;
    left -= cost;
    return true;
  };
  while (take(to)) to += 1;
  if (to === entries.length) while (take(from - 1)) from -= 1;
  // What stands around the entries is only known when they are drawn.
  while (from < to && sizeOf(draw(from, to)) > room) {
    if (to - 1 > focus) to -= 1;
    else from += 1;
  }
  return { from, to };
}

/** "12 more steps and 3 more lines." */
export function missingText(missing: Missing[]): string {
  const counts = new Map<string, Missing>();
  for (const { count, noun } of missing)
    counts.set(noun[0], { count: count + (counts.get(noun[0])?.count ?? 0), noun });
  const words = [...counts.values()].map(
    ({ count, noun: [one, many] }) => `${count} more ${count === 1 ? one : many}`,
  );
  if (words.length === 0) return 'Shortened here.';
  const listed = new Intl.ListFormat('en').format(words);
  return `${listed}.`;
}
