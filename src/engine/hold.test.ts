import { expect, test } from 'vitest';
import { ana, testEngine, toolStep } from '../../test/support/engine.ts';
import { lockTask } from '../db/task.ts';
import { onTask } from './hold.ts';

test('two that wait for each other both come to their end', async () => {
  const bench = await testEngine();
  const one = await bench.propose([toolStep('a')]);
  const other = await bench.propose([toolStep('b')]);
  let tries = 0;
  let here = 0;
  let go = () => {};
  const both = new Promise<void>((resolve) => {
    go = resolve;
  });
  const inOrder = (first: string, second: string) =>
    onTask(bench.engine, ana, first, async (tx) => {
      tries += 1;
      here += 1;
      if (here === 2) go();
      await both;
      return (await lockTask(tx, second))?.id;
    });
  expect(await Promise.all([inOrder(one, other), inOrder(other, one)])).toEqual([other, one]);
  expect(tries).toBe(3);
});
