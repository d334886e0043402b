import { expect, test } from 'vitest';
import { readNotify } from './notify.ts';

test.each([
  ['my settings', { kind: 'ask' }],
  ['What do you tell me?', { kind: 'ask' }],
  ['Tell me everything', { kind: 'notify', choice: 'all' }],
  ['please notify me only of approvals', { kind: 'notify', choice: 'approvals' }],
  ['tell me only approvals and results.', { kind: 'notify', choice: 'approvals' }],
  ['tell me nothing', { kind: 'notify', choice: 'none' }],
  ['don’t notify me', { kind: 'notify', choice: 'none' }],
  ['quiet from 22:00 to 7:30', { kind: 'quiet', from: 1320, to: 450 }],
  ['quiet hours from 10 pm until 7 am', { kind: 'quiet', from: 1320, to: 420 }],
  ['do not disturb me between 12 and 13', { kind: 'quiet', from: 720, to: 780 }],
  ['no quiet hours', { kind: 'quiet', from: null, to: null }],
])('“%s” is %j', (text, wish) => {
  expect(readNotify(text)).toEqual(wish);
});

test.each([
  'tell me everything about bees',
  'notify me when the deck is there',
  'a settings page for each customer',
  'quiet from 25:00 to 7:00',
  'quiet from 22:00 to 22:00',
  'quiet from 13 pm to 7 am',
  'it was quiet from Monday to Friday',
  'stop',
])('“%s” is no setting', (text) => {
  expect(readNotify(text)).toBeUndefined();
});
