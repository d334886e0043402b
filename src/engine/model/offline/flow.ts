/** Status flows: which moves are allowed, which states end the work, which colour each has. */
import type { StatusOption, Tone } from '../../../apps/spec.ts';
import { toKey, toLabel } from './word.ts';

const exitWords =
  /^(?:cancel|reject|lost|declin|abandon|withdraw|dropped|no[- ]?show|failed|denied|refund|terminated|expired|void|won't|wont|on hold|returned|archived|deleted|spam|duplicate|overdue|churned|blocked|discarded)/i;
const goodWords =
  /^(?:done|complete|deliver|closed|finish|paid|resolved|solved|won|sold|published|approved|adopted|hired|collected|shipped|fixed|verified|active|returned|accepted)/i;
const badTone =
  /^(?:cancel|reject|lost|declin|denied|failed|overdue|no[- ]?show|terminated|expired|blocked)/i;
const middle: Tone[] = ['blue', 'violet', 'amber', 'teal', 'pink'];

/**
 * Options with their moves: one on, one back, out by an exit from everywhere that is not
 * final, and from an exit back to the start. "From received to ready" in one move is refused.
 */
export function flowOptions(names: string[], exits: string[]): StatusOption[] {
  const line = names.filter(
    (name, at) => at === 0 || !exitWords.test(name) || isLastGood(names, at),
  );
  const out = [...exits, ...names.filter((name) => !line.includes(name))];
  const keyOf = keysOf([...line, ...out]);
  const outKeys = out.map((name) => keyOf.get(name) ?? 'out');
  const options = line.map((name, at): StatusOption => {
    const final = at === line.length - 1;
    const steps = [line[at + 1], line[at - 1]].flatMap((near) =>
      near === undefined ? [] : [keyOf.get(near) ?? 'step'],
    );
    return {
      key: keyOf.get(name) ?? 'step',
      label: toLabel(name),
      tone: toneOf(name, at, final),
      next: final ? steps : [...steps, ...outKeys],
      final,
    };
  });
  const start = options[0]?.key;
  for (const name of out) {
    options.push({
      key: keyOf.get(name) ?? 'out',
      label: toLabel(name),
      tone: badTone.test(name) ? 'red' : 'grey',
      next: start ? [start] : [],
      final: true,
    });
  }
  return options;
}

/** "returned" ends a loan and cancels an order: it stays in the line where it comes last with nothing better before. */
function isLastGood(names: string[], at: number): boolean {
  return (
    at === names.length - 1 &&
    /^(?:returned|archived|expired)/i.test(names[at] ?? '') &&
    !names.slice(0, at).some((name) => goodWords.test(name))
  );
}

function toneOf(name: string, at: number, final: boolean): Tone {
  if (final || goodWords.test(name)) return 'green';
  if (badTone.test(name)) return 'red';
  return at === 0 ? 'grey' : (middle[(at - 1) % middle.length] ?? 'blue');
}

/** A key for every name, each its own. */
export function keysOf(names: string[]): Map<string, string> {
  const used = new Set<string>();
  const keys = new Map<string, string>();
  for (const name of names) {
    if (keys.has(name)) continue;
    const base = toKey(name, 'option');
    let key = base;
    for (let n = 2; used.has(key); n++) key = `${base.slice(0, 40)}_${n}`;
    used.add(key);
    keys.set(name, key);
  }
  return keys;
}
