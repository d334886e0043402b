/** Descriptions of apps: the entities, fields and links that the model sees in each. */
import type { AppSpec } from '../../src/apps/spec.ts';
import type { Model } from '../../src/engine/model/model.ts';
import { type Item, type Prediction, score } from './kit.ts';
import type { Scores } from './table.ts';

/** Columns that every table of an app has without being asked. */
const system = [
  { name: 'id', type: 'integer' },
  { name: 'created_at', type: 'datetime' },
  { name: 'updated_at', type: 'datetime' },
];

export async function predictApp(model: Model, { id, text }: Item): Promise<Prediction> {
  const context = { now: new Date(), locale: 'en-US', currency: 'USD', timezone: 'UTC' };
  const answer = await model.understand(text, context);
  return {
    id,
    ...(answer.kind === 'app' ? shapeOf(answer.spec) : { entities: [], relations: [] }),
  };
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

type Report = {
  overall: Record<'spec_f1' | 'entity_f1' | 'field_f1' | 'relation_f1' | 'type_acc', number>;
};

export function scoreApps(
  folder: string,
  predictions: Prediction[],
  half: Parameters<typeof score>[2],
): Scores {
  const { overall } = score<Report>(folder, predictions, half);
  return {
    'all parts': overall.spec_f1,
    entities: overall.entity_f1,
    fields: overall.field_f1,
    relations: overall.relation_f1,
    types: overall.type_acc,
  };
}
