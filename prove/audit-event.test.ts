/** What the audit of events and memory finds, each in a snapshot with that one thing wrong. */
import { expect, test } from 'vitest';
import { auditEvents } from './audit-event.ts';
import { compare } from './compare.ts';
import type { Snapshot } from './snapshot.ts';

/** As after a step has published, another has waited, and an agent remembers two versions. */
function sound() {
  const now = new Date();
  const published = { id: 'pub', key: 'publish', tool: 'publish_event' };
  const waited = { id: 'got', key: 'wait', tool: null, result: { id: 7 } };
  const event = {
    ...{ id: 'evt', name: 'paid', payload: { id: 7 }, depth: 0, stepId: 'pub', taken: 1 },
    processedAt: now as Date | null,
  };
  const wait = {
    ...{ id: 'wai', taskId: 'tsk', stepId: 'got', stepKey: 'wait', name: 'paid' },
    closedAt: now as Date | null,
  };
  const memory = { id: 'mem', key: 'k', agent: 'a', version: 2, value: 'two' };
  const first = { memoryId: 'mem', version: 1, change: 'set', value: 'one' };
  const second = { ...first, version: 2, value: 'two' };
  return {
    ...{ event, wait, waited, memory, second },
    tasks: [{ id: 'tsk', conversation: 'shop' }],
    steps: [published, waited].map((step) =>
      Object.assign(step, { status: 'completed', taskId: 'tsk' }),
    ),
    published: [event],
    waits: [wait],
    receipts: [{ waitId: 'wai', eventId: 'evt' }],
    starts: [] as { eventId: string; taskId: string | null; problem: null }[],
    remembered: [memory],
    versions: [first, second],
    ...{ objects: [], events: [], planned: [], counts: {} },
  };
}
type Sound = ReturnType<typeof sound>;
const whole = (part: Sound): Snapshot => part as unknown as Snapshot;
const untimed = { isTimed: false };

test('nothing is wrong with what is sound, nor beside itself', () => {
  expect(auditEvents(whole(sound()))).toEqual([]);
  expect(compare(whole(sound()), whole(sound()), untimed)).toEqual([]);
});

const harms: Record<string, [(one: Sound) => unknown, string]> = {
  'an event that was published twice': [
    ({ published, event }) => published.push({ ...event, id: 'two', taken: 0 }),
    'duplicate',
  ],
  'an event that was not stored': [({ published }) => published.splice(0), 'loss'],
  'an event that nobody delivered': [
    ({ event }) => Object.assign(event, { processedAt: null }),
    'stuck',
  ],
  'a receipt that is gone': [({ receipts }) => receipts.splice(0), 'loss'],
  'a step without what it has waited for': [
    ({ waited }) => Object.assign(waited, { result: { id: 8 } }),
    'loss',
  ],
  'a wait that is open': [({ wait }) => Object.assign(wait, { closedAt: null }), 'stuck'],
  'an event that two steps of a task have': [
    ({ waits, wait, receipts }) => [
      waits.push({ ...wait, id: 'other' }),
      receipts.push({ waitId: 'other', eventId: 'evt' }),
    ],
    'duplicate',
  ],
  'a handler without its task': [
    ({ starts }) => starts.push({ eventId: 'evt', taskId: null, problem: null }),
    'loss',
  ],
  'a version twice': [({ versions, second }) => versions.push(second), 'duplicate'],
  'a version that is gone': [({ versions }) => versions.pop(), 'loss'],
};

test.each(Object.keys(harms))('%s is found', (name) => {
  const harmed = sound();
  const [harm, kind] = harms[name] ?? [];
  harm?.(harmed);
  expect(auditEvents(whole(harmed)).map((fault) => fault.kind)).toContain(kind);
});

test('beside the run without harm, a value that differs is one lost and one too many', () => {
  const harmed = sound();
  harmed.memory.value = 'three';
  expect(compare(whole(harmed), whole(sound()), untimed)).toEqual([
    { kind: 'loss', what: expect.stringContaining('"k" of a, version 2: "two"') },
    { kind: 'duplicate', what: expect.stringContaining('"k" of a, version 2: "three"') },
  ]);
});
