/** Copies of values without secrets: the one way by which anything is shown, logged or kept as history. */
import { hidden, hideSecrets, isSecret, nameKind } from './secret.ts';

/**
 * A deep copy in which nothing looks like a secret any more. Dates stay dates.
 * @param secretFields top-level fields that are hidden whatever they hold
 */
export function redact<T>(value: T, secretFields: readonly string[] = []): T {
  if (secretFields.length === 0 || !isRecord(value)) return copy(value, hideSecrets, true) as T;
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] =>
    secretFields.includes(key) && inner !== null && inner !== undefined
      ? [key, hidden]
      : [key, copy(inner, hideSecrets, true, key)],
  );
  return Object.fromEntries(entries) as T;
}

/** Shorter values may be any word or number: to hide them everywhere would hide everything. */
const shortest = 4;

/** A deep copy in which these texts are hidden wherever they stand, as `secretsIn` found them. */
export function hideValues<T>(value: T, secrets: readonly string[]): T {
  if (secrets.length === 0) return value;
  const hide = (text: string) => secrets.reduce((rest, one) => rest.replaceAll(one, hidden), text);
  return copy(value, hide, false) as T;
}

/** What the secret fields of a tool's input hold, the longest first. */
export function secretsIn(input: unknown, secretFields: readonly string[]): string[] {
  if (!isRecord(input)) return [];
  return secretFields
    .flatMap((field) => textsIn(input[field]))
    .filter((text) => text.length >= shortest)
    .sort((a, b) => b.length - a.length);
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)];
  return typeof value === 'object' && value ? Object.values(value).flatMap(textsIn) : [];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @param name the field that holds `value`, or the list that it is in */
function copy(
  value: unknown,
  hide: (text: string) => string,
  byName: boolean,
  name?: string,
): unknown {
  if (typeof value === 'string' || typeof value === 'number') {
    const kind = byName && name !== undefined ? nameKind(name) : undefined;
    if (typeof value === 'number') return kind === 'strong' ? hidden : value;
    return kind && isSecret(kind, value) ? hidden : hide(value);
  }
  if (Array.isArray(value)) return value.map((item) => copy(item, hide, byName, name));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if ('toJSON' in value && typeof value.toJSON === 'function')
    return copy(value.toJSON(), hide, byName, name);
  const made: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    const name = hide(key);
    const shown = copy(inner, hide, byName, key);
    // Assigned, it would be the prototype instead of a field.
    if (name === '__proto__') Object.defineProperty(made, name, { ...field, value: shown });
    else made[name] = shown;
  }
  return made;
}

const field = { configurable: true, enumerable: true, writable: true };
