/** A small shop as an app: customers, products, sales, repairs with a board, a dashboard. */

import { type App, toApp } from '../../src/apps/app.ts';
import { createRecord } from '../../src/apps/record.ts';
import {
  createFilters,
  createHistory,
  createLinks,
  createSchema,
  createSearch,
  createTable,
  createWorkflow,
} from '../../src/apps/schema.ts';
import { AppSpec, statusOf } from '../../src/apps/spec.ts';
import { createApp, setAppStatus } from '../../src/db/app.ts';
import { type Database, systemTransaction } from '../../src/db/client.ts';

const text = (key: string, label: string, more: object = {}) => ({
  id: `f_${key}`,
  key,
  label,
  type: 'text',
  ...more,
});

/** The spec, as it would come from a conversation; `views` may be fewer while it is being built. */
export function storeSpec(): AppSpec {
  return AppSpec.parse({
    specVersion: 1,
    slug: 'store',
    name: 'Cellphone Store CRM',
    icon: 'smartphone',
    hue: 222,
    entities: [
      {
        id: 'e_customers',
        key: 'customers',
        label: 'Customers',
        singular: 'Customer',
        icon: 'users',
        title: ['name'],
        fields: [
          text('name', 'Name', { required: true, search: true }),
          {
            id: 'f_phone',
            key: 'phone',
            label: 'Phone',
            type: 'phone',
            search: true,
            required: true,
          },
          {
            id: 'f_email',
            key: 'email',
            label: 'Email',
            type: 'email',
            search: true,
            unique: true,
          },
          text('city', 'City'),
          {
            ...{ id: 'f_tier', key: 'tier', label: 'Tier', type: 'choice' },
            options: [
              { key: 'standard', label: 'Standard', tone: 'grey' },
              { key: 'silver', label: 'Silver', tone: 'blue' },
              { key: 'gold', label: 'Gold', tone: 'amber' },
            ],
          },
          { id: 'f_newsletter', key: 'newsletter', label: 'Newsletter', type: 'boolean' },
          {
            id: 'f_notes',
            key: 'notes',
            label: 'Notes',
            type: 'longtext',
            help: 'Anything the next person at the counter should know.',
          },
        ],
      },
      {
        id: 'e_products',
        key: 'products',
        label: 'Products',
        singular: 'Product',
        icon: 'package',
        title: ['name'],
        fields: [
          text('name', 'Name', { required: true, search: true }),
          text('brand', 'Brand', { search: true }),
          { id: 'f_price', key: 'price', label: 'Price', type: 'money', required: true, min: 0 },
          { id: 'f_stock', key: 'stock', label: 'Stock', type: 'integer', min: 0 },
          { id: 'f_website', key: 'website', label: 'Website', type: 'url' },
        ],
      },
      {
        id: 'e_sales',
        key: 'sales',
        label: 'Sales',
        singular: 'Sale',
        icon: 'receipt',
        title: ['number'],
        fields: [
          text('number', 'Number', { required: true, search: true, unique: true }),
          {
            id: 'f_customer',
            key: 'customer',
            label: 'Customer',
            type: 'relation',
            to: 'customers',
            required: true,
          },
          {
            id: 'f_items',
            key: 'items',
            label: 'Items',
            type: 'relation',
            to: 'products',
            many: true,
          },
          { id: 'f_total', key: 'total', label: 'Total', type: 'money', required: true },
          { id: 'f_sold_on', key: 'sold_on', label: 'Sold on', type: 'date', required: true },
        ],
      },
      {
        id: 'e_repairs',
        key: 'repairs',
        label: 'Repairs',
        singular: 'Repair',
        icon: 'wrench',
        title: ['device'],
        fields: [
          text('device', 'Device', { required: true, search: true }),
          text('issue', 'Issue', { search: true }),
          {
            id: 'f_customer',
            key: 'customer',
            label: 'Customer',
            type: 'relation',
            to: 'customers',
            required: true,
          },
          {
            ...{
              id: 'f_status',
              key: 'status',
              label: 'Status',
              type: 'status',
              initial: 'received',
            },
            options: [
              { key: 'received', label: 'Received', tone: 'grey', next: ['diagnosing'] },
              {
                key: 'diagnosing',
                label: 'Diagnosing',
                tone: 'violet',
                next: ['repairing', 'received'],
              },
              {
                key: 'repairing',
                label: 'Repairing',
                tone: 'amber',
                next: ['ready', 'diagnosing'],
              },
              { key: 'ready', label: 'Ready', tone: 'green', next: ['delivered', 'repairing'] },
              { key: 'delivered', label: 'Delivered', tone: 'blue', next: [], final: true },
            ],
          },
          { id: 'f_quote', key: 'quote', label: 'Quote', type: 'money' },
          { id: 'f_due', key: 'due', label: 'Due date', type: 'date' },
          { id: 'f_notes', key: 'notes', label: 'Technician notes', type: 'longtext' },
        ],
      },
    ],
    views: [
      {
        ...{ id: 'v_dashboard', key: 'dashboard', label: 'Dashboard', kind: 'dashboard' },
        widgets: [
          {
            kind: 'number',
            label: 'Revenue today',
            entity: 'sales',
            op: 'sum',
            field: 'total',
            date: 'sold_on',
            days: 1,
          },
          {
            kind: 'number',
            label: 'Sales this month',
            entity: 'sales',
            op: 'count',
            date: 'sold_on',
            days: 30,
          },
          {
            kind: 'number',
            label: 'Open repairs',
            entity: 'repairs',
            op: 'count',
            filters: [{ field: 'status', op: 'ne', value: 'delivered' }],
          },
          {
            kind: 'number',
            label: 'Ready for pickup',
            entity: 'repairs',
            op: 'count',
            filters: [{ field: 'status', op: 'eq', value: 'ready' }],
          },
          {
            kind: 'series',
            label: 'Daily revenue',
            entity: 'sales',
            op: 'sum',
            field: 'total',
            date: 'sold_on',
            by: 'day',
            span: 30,
          },
          {
            kind: 'bars',
            label: 'Top customers',
            entity: 'sales',
            op: 'sum',
            field: 'total',
            group: 'customer',
            limit: 6,
          },
          {
            kind: 'bars',
            label: 'Repairs by status',
            entity: 'repairs',
            op: 'count',
            group: 'status',
          },
          {
            kind: 'records',
            label: 'Low stock',
            entity: 'products',
            filters: [{ field: 'stock', op: 'lt', value: 10 }],
            columns: ['name', 'brand', 'stock'],
          },
        ],
      },
      {
        id: 'v_board',
        key: 'repair_board',
        label: 'Repair board',
        kind: 'board',
        entity: 'repairs',
        field: 'status',
      },
      {
        id: 'v_customers',
        key: 'customers',
        label: 'Customers',
        kind: 'list',
        entity: 'customers',
        columns: ['name', 'phone', 'email', 'city', 'tier'],
      },
      {
        id: 'v_products',
        key: 'products',
        label: 'Products',
        kind: 'list',
        entity: 'products',
        columns: ['name', 'brand', 'price', 'stock', 'website'],
      },
      {
        id: 'v_sales',
        key: 'sales',
        label: 'Sales',
        kind: 'list',
        entity: 'sales',
        columns: ['number', 'customer', 'items', 'total', 'sold_on'],
      },
      {
        id: 'v_repairs',
        key: 'repairs',
        label: 'Repairs',
        kind: 'list',
        entity: 'repairs',
        columns: ['device', 'customer', 'issue', 'status', 'quote', 'due'],
      },
    ],
    rules: [
      {
        id: 'r_stock',
        label: 'Low stock',
        entity: 'products',
        on: 'update',
        when: [{ field: 'stock', op: 'lt', value: 10 }],
        message: '{name} is running low: {stock} left.',
      },
      {
        id: 'r_ready',
        label: 'Ready for pickup',
        entity: 'repairs',
        on: 'status',
        when: [{ field: 'status', op: 'eq', value: 'ready' }],
        message: '{device} is ready for pickup.',
      },
    ],
  });
}

