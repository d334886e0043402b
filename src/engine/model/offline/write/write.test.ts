/** Texts by rules: what is recognised as a wish for one, what it says, and how it is changed in words. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Draft, missingIn } from '../../draft.ts';
import type { Context } from '../../model.ts';
import { changeDraft, isRedraft } from './change.ts';
import { readDraftWish } from './wish.ts';
import { writeDraft } from './write.ts';

const context: Context = {
  now: new Date('2026-11-25T10:00:00Z'),
  locale: 'en-US',
  currency: 'USD',
  timezone: 'UTC',
};
function draft(text: string): Draft {
  const wish = readDraftWish(text);
  if (!wish) throw new Error(`No wish: ${text}`);
  const made = writeDraft(wish, [{ heading: 'Under way', lines: ['Bakery CRM (40%)'] }], context);
  if (made.kind === 'question') throw new Error(made.text);
  return made;
}

describe('a wish for a text', () => {
  test.each([
    ['Draft an e-mail to Ana about the late delivery', 'email'],
    ['could you please write a short, friendly mail to Ana asking if she can come?', 'email'],
    ['Please write a short, friendly mail to Ana asking if she can come on Monday', 'email'],
    ['Draft a reply to Ana about the late delivery', 'reply'],
    ['summarise this thread: Ana: We ship on Friday.', 'summary'],
    ['TL;DR: it is a long story', 'summary'],
    ['write an agenda for Monday’s meeting with Ana', 'agenda'],
    ['turn these notes into action items: Ann calls the bank', 'action_items'],
    ['Extract action items from meeting notes', 'action_items'],
    ['write the meeting notes: we met', 'minutes'],
    ['Create an outline for my talk about bees', 'outline'],
    ['give me a status report', 'status_report'],
    ['Write me a summary of my tasks', 'status_report'],
    ['Draft job description', 'text'],
    ['Write a message to the team that we close early', 'message'],
    ['Create a meeting agenda tracker', undefined],
    ['Create an email app for my shop', undefined],
    ['Create a CRM for my cellphone store', undefined],
    ['write down that I need milk', undefined],
    ['send Ana an email', undefined],
    ['show me the status of my CRM task', undefined],
    ['list my tasks', undefined],
    ['Ann will write the report by Friday', undefined],
    ['draft', undefined],
    ['', undefined],
  ])('%s: %s', (text, artifact) => {
    expect(readDraftWish(text)?.artifact).toBe(artifact);
  });

  test('knows whom it is for, what about and how it sounds', () => {
    expect(
      readDraftWish('Draft a formal email to Ana Lee <ana@example.com> about the late delivery'),
    ).toMatchObject({
      recipient: { name: 'Ana Lee', address: 'ana@example.com' },
      ...{ topic: 'the late delivery', tone: 'formal' },
    });
    expect(readDraftWish('Draft a reply to Ana’s mail about the price')?.recipient).toEqual({
      name: 'Ana',
    });
  });

  test('may stand below what it is about', () => {
    expect(readDraftWish('Ana: We ship on Friday.\nBen: Good.\n\nSummarise this')).toMatchObject({
      ...{ artifact: 'summary', source: 'Ana: We ship on Friday.\nBen: Good.' },
    });
  });

  test('of any text is read at once', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), (noise) => {
        const wish = readDraftWish(`Draft a reply to ${noise}`);
        if (wish) writeDraft(wish, [], context);
      }),
    );
    const from = Date.now();
    readDraftWish(`Summarise this: ${'a '.repeat(80_000)}`);
    expect(Date.now() - from).toBeLessThan(2_000);
  });
});

describe('a letter', () => {
  test('says what was said, to the person', () => {
    expect(draft('Draft email to john@example.com thanking him for the meeting')).toMatchObject({
      recipient: 'john@example.com',
      subject: 'Thank you for the meeting',
      text: 'Hello John,\n\nThank you for the meeting.\n\nBest regards,\n[your name?]',
    });
    expect(draft('Write a mail to Ana asking if she can send her offer').text).toContain(
      'Could you tell me whether you can send your offer?',
    );
  });

  test('marks what only the person knows', () => {
    const { text } = draft('Draft an email to customer about product delay');
    expect(missingIn(text)).toEqual([
      '[name of the customer?]',
      '[reason?]',
      '[new date?]',
      '[your name?]',
    ]);
  });

  test('that answers one has room for each question', () => {
    const { text } = draft(
      'Draft a reply:\nFrom: Ana Lee\nHi,\nwhen will order 4711 arrive? Can I still change it?\nThanks\nAna',
    );
    expect(text).toMatch(/^Hello Ana,/);
    expect(text).toContain('You asked: “when will order 4711 arrive?”\n[your answer 1?]');
    expect(text).toContain('You asked: “Can I still change it?”\n[your answer 2?]');
  });
});

describe('what is made of a source', () => {
  const thread =
    'Ana: The shipment is late because of the storm.\nBen: When will it arrive?\nAna: On Friday. We agreed to refund 10%.\nBen: I will call the customer tomorrow.';

  test('has its sentences only', () => {
    const { text } = draft(`Summarise this thread:\n${thread}`);
    expect(text).toContain('Who: Ana, Ben');
    expect(text).toContain('Decided\n- Ana: We agreed to refund 10%.');
    expect(text).toContain('- [ ] Call the customer: Ben, Thursday, 26 November 2026');
    expect(text).toContain('- Ben: When will it arrive?');
    const said = text
      .split('\n')
      .filter((line) => /^- (?:Ana|Ben): /.test(line))
      .map((line) => line.replace(/^- (?:Ana|Ben): /, ''));
    for (const sentence of said) expect(thread).toContain(sentence);
  });

  test('lists whose it is and when, or marks it', () => {
    expect(
      draft(
        'Turn these notes into action items:\n- Ann will send the offer by Friday\n- Action: call the bank',
      ).text,
    ).toBe(
      'Action items\n\n- [ ] Send the offer: Ann, Friday, 27 November 2026\n- [ ] Call the bank: [who?], [by when?]',
    );
  });

  test('an agenda has its day, people and topics', () => {
    const { text } = draft(
      "write an agenda for Monday's meeting with Ana and Ben about budget and hiring",
    );
    expect(text).toContain('Date: Monday, 30 November 2026\nTime: [time?]');
    expect(text).toContain('With: Ana, Ben');
    expect(text).toContain('1. Budget\n2. Hiring\n3. Next steps');
  });

  test('a status report has what is stored, and without anything it asks', () => {
    expect(draft('write a status report').text).toBe(
      'Status report\nWednesday, 25 November 2026\n\nUnder way\n- Bakery CRM (40%)',
    );
    const wish = readDraftWish('write a status report');
    expect(wish && writeDraft(wish, [], context).kind).toBe('question');
  });

  test('without a source it asks for one', () => {
    const wish = readDraftWish('Summarise this thread');
    expect(wish && writeDraft(wish, [], context)).toMatchObject({
      ...{ kind: 'question', text: expect.stringMatching(/Paste it behind your words/) },
    });
  });
});

describe('a change in words', () => {
  const standing = { ...draft('Draft a reply to Ana about the late delivery'), source: '' };
  function changedBy(...changes: string[]) {
    let now = standing;
    for (const change of changes) {
      const made = changeDraft(now, change);
      if (made.kind === 'question') throw new Error(made.text);
      now = { ...now, ...made, kind: 'draft' };
    }
    return now;
  }

  test('fills in, replaces, signs, adds and leaves out', () => {
    const { text } = changedBy(
      ...['the new date is Friday', 'reason: the storm', 'say Tuesday instead of Friday.'],
      ...['sign it Bob', 'add that we are sorry', 'leave out “sorry about this”'],
    );
    expect(text).toContain('The reason is the storm. The new date is Tuesday.');
    expect(text).toMatch(/We are sorry\.\n\nBest regards,\nBob$/);
    expect(text).not.toContain('I am sorry about this.');
    expect(missingIn(text)).toEqual([]);
  });

  test('changes the tone and back', () => {
    expect(changedBy('make it more formal').text).toMatch(/^Dear Ana,[\s\S]*Yours sincerely,/);
    expect(changedBy('make it more formal', 'less formal').text).toMatch(/^Hi Ana,/);
  });

  test('makes it shorter and loses nothing that has to be filled in', () => {
    const long = {
      ...changedBy('add that one. two is long enough. three is gone'),
      kind: 'draft' as const,
    };
    const made = changeDraft(long, 'make it shorter');
    expect(made).toMatchObject({ kind: 'revision', changes: ['It is shorter.'] });
    expect(missingIn((made as { text: string }).text)).toEqual(missingIn(long.text));
  });

  test('that means nothing here is a question, and words that are not there are told', () => {
    expect(changeDraft(standing, 'make it purple').kind).toBe('question');
    expect(changeDraft(standing, 'say Monday instead of Sunday')).toMatchObject({
      ...{
        kind: 'question',
        text: expect.stringContaining('“Sunday” does not stand in the draft'),
      },
    });
  });

  test('with signs of patterns and replacements in it is taken word for word', () => {
    expect(changedBy('the new date is $& (.*)').text).toContain('The new date is $& (.*).');
  });

  test.each([
    ['make it shorter', true],
    ['a bit more formal please', true],
    ['say Tuesday instead of Monday', true],
    ['add a notes field to customers', false],
    ['drop sales', false],
  ])('beside a plan, "%s" is about the text: %s', (text, expected) => {
    expect(isRedraft(text, 'sure')).toBe(expected);
  });
});
