/** Apps for tests: specs with every kind of field, and App values as the registry would hand them out. */
import { randomBytes } from 'node:crypto';
import type { Database } from '../db/client.ts';
import type { App } from './app.ts';
import {
  createFilters,
  createHistory,
  createLinks,
  createSchema,
  createSearch,
  createTable,
  createWorkflow,
} from './schema.ts';
import { AppSpec, type Entity } from './spec.ts';

type Loose<T> = T extends object ? { [K in keyof T]?: Loose<T[K]> | unknown } : T;

/** A registry row for a spec, not stored anywhere. */
export function appOf(spec: Loose<AppSpec> & { entities: unknown[] }): App {
  const id = `app_${randomBytes(6).toString('hex')}`;
  const parsed = AppSpec.parse({ specVersion: 1, slug: 'test', name: 'Test', views: [], ...spec });
  const now = new Date();
  return {
    ...{
      id,
      workspaceId: 'wsp_1',
      taskId: null,
      rehearsalRunId: null,
      slug: parsed.slug,
      name: parsed.name,
    },
    ...{ schemaName: id, roleName: `${id}_role`, spec: parsed, version: 1, status: 'live' },
    ...{ createdAt: now, updatedAt: now },
  };
}

/** Everything the workflow of a new app does to the database, in its order. */
export async function buildApp(db: Database, app: App): Promise<App> {
  await createSchema(db, app);
  for (const entity of app.spec.entities) await createTable(db, app, entity);
  await createLinks(db, app);
  for (const entity of app.spec.entities) await finishEntity(db, app, entity);
  await createHistory(db, app);
  return app;
}

async function finishEntity(db: Database, app: App, entity: Entity): Promise<void> {
  await createSearch(db, app, entity);
  await createFilters(db, app, entity);
  for (const field of entity.fields) {
    if (field.type === 'status') await createWorkflow(db, app, entity, field);
  }
}

let count = 0;
const field = (key: string, type: string, more: object = {}) => {
  count += 1;
  return { id: `f_${key}_${count}`, key, label: labelOf(key), type, ...more };
};
const entity = (key: string, singular: string, title: string[], fields: object[]) => ({
  ...{ id: `e_${key}`, key, label: labelOf(key), singular, title, fields },
});
const labelOf = (key: string): string =>
  key.charAt(0).toUpperCase() + key.slice(1).replaceAll('_', ' ');

export const make = { field, entity };

/** A repair shop: customers, products, repairs with a workflow, sales and tags. */
export const shopSpec = () => ({
  slug: 'shop',
  name: 'Repair shop',
  locale: 'en-US',
  currency: 'USD',
  timezone: 'America/New_York',
  entities: [
    entity(
      'customers',
      'Customer',
      ['name'],
      [
        field('name', 'text', { required: true, search: true }),
        field('phone', 'phone', { search: true }),
        field('email', 'email', { unique: true, search: true }),
        field('notes', 'longtext'),
      ],
    ),
    entity(
      'products',
      'Product',
      ['name'],
      [
        field('name', 'text', { required: true, search: true }),
        field('price', 'money', { min: 0 }),
        field('stock', 'integer', { min: 0, required: true }),
      ],
    ),
    entity('tags', 'Tag', ['name'], [field('name', 'text', { required: true, unique: true })]),
    entity(
      'repairs',
      'Repair',
      ['customer', 'device'],
      [
        field('customer', 'relation', { to: 'customers', required: true }),
        field('device', 'text', { required: true, search: true }),
        field('status', 'status', {
          initial: 'received',
          options: [
            { key: 'received', label: 'Received', next: ['repairing', 'cancelled'] },
            { key: 'repairing', label: 'Repairing', next: ['ready'] },
            { key: 'ready', label: 'Ready', next: ['done'], tone: 'green' },
            { key: 'done', label: 'Done', next: [], final: true },
            { key: 'cancelled', label: 'Cancelled', next: [], final: true },
          ],
        }),
        field('priority', 'choice', {
          options: [
            { key: 'low', label: 'Low' },
            { key: 'high', label: 'High', tone: 'red' },
          ],
        }),
        field('price', 'money'),
        field('due', 'date'),
        field('product', 'relation', { to: 'products', onDelete: 'clear' }),
        field('tags', 'relation', { to: 'tags', many: true, onDelete: 'clear' }),
      ],
    ),
  ],
  views: [
    {
      id: 'v_customers',
      key: 'customers',
      label: 'Customers',
      kind: 'list',
      entity: 'customers',
      columns: ['name', 'phone'],
    },
    {
      id: 'v_repairs',
      key: 'repairs',
      label: 'Repairs',
      kind: 'list',
      entity: 'repairs',
      columns: ['device', 'status', 'price', 'due'],
    },
    {
      id: 'v_board',
      key: 'board',
      label: 'Board',
      kind: 'board',
      entity: 'repairs',
      field: 'status',
    },
    {
      ...{ id: 'v_home', key: 'home', label: 'Overview', kind: 'dashboard' },
      widgets: [
        {
          kind: 'number',
          label: 'Open',
          entity: 'repairs',
          op: 'count',
          filters: [{ field: 'status', op: 'ne', value: 'done' }],
        },
        {
          kind: 'number',
          label: 'Taken',
          entity: 'repairs',
          op: 'sum',
          field: 'price',
          date: 'due',
          days: 7,
        },
        {
          kind: 'series',
          label: 'By day',
          entity: 'repairs',
          op: 'sum',
          field: 'price',
          date: 'due',
          by: 'day',
          span: 7,
        },
        { kind: 'bars', label: 'By status', entity: 'repairs', op: 'count', group: 'status' },
        {
          kind: 'bars',
          label: 'By customer',
          entity: 'repairs',
          op: 'sum',
          field: 'price',
          group: 'customer',
        },
        {
          kind: 'records',
          label: 'Low stock',
          entity: 'products',
          filters: [{ field: 'stock', op: 'lt', value: 10 }],
          columns: ['name', 'stock'],
        },
      ],
    },
  ],
  rules: [
    {
      id: 'r_low',
      label: 'Low stock',
      entity: 'products',
      on: 'update',
      when: [{ field: 'stock', op: 'lt', value: 10 }],
      message: 'Only {stock} of {title} left.',
    },
    {
      id: 'r_ready',
      label: 'Ready',
      entity: 'repairs',
      on: 'status',
      when: [{ field: 'status', op: 'eq', value: 'ready' }],
      message: '{title} is ready.',
    },
  ],
});
