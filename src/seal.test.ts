import { describe, expect, test } from 'vitest';
import { parseSealKeys, type SealKeys, seal, unseal } from './seal.ts';

const keysOf = (...digits: string[]): SealKeys => {
  const keys = parseSealKeys(digits.map((digit) => digit.repeat(64)).join(','));
  if (!keys) throw new Error('These are no keys.');
  return keys;
};
const keys = keysOf('a');

test('what was sealed opens with the same key at the same place', () => {
  const sealed = seal(keys, 'xoxb-1 ü', 'here');
  expect(sealed).not.toContain('xoxb');
  expect(unseal(keys, sealed, 'here')).toBe('xoxb-1 ü');
});

test('the same secret looks different each time', () => {
  expect(seal(keys, 'xoxb-1', 'here')).not.toBe(seal(keys, 'xoxb-1', 'here'));
});

test('what is moved to another place does not open', () => {
  const sealed = seal(keys, 'xoxb-1', 'here');
  expect(() => unseal(keys, sealed, 'there')).toThrow(/belongs to another workspace/);
});

test('an older key still opens, and the newest seals', () => {
  const old = seal(keysOf('b'), 'xoxb-1', 'here');
  expect(unseal(keysOf('a', 'b'), old, 'here')).toBe('xoxb-1');
  expect(unseal(keys, seal(keysOf('a', 'b'), 'xoxb-2', 'here'), 'here')).toBe('xoxb-2');
});

describe('is refused with what to do about it', () => {
  const sealed = seal(keys, 'xoxb-1', 'here');
  test('another key', () => {
    expect(() => unseal(keysOf('b'), sealed, 'here')).toThrow(/FACTOTUM_ENCRYPTION_KEY/);
  });
  test('no key', () => {
    expect(() => unseal([], sealed, 'here')).toThrow(/openssl rand -hex 32/);
    expect(() => seal([], 'xoxb-1', 'here')).toThrow(/openssl rand -hex 32/);
  });
  test('the id of one key before what another one sealed', () => {
    const [form, , ...rest] = seal(keysOf('b'), 'xoxb-1', 'here').split('.');
    const forged = [form, keys[0]?.id, ...rest].join('.');
    expect(() => unseal(keys, forged, 'here')).toThrow(/Install the app again/);
  });
  test('any change', () => {
    const parts = sealed.split('.');
    for (const index of [0, 2, 3, 4]) {
      const changed = parts.map((part, at) => {
        if (at !== index) return part;
        return part.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'));
      });
      expect(() => unseal(keys, changed.join('.'), 'here')).toThrow(/Install the app again/);
    }
  });
  test('a tag cut short', () => {
    const parts = sealed.split('.');
    const short = parts.map((part, at) => (at === 3 ? part.slice(0, 6) : part));
    expect(() => unseal(keys, short.join('.'), 'here')).toThrow(/Install the app again/);
  });
});

test.each(['', 'secret', 'a'.repeat(63), `${'a'.repeat(64)},short`, 'g'.repeat(64)])(
  '%j is no key',
  (text) => {
    expect(parseSealKeys(text)).toBeUndefined();
  },
);
