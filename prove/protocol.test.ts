import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  createFramer,
  openingOf,
  readBind,
  readParse,
  readQuery,
  readStatus,
  readTag,
} from './protocol.ts';
import { bind, opening, parse, query, ready, tag } from './wire.ts';

const startup = opening(196_608, 'user\0ana\0\0');
const one = (bytes: Buffer, side: 'client' | 'server' = 'server') => {
  const [message, ...others] = createFramer(side)(bytes);
  if (!message || others.length > 0) throw new Error('This is not one message.');
  return message;
};

test('messages are the same however their bytes are cut', () => {
  const stream = [startup, query('select 1'), bind('', 'a', ['x', null]), query('commit')];
  const whole = Buffer.concat(stream);
  fc.assert(
    fc.property(fc.array(fc.nat(whole.length), { maxLength: 20 }), (cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), whole.length];
      const take = createFramer('client');
      const messages = places.flatMap((place, index) =>
        take(whole.subarray(places[index - 1] ?? 0, place)),
      );
      expect(messages.map((message) => message.bytes)).toEqual(stream);
      expect(messages.map((message) => message.type)).toEqual(['', 'Q', 'B', 'Q']);
    }),
  );
});

test('questions about encryption come before the startup message', () => {
  const take = createFramer('client');
  const messages = take(Buffer.concat([opening(80_877_103), opening(80_877_104), startup]));
  expect(messages.map(openingOf)).toEqual(['ssl', 'gss', 'startup']);
  expect(take(query('select 1'))).toMatchObject([{ type: 'Q' }]);
  expect(openingOf(one(opening(80_877_102, 'secret'), 'client'))).toBe('cancel');
});

test('what is read is what was written', () => {
  expect(readQuery(one(query('select “1”')))).toBe('select “1”');
  expect(readParse(one(parse('s1', 'select $1')))).toEqual({ name: 's1', text: 'select $1' });
  expect(readBind(one(bind('p', 's1', ['über', null, ''])))).toEqual({
    portal: 'p',
    name: 's1',
    values: ['über', null, ''],
  });
  expect(readTag(one(tag('INSERT 0 1')))).toBe('INSERT 0 1');
  expect(['I', 'T', 'E'].map((status) => readStatus(one(ready(status))))).toEqual(['I', 'T', 'E']);
});
