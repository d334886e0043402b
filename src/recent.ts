/** Remembers what was made from values that never change under their key: parsed plans and specs. */

/** Keeps the newest `size` results of `make`, by key. */
export function remember<V, T>(size: number, make: (value: V) => T): (key: string, value: V) => T {
  const known = new Map<string, T>();
  return (key, value) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = make(value);
    known.set(key, made);
    const oldest = known.keys().next().value;
    if (known.size > size && oldest !== undefined) known.delete(oldest);
    return made;
  };
}
