/** Going on without a failed step: what goes with it, and what is asked first (F115, R4). */
import { describe, expect, test } from 'vitest';
import { ana, testEngine, toolStep } from '../../test/support/engine.ts';
import { FactotumError } from '../errors.ts';
import { performVerb, type VerbInput } from './verb.ts';

const bench = await testEngine();
const { engine } = bench;
bench.tool('broken', () => Promise.reject(new FactotumError('INVALID', 'The name is taken.')));

async function failed(about: Record<string, unknown>, after: unknown[]): Promise<string> {
  bench.tool('work');
  const id = await bench.propose([toolStep('a', { tool: 'broken', ...about }), ...after]);
  await bench.accept(id);
  await bench.runJobs(id, { pass: true });
  expect(await bench.task(id)).toMatchObject({ status: 'blocked', blockedKind: 'error' });
  return id;
}
const skip = (id: string, input: VerbInput = {}) => performVerb(engine, ana, id, 'skip', input);
const run = (id: string) => bench.runJobs(id, { pass: true });
const refused = (message: string) => ({ code: 'CONFLICT', message });

describe('skipping a failed step', () => {
  test('leaves out what needs it, at any distance and inside of groups, and does the rest', async () => {
    const calls = bench.tool('free');
    const group = {
      ...{ kind: 'parallel', key: 'p', name: 'Both', needs: ['b'] },
      branches: [[toolStep('c')], [toolStep('d')]],
    };
    const id = await failed({ priority: 'low' }, [
      toolStep('b', { needs: ['a'] }),
      group,
      toolStep('e', { needs: ['d'] }),
      toolStep('f', { tool: 'free' }),
    ]);
    await skip(id);
    await run(id);
    expect(await bench.states(id)).toEqual({
      ...{ a: 'skipped', b: 'skipped', p: 'skipped', c: 'skipped', d: 'skipped', e: 'skipped' },
      f: 'completed',
    });
    expect(calls).toHaveLength(1);
    const reasons = (await bench.events(id))
      .filter(({ event }) => event === 'skip')
      .map(({ data }) => (data as { reason: string }).reason);
    expect(reasons.slice(0, 2)).toEqual(['The name is taken.', '"Do a" was left out.']);
  });

  test('of high priority says first what is lost, and does it when that is confirmed', async () => {
    const id = await failed({ priority: 'high' }, [toolStep('b')]);
    const before = await bench.task(id);
    await expect(skip(id)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/^"Do a" is core functionality \(HIGH\)\..*“skip it anyway”/),
    });
    expect(await bench.task(id)).toEqual(before);
    await skip(id, { confirmed: true });
    await run(id);
    expect(await bench.states(id)).toEqual({ a: 'skipped', b: 'completed' });
    const event = (await bench.events(id)).find((one) => one.event === 'skip');
    expect(event).toMatchObject({ actor: 'ana', data: { confirmed: true } });
  });

  test('that something of high priority needs has to be confirmed too', async () => {
    const id = await failed({ priority: 'low' }, [
      toolStep('b', { needs: ['a'] }),
      toolStep('c', { needs: ['b'], priority: 'high' }),
    ]);
    await expect(skip(id)).rejects.toMatchObject({
      message: expect.stringMatching(/^"Do c", which needs "Do a", is core functionality/),
    });
    await skip(id, { confirmed: true });
    await run(id);
    expect(await bench.states(id)).toEqual({ a: 'skipped', b: 'skipped', c: 'skipped' });
  });

  test('that is critical, or that something critical needs, is refused, confirmed or not', async () => {
    const own = await failed({ priority: 'critical' }, []);
    await expect(skip(own, { confirmed: true })).rejects.toMatchObject(
      refused('"Do a" cannot be skipped: without it there is no result.'),
    );
    const other = await failed({ priority: 'low' }, [
      toolStep('b', { needs: ['a'] }),
      toolStep('c', { needs: ['b'], priority: 'critical' }),
    ]);
    await expect(skip(other, { confirmed: true })).rejects.toMatchObject(
      refused('"Do a" cannot be skipped: without "Do c", which needs it, there is no result.'),
    );
    expect(await bench.states(other)).toEqual({ a: 'failed', b: 'pending', c: 'pending' });
  });

  test('whose check proves its work is not held against the rest', async () => {
    bench.tool('work');
    const checks = [
      { id: 'chk_a', label: 'It has a', kind: 'unheard_of', step: 'a' },
      { id: 'chk_b', label: 'It has b', kind: 'unheard_of', step: 'b' },
    ];
    const steps = [toolStep('a', { tool: 'broken', priority: 'low' }), toolStep('b')];
    const id = await bench.propose(steps, { checks });
    await bench.accept(id);
    await bench.runJobs(id);
    await skip(id);
    await bench.runJobs(id);
    // Both checks fail; only the one whose step was done counts.
    expect(await bench.task(id)).toMatchObject({
      status: 'blocked',
      blockedReason: expect.stringMatching(/^The result did not pass 1 of 1 checks\. "It has b"/),
    });
  });
});
