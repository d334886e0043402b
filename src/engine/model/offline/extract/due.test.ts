import { describe, expect, test } from 'vitest';
import { readDue } from './due.ts';

/** A Wednesday, half past nine in Berlin. */
const clock = { now: new Date('2026-03-04T08:30:00Z'), timezone: 'Europe/Berlin' };
const due = (text: string) => readDue(text, clock);

describe('a day', () => {
  test.each([
    ['today', '2026-03-04'],
    ['tomorrow', '2026-03-05'],
    ['by Friday', '2026-03-06'],
    ['next Friday', '2026-03-13'],
    ['Wednesday of next week', '2026-03-11'],
    ['Friday after next', '2026-03-13'],
    ['in a fortnight', '2026-03-18'],
    ['within a couple of days', '2026-03-06'],
    ['March the fifteenth', '2026-03-15'],
    ['on the 21st', '2026-03-21'],
    ['the 2nd of next month', '2026-04-02'],
    ['Friday the 13th', '2026-03-13'],
    ['the last Monday of May', '2026-05-25'],
    ['the first Tuesday in April', '2026-04-07'],
    ['by the end of the month', '2026-03-31'],
    ['end of next week', '2026-03-13'],
    ['by EOM', '2026-03-31'],
    ['EOD Friday', '2026-03-06'],
    ['mid April', '2026-04-15'],
    ['three days from Tuesday', '2026-03-13'],
    ['a week before Christmas', '2026-12-18'],
    ['the first Monday after Christmas', '2026-12-28'],
    ['Easter Monday', '2026-04-06'],
    ['Thanksgiving 2027', '2027-11-25'],
    ['2026-04-01', '2026-04-01'],
    // With a slip of the keyboard it is the same day.
    ['tomorow', '2026-03-05'],
    ['next tuseday', '2026-03-10'],
    // What is announced, and not what it is about.
    ['the rent for December by the 6th', '2026-03-06'],
  ])('"%s" is %s', (text, date) => {
    expect(due(text)?.date).toBe(date);
  });

  test('without a time ends at midnight where the person is', () => {
    expect(due('tomorrow')).toEqual({
      text: 'tomorrow',
      date: '2026-03-05',
      at: new Date('2026-03-05T22:59:00Z'),
    });
  });

  test('is the person’s: late in the evening it is tomorrow elsewhere already', () => {
    const now = new Date('2026-03-05T03:00:00Z');
    expect(readDue('today', { now, timezone: 'America/New_York' })?.date).toBe('2026-03-04');
  });
});

describe('a time', () => {
  test.each([
    ['tomorrow at three pm', '2026-03-05', '15:00'],
    ['at half past 4 pm', '2026-03-04', '16:30'],
    ['by a quarter to noon', '2026-03-04', '11:45'],
    ['at 3', '2026-03-04', '15:00'],
    ['Thursday 8h15', '2026-03-05', '08:15'],
    ['in half an hour', '2026-03-04', '10:00'],
  ])('"%s" is %s %s', (text, date, time) => {
    expect(due(text)).toMatchObject({ date, time });
  });

  test('is an instant in the person’s time zone', () => {
    expect(due('tomorrow at 5pm')?.at).toEqual(new Date('2026-03-05T16:00:00Z'));
  });
});

describe('of several dates', () => {
  test('the announced one is meant', () => {
    expect(due('The numbers of tomorrow are due by Friday')?.text).toBe('Friday');
  });

  test('those that tell since when are not', () => {
    expect(due('It has been broken since Monday, fix it by Friday')?.date).toBe('2026-03-06');
  });
});

describe('the words', () => {
  test.each([
    ['send it on march twenty first please', 'on march twenty first'],
    ['call me in half an hour', 'in half an hour'],
  ])('of "%s" are a part of it', (text, words) => {
    expect(text).toContain(due(text)?.text);
    expect(words).toContain(due(text)?.text);
  });
});

test.each([
  'I may go',
  'the second page',
  'one of them',
  'version 2.0',
  'they march on',
  'yesterday',
  '',
  'asap',
])('"%s" names no day', (text) => {
  expect(due(text)).toBeUndefined();
});
