/** JSON that can be stored: no text that Postgres cannot hold, and no nesting that nobody reads. */
import { invalid } from './errors.ts';

const deepest = 40;

/**
 * Looks through a body without recursion, so that a deep one does no harm.
 * @throws INVALID naming the place
 */
export function assertStorable(body: unknown): void {
  const waiting: { value: unknown; path: string[] }[] = [{ value: body, path: [] }];
  for (let at = waiting.pop(); at; at = waiting.pop()) {
    const { value, path } = at;
    const place = path.join('.').slice(0, 200) || 'The value';
    if (typeof value === 'string') assertText(value, place);
    if (typeof value !== 'object' || value === null) continue;
    if (path.length >= deepest)
      throw invalid(`${place.slice(0, 80)} is nested more than ${deepest} deep.`);
    for (const [key, inner] of Object.entries(value)) {
      assertText(key, place);
      waiting.push({ value: inner, path: [...path, key] });
    }
  }
}

function assertText(text: string, place: string): void {
  if (text.includes('\0')) throw invalid(`${place}: must have no null character.`);
  if (/[\ud800-\udfff]/u.test(text)) throw invalid(`${place}: has half of a character.`);
}
