import { describe, expect, it } from 'vitest';
import { type AppSpec, entityOf, statusOf } from '../../../apps/spec.ts';
import { reviseSpec } from './revise.ts';
import { understandText } from './understand.ts';

const context = {
  now: new Date('2026-01-05T09:00:00Z'),
  locale: 'en-US',
  currency: 'USD',
  timezone: 'UTC',
};
const app = understandText('Create a CRM for my cellphone store', context);
if (app.kind !== 'app') throw new Error('The canonical sentence gave no app.');
const { spec } = app;

function revised(change: string, from: AppSpec = spec): { spec: AppSpec; changes: string[] } {
  const answer = reviseSpec(from, change, context);
  if (answer.kind === 'question') throw new Error(`"${change}" gave a question: ${answer.text}`);
  return answer;
}

const keys = (changed: AppSpec, entity: string) =>
  entityOf(changed, entity).fields.map((field) => field.key);
const field = (changed: AppSpec, entity: string, key: string) =>
  entityOf(changed, entity).fields.find((candidate) => candidate.key === key);

describe('fields', () => {
  it('are added, several at once', () => {
    expect(
      keys(revised('add birthday and loyalty points to customers').spec, 'customers').slice(-2),
    ).toEqual(['birthday', 'loyalty_points']);
    expect(keys(revised('customers should also have a birthday').spec, 'customers')).toContain(
      'birthday',
    );
    expect(
      field(revised('add color (red, green, blue) to products').spec, 'products', 'color')?.type,
    ).toBe('choice');
  });

  it('keep their id when they are renamed', () => {
    const changed = revised('rename price to cost in products').spec;
    expect(field(changed, 'products', 'cost')?.id).toBe(field(spec, 'products', 'price')?.id);
  });

  it('become required, unique and of another type', () => {
    expect(field(revised('make email required').spec, 'customers', 'email')?.required).toBe(true);
    expect(
      field(revised('make price a whole number in products').spec, 'products', 'price')?.type,
    ).toBe('integer');
    expect(field(revised('make stock a decimal number').spec, 'products', 'stock')?.type).toBe(
      'decimal',
    );
    expect(revised('price in euros').spec.currency).toBe('EUR');
  });

  it('are dropped', () => {
    expect(keys(revised('remove phone from customers').spec, 'customers')).not.toContain('phone');
  });

  it('that are there already change nothing', () => {
    expect(reviseSpec(spec, 'add a notes field to customers', context)).toMatchObject({
      kind: 'question',
      text: 'Customers already have notes.',
    });
  });
});

describe('lists', () => {
  it('are added with their fields', () => {
    const changed = revised('add a suppliers list with name, email').spec;
    expect(keys(changed, 'suppliers')).toEqual(['name', 'email']);
    expect(changed.views.map((view) => view.key)).toContain('suppliers');
  });

  it('keep their id when they are renamed, and links follow', () => {
    const changed = revised('rename products to phones').spec;
    expect(entityOf(changed, 'phones').id).toBe(entityOf(spec, 'products').id);
    expect(
      entityOf(changed, 'sales').fields.some(
        (candidate) => candidate.type === 'relation' && candidate.to === 'phones',
      ),
    ).toBe(true);
  });

  it('take links, views and rules with them when they are dropped, and say so', () => {
    const { spec: changed, changes } = revised('drop customers');
    expect(changed.entities.map((entity) => entity.key)).toEqual(['products', 'sales', 'repairs']);
    expect(changes).toEqual([
      'Customers are dropped.',
      'Sales no longer link to customers.',
      'Repairs no longer link to customers.',
    ]);
  });

  it('are not all dropped', () => {
    expect(reviseSpec(spec, 'drop customers, products, sales and repairs', context).kind).toBe(
      'question',
    );
  });

  it('are linked', () => {
    expect(field(revised('link repairs to products').spec, 'repairs', 'product')).toMatchObject({
      type: 'relation',
      to: 'products',
    });
  });
});

describe('views, statuses, rules and names', () => {
  it('come and go', () => {
    expect(revised('without the board').spec.views.some((view) => view.kind === 'board')).toBe(
      false,
    );
    const dashboard = revised('add a dashboard with daily revenue').spec;
    expect(dashboard.views[0]?.kind).toBe('dashboard');
    expect(
      revised('no dashboard', dashboard).spec.views.some((view) => view.kind === 'dashboard'),
    ).toBe(false);
  });

  it('a cancelled state is reached from every state that is not final', () => {
    const status = statusOf(entityOf(revised('add status cancelled to repairs').spec, 'repairs'));
    expect(
      status?.options
        .filter((option) => option.next.includes('cancelled'))
        .map((option) => option.key),
    ).toEqual(['received', 'diagnosing', 'repairing', 'ready']);
  });

  it('search, alerts and the name change', () => {
    expect(field(revised('search by email').spec, 'customers', 'email')?.search).toBe(true);
    expect(revised('alert when stock is below 5').spec.rules[0]).toMatchObject({
      entity: 'products',
      when: [{ field: 'stock', op: 'lt', value: 5 }],
    });
    expect(revised('call it Phone Hub').spec).toMatchObject({
      name: 'Phone Hub',
      slug: 'cellphone-crm',
    });
  });
});

describe('a message of changes', () => {
  it('applies several at once', () => {
    const { changes } = revised('drop sales and add birthday to customers');
    expect(changes).toEqual(['Sales are dropped.', 'Customers get birthday.']);
  });

  it('goes on past what is there already', () => {
    expect(revised('drop sales and add notes to customers').changes).toEqual([
      'Sales are dropped.',
      'Customers already have notes.',
    ]);
  });

  it('asks back what it did not understand and changes nothing', () => {
    const answer = reviseSpec(spec, 'drop sales and make it nicer', context);
    expect(answer).toMatchObject({
      kind: 'question',
      text: expect.stringContaining('make it nicer'),
    });
  });
});
