/** Reads descriptions (JSONL with id and text) and prints the app that the offline model sees in each. */
import { readFileSync } from 'node:fs';
import type { AppSpec } from '../src/apps/spec.ts';
import { createOfflineModel } from '../src/engine/model/offline/offline.ts';

/** Columns that every table of an app has without being asked. */
const system = [
  { name: 'id', type: 'integer' },
  { name: 'created_at', type: 'datetime' },
  { name: 'updated_at', type: 'datetime' },
];

const [file] = process.argv.slice(2);
if (!file) throw new Error('usage: tsx bench/appspec.ts <input.jsonl>');
const model = createOfflineModel();
const context = { now: new Date(), locale: 'en-US', currency: 'USD', timezone: 'UTC' };
for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
  const { id, text } = JSON.parse(line) as { id: string; text: string };
  const answer = await model.understand(text, context);
  console.log(
    JSON.stringify({
      id,
      ...(answer.kind === 'app' ? shapeOf(answer.spec) : { entities: [], relations: [] }),
    }),
  );
}

/** Entities with their own fields, links apart. */
function shapeOf({ entities }: AppSpec) {
  return {
    entities: entities.map((entity) => ({
      name: entity.key,
      fields: [
        ...system,
        ...entity.fields
          .filter((field) => field.type !== 'relation')
          .map((field) => ({ name: field.key, type: field.type })),
      ],
    })),
    relations: entities.flatMap((entity) =>
      entity.fields.flatMap((field) =>
        field.type === 'relation' ? [{ from: entity.key, to: field.to }] : [],
      ),
    ),
  };
}
