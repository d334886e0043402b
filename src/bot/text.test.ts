import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { words } from '../../test/support/slack-hostile.ts';
import { cutEscaped } from './slack/escape.ts';
import { cut, isolate, tidy } from './text.ts';

const length = fc.integer({ min: 1, max: 200 });

describe('a cut text', () => {
  test('is within its limit, and the whole text where that fits', () => {
    fc.assert(
      fc.property(words, length, (text, max) => {
        const shown = cut(tidy(text), max);
        expect(shown.length).toBeLessThanOrEqual(max);
        if (tidy(text).length <= max) expect(shown).toBe(tidy(text));
        else expect(shown.endsWith('…')).toBe(true);
      }),
    );
  });

  test('never ends inside a character as a person sees it', () => {
    const families = '👨‍👩‍👧‍👦'.repeat(5);
    expect(cut(families, 25)).toBe('👨‍👩‍👧‍👦👨‍👩‍👧‍👦…');
    expect(cut('🇵🇹🇧🇷🇵🇹', 6)).toBe('🇵🇹…');
    expect(cut('cafe\u0301 au lait', 5)).toBe('caf…');
  });

  test('never ends inside an escaped sign', () => {
    expect(cutEscaped('a & b', 9)).toBe('a &amp; b');
    expect(cutEscaped('a & b', 8)).toBe('a &amp;…');
    expect(cutEscaped('a & b', 6)).toBe('a…');
    fc.assert(
      fc.property(words, length, (text, max) => {
        const shown = cutEscaped(tidy(text), max);
        expect(shown.length).toBeLessThanOrEqual(max);
        expect(shown.replace(/&(amp|lt|gt);/g, '')).not.toMatch(/[&<>]/);
      }),
    );
  });
});

describe('words of people', () => {
  test('cannot steer: controls, turned directions and half characters are removed', () => {
    expect(tidy('a\x1b[2Jb\0c\u202ed\u2066e\ud83df')).toBe('a[2Jbcdef');
    expect(tidy('one\r\ntwo\tthree')).toBe('one\ntwo\tthree');
  });

  test('of a right-to-left script stand apart from what is beside them; others are left alone', () => {
    expect(isolate('שלום')).toBe('\u2068שלום\u2069');
    expect(isolate('Grüße 東京 👍')).toBe('Grüße 東京 👍');
  });
});
