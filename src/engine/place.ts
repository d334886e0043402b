/** How much work may go on inside of transactions: what is made there needs connections itself. */
import type { Database } from '../db/client.ts';

/** So many at once: half of the connections that a program has for transactions. */
const most = 4;

type Places = { taken: number; waiting: (() => void)[] };
const places = new WeakMap<Database, Places>();

/** Runs `work` when there is a place for it, in the order in which it was asked for. */
export async function inPlace<T>(db: Database, work: () => Promise<T>): Promise<T> {
  const here = places.get(db) ?? { taken: 0, waiting: [] };
  places.set(db, here);
  if (here.taken < most) here.taken += 1;
  // Whoever leaves hands the place on.
  else await new Promise<void>((resolve) => here.waiting.push(resolve));
  try {
    return await work();
  } finally {
    const next = here.waiting.shift();
    if (next) next();
    else here.taken -= 1;
  }
}
