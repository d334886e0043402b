/** Texts that are given and wanted otherwise, by rules: what is such a wish, and what rules can do of it. */
import { describe, expect, test } from 'vitest';
import { assessText } from '../assess.ts';
import { readDraftWish } from './wish.ts';
import { writeDraft } from './write.ts';

const context = {
  ...{ now: new Date('2026-11-25T10:00:00Z'), locale: 'en-US', currency: 'USD', timezone: 'UTC' },
};

describe('a text that is given is wanted otherwise', () => {
  test.each([
    ['Translate this into German: Good morning all', 'translate', 'Good morning all'],
    ['Can you translate this into French?\nHello everyone', 'translate', 'Hello everyone'],
    ['translate “good night” to Spanish', 'translate', 'good night'],
    ['Translate good morning to French please', 'translate', 'good morning'],
    ['Wir treffen uns.\nTranslate this to English', 'translate', 'Wir treffen uns.'],
    ['Proofread this: i has a apple', 'proofread', 'i has a apple'],
    ['please fix the spelling and grammar in this mail:\nhe go home', 'proofread', 'he go home'],
    ['Shorten this: One. Two. Three.', 'shorten', 'One. Two. Three.'],
    ['make this shorter: One. Two. Three.', 'shorten', 'One. Two. Three.'],
    ['Rewrite this more formally: hey you', 'rewrite', 'hey you'],
  ])('%j', (text, rework, source) => {
    expect(readDraftWish(text)).toMatchObject({ rework, source, wantsSource: false });
  });

  test.each([
    'Translate the brochure into German',
    'make it shorter',
    'make it more formal',
    'fix the typo in the customers form',
    'improve the onboarding app',
    'correct the price of repairs',
    'rewrite the plan',
    'Make this an app: customers and orders',
  ])('and is not with “%s”', (text) => {
    expect(readDraftWish(text)).toBeUndefined();
  });

  test('the language is known, and what is pointed at is asked for', () => {
    expect(readDraftWish('translate this to English please')).toMatchObject({
      ...{ topic: 'English', wantsSource: true },
    });
  });
});

test('a wish for a text may be put as a question', () => {
  expect(readDraftWish('Could you draft a reply to Ana about the delay?')).toMatchObject({
    ...{ artifact: 'reply', topic: 'the delay' },
  });
  expect(readDraftWish('Can you build a CRM?')).toBeUndefined();
});

describe('by rules', () => {
  test.each([
    'Translate this into German: Good morning',
    'Proofread: this are wrong',
    'Rewrite this: hey',
  ])('what needs a language model is blocked with that reason: %s', (text) => {
    expect(assessText(text, context)).toMatchObject({
      ...{ strategy: 'blocked', reason: 'Requires a language model, and none is connected' },
    });
    const wish = readDraftWish(text);
    expect(wish && writeDraft(wish, [], context)).toMatchObject({
      ...{ kind: 'question', lacks: 'Requires a language model, and none is connected' },
    });
  });

  test('a text is shortened by leaving sentences out, word for word, and says so', () => {
    const said = 'The fair went well. We sold 40 lamps. The weather was fine. Nobody was ill.';
    const wish = readDraftWish(`Shorten this: ${said}`);
    const made = wish && writeDraft(wish, [], context);
    expect(made).toMatchObject({
      kind: 'draft',
      shortName: 'shorter text',
      text: 'The fair went well. We sold 40 lamps.',
      note: expect.stringContaining('left out by rules'),
    });
  });

  test('what cannot be made shorter is not, and the reason is told', () => {
    const wish = readDraftWish('Shorten this: We meet at noon.');
    expect(wish && writeDraft(wish, [], context)).toMatchObject({
      kind: 'question',
      text: expect.stringMatching(/as short as rules can make it/),
    });
  });
});
