/**
 * How well words are understood: `npm run eval -- <folder>` reads kits of labelled texts (`tasks`, `commands`,
 * `appspec`, each with `input.jsonl`, `gold.jsonl` and its scorer `score.mjs`) and prints a table for each.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createOfflineModel } from '../src/engine/model/offline/offline.ts';
import { predictApp, scoreApps } from './eval/appspec.ts';
import { predictCommand, scoreCommands } from './eval/commands.ts';
import { type Item, type Prediction, readLines } from './eval/kit.ts';
import { type Scores, tableOf } from './eval/table.ts';
import { predictTasks, scoreTasks } from './eval/tasks.ts';

const model = createOfflineModel();
type Kit = {
  name: string;
  predict: (item: never) => Prediction | Promise<Prediction>;
  score: (folder: string, predictions: Prediction[], half: 'open' | 'closed' | 'all') => Scores;
};
const kits: Kit[] = [
  { name: 'tasks', predict: (item) => predictTasks(model, item), score: scoreTasks },
  { name: 'commands', predict: predictCommand, score: scoreCommands },
  { name: 'appspec', predict: (item) => predictApp(model, item), score: scoreApps },
];

const [home] = process.argv.slice(2);
const present = home ? kits.filter(({ name }) => existsSync(join(home, name, 'gold.jsonl'))) : [];
if (!home || present.length === 0) {
  console.error('usage: npm run eval -- <folder with the kits tasks, commands or appspec>');
  process.exit(2);
}
for (const { name, predict, score } of present) {
  const folder = join(home, name);
  const predictions: Prediction[] = [];
  for (const item of readLines<Item>(join(folder, 'input.jsonl')))
    predictions.push(await predict(item as never));
  const columns = {
    open: score(folder, predictions, 'open'),
    closed: score(folder, predictions, 'closed'),
    all: score(folder, predictions, 'all'),
  };
  console.log(`${tableOf(`${name} (${predictions.length} items)`, columns)}\n`);
}
