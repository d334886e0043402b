/** What becomes of a text that a language model has written: recipients stay the person's, what it made up is marked. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openaiServer, saidTo } from '../../../../test/support/openai-server.ts';
import type { DraftWish } from '../draft.ts';
import { readDraftWish } from '../offline/write/wish.ts';
import { createOpenAiModel } from './openai.ts';
import { verified } from './unverified.ts';

type Example = {
  prompt: string;
  version: number;
  said: { text: string };
  answer: { text: string };
};
const example = (name: string): Example =>
  JSON.parse(
    readFileSync(
      join(import.meta.dirname, `../../../../test/fixtures/openai/${name}.json`),
      'utf8',
    ),
  );
const server = await openaiServer(() => ({ status: 500 }));
const context = {
  ...{ now: new Date('2026-11-25T10:00:00Z'), locale: 'en-US', currency: 'USD', timezone: 'UTC' },
};
const quiet = { info() {}, warn() {}, error() {} };
function model() {
  const settings = { apiKey: undefined, baseUrl: server.baseUrl, model: 'test-model' };
  return createOpenAiModel(
    { ...settings, timeoutMs: 5_000, maxTokens: 8_000 },
    { log: quiet, signal: new AbortController().signal, now: () => new Date() },
  );
}
function wishOf(text: string): DraftWish {
  const wish = readDraftWish(text);
  if (!wish) throw new Error('No wish.');
  return wish;
}

describe('a draft', () => {
  test('is the model’s text, with what nobody said marked or taken out', async () => {
    const { said, answer } = example('draft-thanks');
    server.play(() => ({ say: answer }));
    const made = await model().draft(wishOf(said.text), [], context);
    expect(made).toMatchObject({
      kind: 'draft',
      title: 'E-mail to john@example.com',
      recipient: 'john@example.com',
      subject: 'Thank you for the meeting',
      unverified: ['a link', 'an address', 'Tuesday', 'March', '$4,200', '31'],
    });
    const { text } = made as { text: string };
    expect(text).not.toMatch(/evil\.example/);
    expect(text).toContain('on Tuesday [check this?]. The offer of $4,200 [check this?]');
    // The name is the one of the address that the person wrote.
    expect(text).toMatch(/^Dear John,/);
    const { model: asked } = server.asked[0] ?? {};
    expect(asked).toBe('test-model');
    expect(saidTo(server.asked[0] as never)).toMatchObject({ kind: 'email', to: null });
  });

  test('without anything to write from no model is asked', async () => {
    server.play(() => ({ status: 500 }));
    expect(await model().draft(wishOf('Summarise this thread'), [], context)).toMatchObject({
      kind: 'question',
    });
    expect(server.asked).toHaveLength(0);
  });

  test('is written by the rules when the model is away, and says so', async () => {
    server.play(() => ({ status: 503 }));
    const made = await model().draft(
      wishOf('Draft a reply to Ana about the late delivery'),
      [],
      context,
    );
    expect(made).toMatchObject({
      kind: 'draft',
      text: expect.stringMatching(/^Hello Ana,/),
      note: expect.stringMatching(/^The language model could not be used/),
    });
  });

  test('asks back where the model cannot write', async () => {
    server.play(() => ({ say: { subject: null, text: '', question: 'Which meeting?' } }));
    expect(await model().draft(wishOf('Draft a memo to Ann'), [], context)).toEqual({
      ...{ kind: 'question', text: 'Which meeting?', suggestions: [] },
    });
  });
});

describe('a text that is given', () => {
  const german = 'Hallo Ana,\n\nwir liefern am Montag, dem 3. März, 40 Lampen.\n\nPeter';
  const wish = () => wishOf(`Translate this into English:\n${german}`);

  test('is translated by the model, and what it says besides is marked', async () => {
    const text =
      'Hello Ana,\n\nWe deliver 40 lamps on Monday, 3 March, and 5 more on Friday.\n\nPeter';
    server.play(() => ({ say: { subject: null, text, question: null } }));
    const made = await model().draft(wish(), [], context);
    expect(made).toMatchObject({
      kind: 'draft',
      shortName: 'translation',
      title: expect.stringMatching(/^Translation into English: Hallo Ana/),
      // Days are the same in another language.
      unverified: ['Friday', '5'],
    });
    expect(saidTo(server.asked[0] as never)).toMatchObject({ kind: 'rework', source: german });
  });

  test('stays as it is while no model can be used, and the reason is told', async () => {
    server.play(() => ({ status: 503 }));
    const made = await model().draft(wish(), [], context);
    expect(made).toMatchObject({
      kind: 'question',
      lacks: expect.stringMatching(
        /^Requires a language model\. The language model could not be used: /,
      ),
    });
    expect(made).not.toHaveProperty('note');
  });

  test('is made shorter by rules then, and both is told', async () => {
    server.play(() => ({ status: 503 }));
    const text = 'Shorten this: The fair went well. We sold 40 lamps. It rained. Nobody was ill.';
    expect(await model().draft(wishOf(text), [], context)).toMatchObject({
      text: 'The fair went well. We sold 40 lamps.',
      note: expect.stringMatching(/^The language model could not be used.*left out by rules/),
    });
  });
});

describe('a change', () => {
  const standing = {
    ...{ artifact: 'email' as const, subject: 'Hi', recipient: 'john@example.com' },
    text: 'Dear John,\n\nThank you very much for the meeting on Tuesday.\n\n[your name?]',
    source: 'Draft email to John thanking him for the meeting on Tuesday',
  };

  test('is made by the model, with what is new in it marked, and never its recipient', async () => {
    server.play(() => ({ say: example('redraft-shorter').answer }));
    const made = await model().redraft(standing, 'make it shorter', context);
    expect(made).toMatchObject({ kind: 'revision', unverified: ['Thursday', 'Peter'] });
    expect(made).not.toHaveProperty('recipient');
  });

  test('that names the words is done to the letter, without a model', async () => {
    server.play(() => ({ status: 500 }));
    expect(await model().redraft(standing, 'say Monday instead of Tuesday', context)).toMatchObject(
      { text: expect.stringContaining('meeting on Monday.') },
    );
    expect(server.asked).toHaveLength(0);
  });
});

describe('what a text says and its source does not', () => {
  test.each([
    ['We meet on Friday with Ana.', 'meet Ana on friday', []],
    ['It costs 1,200 dollars.', 'the price is 1200', []],
    ['It costs 1,300 dollars.', 'the price is 1200', ['1,300']],
    ['Hello Ana,\n\nGreetings from Rome.\n\nBest Regards,', 'to ana', ['Rome']],
    ['1. Goal\n2. Budget: 5%', 'outline', ['5%']],
    ['See https://our.example/a.', 'the page is https://our.example/a', []],
    ['See https://our.example/b.', 'the page is https://our.example/a', ['a link']],
    ['[amount?] by [new date?]', '', []],
    [
      'Peter will call you. Mallory said so. Olga’s offer stands.',
      '',
      ['Peter', 'Mallory', 'Olga’s'],
    ],
    ['Peter will call you.', 'ask peter to call', []],
    ['- Sofia and Ben meet\n- Lunch and dinner', '', ['Sofia', 'Ben']],
    ['Igor,\n\nthank you.\n\nBest regards,\nMallory', '', ['Igor', 'Mallory']],
    ['Best regards,\nBen', 'sign it Ben', []],
  ])('%s', (text, said, expected) => {
    expect(verified(text, said).unverified).toEqual(expected);
  });

  test.each([
    'Delivery will be late. Payment is due. Prices will rise. Shipping has begun.',
    'Everything is fine. However, we can wait. Nobody was there. Please call us.',
    'Goal\nBudget\nNext steps\n\nBackground\n- Scope (open)\n1. Review and approve',
    'Thanks for the offer. Attendance was low. Parking is free. Feedback can wait.',
    // German writes all of these with a capital.
    'Vielen Dank für die Rechnung. Die Lieferung ist nicht auf dem Weg.\n\nMit freundlichen Grüßen',
  ])('is no name where a sentence begins with an ordinary word: %s', (text) => {
    expect(verified(text, '').unverified).toEqual([]);
  });

  test('is a name in German behind a title or a greeting, and below the closing', () => {
    const text =
      'Sehr geehrte Frau Schmidt,\n\nvielen Dank für die Rechnung, die wir mit der Post haben.\n\nMit freundlichen Grüßen\nPeter Maier';
    expect(verified(text, '').unverified).toEqual(['Schmidt', 'Peter Maier']);
    expect(verified(text, 'Frau Schmidt, gezeichnet Peter Maier').unverified).toEqual([]);
  });

  test('is marked once, however often it is looked at', () => {
    const once = verified('We meet on Friday.', 'meet');
    expect(verified(once.text, 'meet')).toEqual(once);
  });
});