/** Registers the app and makes its tables, empty. */
export async function createStore(
  db: Database,
  spec: AppSpec = storeSpec(),
  workspaceId = 'wsp_test',
): Promise<App> {
  const row = await systemTransaction(db, async (tx) => {
    const made = await createApp(tx, {
      workspaceId,
      taskId: null,
      slug: spec.slug,
      name: spec.name,
      spec,
    });
    await setAppStatus(tx, made.id, 'live');
    return made;
  });
  const app = toApp({ ...row, status: 'live' });
  await createSchema(db, app);
  for (const entity of spec.entities) await createTable(db, app, entity);
  await createLinks(db, app);
  for (const entity of spec.entities) {
    await createSearch(db, app, entity);
    await createFilters(db, app, entity);
    const status = statusOf(entity);
    if (status) await createWorkflow(db, app, entity, status);
  }
  await createHistory(db, app);
  return app;
}

/** Saves a record that must be valid, and returns its id. */
export async function addRecord(
  db: Database,
  app: App,
  entity: string,
  input: Record<string, string | string[]>,
): Promise<string> {
  const saved = await createRecord(db, app, entity, input);
  if (saved.kind !== 'saved') throw new Error(`${entity}: ${JSON.stringify(saved)}`);
  return saved.row.id;
}
