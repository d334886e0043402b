/** What the evaluation does with its kits, on a kit of our own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { predictCommand } from '../bench/eval/commands.ts';
import { halfOf, readLines, score } from '../bench/eval/kit.ts';
import { tableOf } from '../bench/eval/table.ts';
import { predictTasks } from '../bench/eval/tasks.ts';
import { createOfflineModel } from '../src/engine/model/offline/offline.ts';

const home = mkdtempSync(join(tmpdir(), 'factotum-kit-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const ids = Array.from({ length: 40 }, (_, index) => `item-${index}`);
writeFileSync(join(home, 'gold.jsonl'), ids.map((id) => `${JSON.stringify({ id })}\n`).join(''));
/** Counts what it is given. */
writeFileSync(
  join(home, 'score.mjs'),
  `import { readFileSync } from 'node:fs';
   const [predictions, gold] = process.argv.slice(2, 4).map((file) => readFileSync(file, 'utf8').split('\\n').filter(Boolean).length);
   console.log(JSON.stringify({ predictions, gold }));`,
);

test('each item is in one half, and the scorer sees that half alone', () => {
  const predictions = ids.map((id) => ({ id }));
  const open = ids.filter((id) => halfOf(id) === 'open').length;
  expect(open).toBeGreaterThan(5);
  expect(open).toBeLessThan(35);
  expect(score(home, predictions, 'open')).toEqual({ predictions: open, gold: open });
  expect(score(home, predictions, 'closed')).toEqual({ predictions: 40 - open, gold: 40 - open });
  expect(score(home, predictions, 'all')).toEqual({ predictions: 40, gold: 40 });
});

test('a line that is no JSON is named', () => {
  const file = join(home, 'broken.jsonl');
  writeFileSync(file, '{"id":"one"}\n{"id":\n');
  expect(() => readLines(file)).toThrow(/broken\.jsonl:2 is no JSON/);
});

test('scores are printed as percent, a column a half', () => {
  const table = tableOf('kit', {
    open: { title: 0.5 },
    closed: { title: 0.25 },
    all: { title: 0.4 },
  });
  expect(table.split('\n')[1]).toMatch(/^title\s+50\.0\s+25\.0\s+40\.0$/);
});

test('a message is predicted as its tasks, and a date as a day', async () => {
  const model = createOfflineModel();
  const message = {
    id: 'a',
    kind: 'message',
    text: 'Please call Ines.',
    ref: '2026-03-04T08:00:00',
  };
  expect(await predictTasks(model, message)).toMatchObject({
    tasks: [{ title: 'Call Ines', span: 'Please call Ines.' }],
  });
  const due = { id: 'b', kind: 'due', text: 'tomorrow', ref: '2026-03-04T08:00:00' };
  expect(await predictTasks(model, due)).toEqual({ id: 'b', due: '2026-03-05' });
});

test('a command is predicted with every task that it may mean', () => {
  const open_tasks = ['Paint the fence', 'Paint the door', 'Feed the cat'];
  const predict = (text: string) => predictCommand({ id: 'a', text, open_tasks });
  expect(predict('pause the paint task')).toMatchObject({
    intent: 'pause',
    targets: ['Paint the fence', 'Paint the door'],
  });
  expect(predict('how is my cat task going?')).toMatchObject({
    intent: 'status',
    targets: ['Feed the cat'],
  });
});
