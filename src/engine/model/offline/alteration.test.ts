import { expect, test } from 'vitest';
import { readAlteration } from './alteration.ts';

const context = {
  now: new Date('2026-03-04T08:30:00Z'),
  locale: 'en-GB',
  currency: 'EUR',
  timezone: 'Europe/Berlin',
};
const read = (text: string) => readAlteration(text, context);

test.each([
  ['Make the due date Friday', undefined, '2026-03-06'],
  ['move the deadline of the fence task to next Friday.', 'fence', '2026-03-13'],
  ['set the deadline for Paint the fence to 20 March', 'Paint the fence', '2026-03-20'],
])('"%s" changes when %s is due', (text, reference, date) => {
  expect(read(text)).toMatchObject({ field: 'due', reference, due: { date } });
});

test.each([
  ['make it urgent', undefined, 'high'],
  ['Set the priority of my fence task to low', 'fence', 'low'],
])('"%s" changes how urgent %s is', (text, reference, priority) => {
  expect(read(text)).toEqual({ field: 'priority', reference, priority });
});

test.each([
  ['assign it to Ann', undefined, 'Ann'],
  ['Assign the fence task to @ben', 'fence', '@ben'],
])('"%s" changes who does %s', (text, reference, assignee) => {
  expect(read(text)).toEqual({ field: 'assignee', reference, assignee });
});

test.each([
  'make the due date a required field',
  'assign customers to technicians by postcode and by day',
  'add a due date to repairs',
  'make it blue',
  '',
])('"%s" changes no task of people', (text) => {
  expect(read(text)).toBeUndefined();
});
