import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assessText } from './assess.ts';

const context = {
  now: new Date('2026-01-15T09:00:00Z'),
  locale: 'en-US',
  currency: 'USD',
  timezone: 'UTC',
};
const assess = (text: string) => assessText(text, context);
const parts = (text: string) => {
  const found = assess(text);
  return found.strategy === 'decompose'
    ? found.subtasks.map(({ title, executionType }) => [title, executionType])
    : found;
};

describe('the scenarios of the AE document', () => {
  test('a campaign is divided into four', () => {
    expect(parts('Plan Q4 marketing campaign')).toEqual([
      ['Research competitor campaigns', 'manual'],
      ['Create budget spreadsheet', 'semi_automated'],
      ['Draft campaign outline', 'fully_automated'],
      ['Design mockups', 'manual'],
    ]);
    expect(assess('Plan Q4 marketing campaign').executionType).toBe('semi_automated');
  });

  test('the three parts of its API sample are those that are listed', () => {
    const listed =
      'Q4 campaign:\n- Research competitors\n- Create budget spreadsheet\n- Draft campaign outline';
    expect(parts(listed)).toEqual([
      ['Research competitors', 'manual'],
      ['Create budget spreadsheet', 'semi_automated'],
      ['Draft campaign outline', 'fully_automated'],
    ]);
  });

  test.each([
    ['Order new office chairs', 'manual', 'Requires access to procurement portal'],
    ['Pay the electricity bill', 'manual', 'Requires access to payment system'],
    ['Call customer about complaint', 'manual', 'Requires a person to make the call'],
    ['Schedule a meeting with Bob', 'manual', 'Requires access to calendar'],
    ['Translate the brochure into Spanish', 'fully_automated', /language model/],
    ['Research competitor campaigns', 'manual', 'Requires access to the web'],
    ['Water the plants', 'manual', 'Requires a person: no installed tool does this'],
  ])('%s is left to a person for its reason', (text, executionType, reason) => {
    const words = typeof reason === 'string' ? reason : expect.stringMatching(reason);
    expect(assess(text)).toEqual({ strategy: 'blocked', executionType, reason: words });
  });

  test.each([
    ['Draft response to customer email', 'semi_automated', 'reply'],
    ['Extract action items from meeting notes', 'fully_automated', 'action_items'],
    ['Draft email to john@example.com thanking him for the meeting', 'fully_automated', 'email'],
    ['Draft email to customer about product delay', 'fully_automated', 'email'],
    ['Summarize the notes', 'fully_automated', 'summary'],
    ['Create an outline for the talk', 'fully_automated', 'outline'],
  ])('%s is written at once', (text, executionType, artifact) => {
    expect(assess(text)).toMatchObject({
      strategy: 'immediate',
      executionType,
      found: { kind: 'wish', artifact },
    });
  });
});

describe('an app', () => {
  test.each([
    'Create a CRM for my cellphone store',
    'Keep track of wine bottles with name, vintage and price',
    'App to track purchases and payments',
    'Event planning app for weddings',
    'Create a CRM for my shop with:\n- Customer list with name, phone\n- Orders',
  ])('is built at once: %s', (text) => {
    expect(assess(text)).toMatchObject({ strategy: 'immediate', executionType: 'fully_automated' });
  });

  test('that is too vague is left with the question', () => {
    expect(assess('Make an app')).toMatchObject({
      strategy: 'blocked',
      reason: expect.stringMatching(/^Requires more detail: .*What is it for/),
    });
  });
});

describe('an undertaking', () => {
  test.each([
    ['Organise a workshop for 20 people', 'Choose a date and book the venue'],
    ['Product launch', 'Agree on the launch date'],
    ['Move the office', 'Compare movers and book one'],
    ['Hire a developer', 'Draft job description'],
    ['Plan our summer trip', 'Choose dates and book travel'],
    ['Employee onboarding', 'Create onboarding checklist'],
    ['Plan the database migration', 'Agree on goals and who takes part'],
  ])('is divided by what it is: %s', (text, first) => {
    expect(parts(text)).toContainEqual([first, expect.any(String)]);
  });

  test('is divided by what was listed, where something was', () => {
    expect(parts('Organise the summer party: book a venue, send invitations, order food')).toEqual([
      ['Book a venue', 'manual'],
      ['Send invitations', 'semi_automated'],
      ['Order food', 'manual'],
    ]);
  });

  test('is not found in a list of things', () => {
    expect(assess('Order fruit: apples, pears, plums')).toMatchObject({ strategy: 'blocked' });
  });

  test('of too many parts is not divided in part', () => {
    const list = Array.from({ length: 101 }, (_, n) => `- Call customer ${n}`).join('\n');
    expect(assess(`Winter campaign:\n${list}`)).toMatchObject({
      strategy: 'blocked',
      reason: 'Requires fewer parts: 101 are listed, up to 100 fit',
    });
  });
});

test('any text is answered', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (text) => {
      const found = assess(text);
      if (found.strategy === 'blocked') expect(found.reason).not.toBe('');
      if (found.strategy === 'decompose') expect(found.subtasks.length).toBeGreaterThan(1);
    }),
  );
});

test('politeness and full stops change nothing', () => {
  expect(assess('Please order new office chairs. The old ones are broken.')).toEqual(
    assess('Order new office chairs'),
  );
});
