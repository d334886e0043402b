/** Many updates of one task and a slow channel: few edits, the last state shown, and silence said (PAINS 18). */
import { expect, test } from 'vitest';
import { lookAgain, silenceMs } from '../../src/engine/look.ts';
import { testBot } from '../support/bot.ts';
import { gate, toolStep } from '../support/engine.ts';

const bench = await testBot();
const { engine, shown } = bench;
const names = (count: number) => Array.from({ length: count }, (_, at) => `Part ${at + 1}`);

/** Every version of the progress card that the channel was given. */
const progressOf = (conversation: string) =>
  shown
    .filter(({ place }) => place.conversation === conversation)
    .flatMap(({ versions }) => versions)
    .filter(({ card }) => card.kind === 'progress');

test('1,000 updates lead to one edit each time the channel has a turn, and the last state stands', async () => {
  const turns = 6;
  const substeps = names(500);
  let mostWaiting = 0;
  let done = 0;
  bench.tool('work', async ({ substep }) => {
    for (const name of substeps) {
      await substep(name, async () => {});
      done += 1;
      if (done % 250 === 0)
        mostWaiting = Math.max(mostWaiting, (await bench.jobs('deliver', id)).length);
      // As a channel that lets through one edit in 1.5 s would, while 1,000 updates come in 10 s.
      if (done % Math.ceil(1000 / turns) === 0) await bench.settle();
    }
  });
  const id = await bench.propose([toolStep('a', { substeps }), toolStep('b', { substeps })]);
  const chat = bench.talk((await bench.task(id)).conversation);
  await bench.accept(id);
  await bench.runJobs(id, { pass: true });
  await bench.settle();

  expect(mostWaiting).toBeLessThanOrEqual(1);
  const edits = progressOf(chat.conversation);
  expect(edits.length).toBeLessThanOrEqual(8);
  const percents = edits.map(({ card }) => card.progress?.percent ?? 0);
  expect(percents).toEqual([...percents].sort((a, b) => a - b));
  expect(percents.at(-1)).toBe(100);
  for (const step of chat.last('progress').steps)
    expect(step.substeps.filter((part) => !part.done)).toEqual([]);
  expect(done).toBe(1000);
}, 240_000);

test('a part that ends right after another is shown, although the next one takes long', async () => {
  const leave = gate();
  bench.tool('work', async ({ substep }) => {
    await substep('Part 1', async () => {});
    // The look that part 1 asked for is over before part 2 is.
    await bench.db.raw`delete from graphile_worker._private_jobs where key = ${`deliver:${id}`}`;
    await substep('Part 2', async () => {});
    await substep('Part 3', () => leave.passed);
  });
  const id = await bench.propose([toolStep('a', { substeps: names(3) })]);
  const chat = bench.talk((await bench.task(id)).conversation);
  await bench.accept(id);
  const running = bench.runJobs(id, { pass: true });
  await expect
    .poll(
      async () => {
        await bench.settle();
        return progressOf(chat.conversation)
          .at(-1)
          ?.card.steps[0]?.substeps.map(({ done }) => done);
      },
      { timeout: 10_000 },
    )
    .toEqual([true, true, false]);
  leave.open();
  await running;
});

test('a silent step is said to be silent, and for how long, though nothing happens', async () => {
  const entered = gate();
  const leave = gate();
  bench.tool('work', async () => {
    entered.open();
    await leave.passed;
  });
  const id = await bench.propose([toolStep('a')]);
  const chat = bench.talk((await bench.task(id)).conversation);
  await bench.accept(id);
  const running = bench.runJobs(id, { pass: true });
  await entered.passed;
  // The database writes down the last news by its own clock; here it is the same as ours.
  const news = engine.now().getTime();
  await bench.db.raw`update task_steps set updated_at = ${engine.now()} where task_id = ${id}`;
  const wait = async (ms: number) => {
    bench.pass(news + ms - engine.now().getTime());
    await bench.settle();
  };
  await wait(silenceMs - 1);
  expect(chat.last('progress').text).not.toContain('No news');
  // Asked for by whoever runs the step; from then on each look asks for the next one.
  await bench.read(async (tx) => lookAgain(tx, await bench.task(id), engine.now()));
  for (const [minutes, words] of [
    [1, 'a minute'],
    [2, '2 minutes'],
    [5, '5 minutes'],
    [60, 'an hour'],
  ] as const) {
    await wait(minutes * silenceMs);
    const { note, text } = chat.last('progress');
    expect(note).toBe(`No news from “Do a” for more than ${words}.`);
    expect(text).toContain(note);
  }
  leave.open();
  await running;
  await bench.settle();
  expect(chat.last('progress').text).not.toContain('No news');
});
