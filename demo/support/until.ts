/** Waiting for what somebody would wait for: that it can be seen. */
const longestMs = 60_000;

/** Asks again and again until it is there; says what was waited for when it never comes. */
export async function until<T>(
  what: string,
  find: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  const end = Date.now() + longestMs;
  while (Date.now() < end) {
    const found = await find();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`There was no ${what}.`);
}
