/**
 * Several parts of one transaction, which go on beside each other: what a transaction costs once is shared, and what
 * they put off is written as one. The rows that each of them changes are its own; a lock that keeps others out keeps
 * out no other part, so whoever needs one takes the turn first.
 */
import { leave, moveWrites } from './tail.ts';
import { partIn, type Tx, tailOf } from './tx.ts';

/** Reads something by keys, once for all parts that ask. */
export type Load<V> = (tx: Tx, keys: string[]) => Promise<Map<string, V>>;

type Found = Map<string, unknown>;
type Asked = {
  part: Tx;
  load: Load<unknown>;
  key: string;
  isAside: boolean;
  answer(found: Promise<Found>): void;
};
type Group = {
  base: Tx;
  /** So many parts have neither ended nor wait for their turn. */
  going: number;
  asked: Asked[];
  /** Whose turn it is until it ends, and who comes next. */
  turn: { part: Tx | undefined; waiting: { part: Tx; take: () => void }[] };
};

const groups = new WeakMap<Tx, Group>();

/**
 * Runs `works` in one transaction, each as if it were alone in it.
 * @throws what the first of those that failed has thrown, once all of them have ended
 */
export async function inParts<T>(base: Tx, works: ((part: Tx) => Promise<T>)[]): Promise<T[]> {
  const turn = { part: undefined, waiting: [] };
  const group: Group = { base, going: works.length, asked: [], turn };
  const parts: Tx[] = [];
  const ended = await Promise.allSettled(
    works.map(async (work) => {
      const part = partIn(base);
      parts.push(part);
      groups.set(part, group);
      try {
        return await work(part);
      } finally {
        end(group, part);
      }
    }),
  );
  const results = ended.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
  leave(tailOf(base), parts.map(tailOf));
  return results;
}

/**
 * Reads something by its key. Parts of one transaction wait for each other, until each asks or has ended, and what they
 * have put off is sent before what they ask for, unless that is besides it (`queryAside`).
 */
export async function readTogether<V>(
  tx: Tx,
  load: Load<V>,
  key: string,
  { isAside = false } = {},
): Promise<V | undefined> {
  const group = groups.get(tx);
  if (!group) return (await load(tx, [key])).get(key);
  const found = await new Promise<Found>((answer) => {
    group.asked.push({ part: tx, load, key, isAside, answer });
    answerAll(group);
  });
  return found.get(key) as V | undefined;
}

/**
 * To be awaited before a lock that is taken to keep others out: of the parts of one transaction one has it, until it
 * ends. Alone in its transaction, nobody waits.
 */
export async function takeTurn(tx: Tx): Promise<void> {
  const group = groups.get(tx);
  if (!group || group.turn.part === tx) return;
  if (!group.turn.part) {
    group.turn.part = tx;
    return;
  }
  await new Promise<void>((take) => {
    group.turn.waiting.push({ part: tx, take });
    // Others may go on without it: whose turn it is may be waiting for them.
    group.going -= 1;
    answerAll(group);
  });
}

function end(group: Group, part: Tx): void {
  group.going -= 1;
  if (group.turn.part === part) {
    const next = group.turn.waiting.shift();
    group.turn.part = next?.part;
    if (next) group.going += 1;
    next?.take();
  }
  answerAll(group);
}

/** Once every part that goes on has asked. */
function answerAll({ base, going, asked }: Group): void {
  if (asked.length < going || asked.length === 0) return;
  const all = asked.splice(0);
  moveWrites(
    tailOf(base),
    all.filter(({ isAside }) => !isAside).map(({ part }) => tailOf(part)),
  );
  for (const load of new Set(all.map((one) => one.load))) {
    const same = all.filter((one) => one.load === load);
    const found = load(
      base,
      same.map(({ key }) => key),
    );
    for (const one of same) one.answer(found);
  }
}
