import { describe, expect, test } from 'vitest';
import { ana, humanStep, testEngine } from '../../test/support/engine.ts';
import { fileTask } from './intake.ts';
import { performVerb } from './verb.ts';

const bench = await testEngine();
const { engine, task } = bench;
const eve = { ...ana, id: 'eve' };
const file = (about = {}) =>
  fileTask(engine, ana, 'web', { title: 'Call Ben', execution_type: 'manual', ...about });

describe('a tracked task', () => {
  test('is taken, given back to the queue, and finished with what came of it', async () => {
    const id = await file();
    expect((await performVerb(engine, ana, id, 'start')).message).toBe('Call Ben is yours.');
    const again = await performVerb(engine, ana, id, 'fail', { text: 'Busy.', retry: true });
    expect(again.message).toBe('Call Ben is tried again.');
    expect((await task(id)).status).toBe('queued');
    const waits = await performVerb(engine, ana, id, 'block', { text: 'The number is wrong.' });
    expect(waits.message).toBe('Call Ben waits: The number is wrong.');
    await performVerb(engine, ana, id, 'complete', { text: 'He is happy.' });
    expect(await task(id)).toMatchObject({
      status: 'completed',
      result: { strategy: 'manual', output: 'He is happy.' },
    });
    expect((await task(id)).executionLog.map((entry) => entry.event)).toEqual([
      'created',
      'started',
      'retried',
      'blocked',
      'started',
      'completed',
    ]);
    const actors = (await bench.events(id)).map((event) => event.actor);
    expect(new Set(actors)).toEqual(new Set(['ana']));
  });

  test('is only moved by whoever may steer it, as long as it is open', async () => {
    const id = await file();
    await expect(performVerb(engine, eve, id, 'complete')).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await expect(performVerb(engine, ana, id, 'block', { text: ' ' })).rejects.toThrow(
      'Say what it waits for.',
    );
    await performVerb(engine, ana, id, 'complete');
    for (const verb of ['start', 'complete', 'fail', 'execute'] as const)
      await expect(performVerb(engine, ana, id, verb)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('of somebody else is theirs whom it is assigned to', async () => {
    const id = await file({ assigned_to_type: 'user', assigned_to_id: 'eve' });
    await performVerb(engine, eve, id, 'complete');
    expect((await task(id)).status).toBe('completed');
  });
});

test('what the engine carries out is not finished by saying so', async () => {
  const id = await bench.propose([humanStep('ben')]);
  await bench.accept(id);
  for (const verb of ['start', 'complete', 'fail'] as const)
    await expect(performVerb(engine, ana, id, verb)).rejects.toThrow('Factotum itself carries out');
});
