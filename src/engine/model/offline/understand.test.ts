import { describe, expect, it } from 'vitest';
import { AppSpec, type Entity, entityOf, statusOf } from '../../../apps/spec.ts';
import type { Understanding } from '../model.ts';
import { understandText } from './understand.ts';

const context = {
  now: new Date('2026-01-05T09:00:00Z'),
  locale: 'en-US',
  currency: 'USD',
  timezone: 'UTC',
};

const canonical = 'Create a CRM for my cellphone store';
const bulleted = `Create a CRM for my cellphone store with:
- Customer list with name, phone, email
- Product inventory with brand, model, price, stock
- Sales tracking linked to customers and products
- Repair status board with: received, diagnosing, repairing, ready, delivered
- Search by customer name or phone number`;

function appOf(text: string): Understanding {
  const answer = understandText(text, context);
  if (answer.kind !== 'app') throw new Error(`"${text}" gave a question: ${answer.text}`);
  return answer;
}

const keys = (entity: Entity) => entity.fields.map((field) => field.key);
const shape = (entity: Entity) =>
  entity.fields
    .map((field) =>
      field.type === 'relation'
        ? `${field.key}>${field.to}${field.many ? '*' : ''}`
        : `${field.key}:${field.type}`,
    )
    .join(' ');

describe('the canonical sentence', () => {
  const app = appOf(canonical);

  it('gives action, type, domain and implied entities (F21–F24)', () => {
    expect(app).toMatchObject({
      action: 'Create application',
      type: 'CRM',
      domain: 'Cellphone retail',
      shortName: 'CRM',
    });
    expect(app.impliedEntities).toEqual(['customers', 'products', 'sales', 'repairs']);
  });

  it('has the name, address and confidence of the plan card (F52, F53, F96)', () => {
    expect(app.spec).toMatchObject({ name: 'Cellphone Store CRM', slug: 'cellphone-crm' });
    expect(app.confidence).toBe(0.92);
  });

  it('has four tables of 6, 7, 5 and 8 fields (F138)', () => {
    expect(app.spec.entities.map((entity) => [entity.key, entity.fields.length])).toEqual([
      ['customers', 6],
      ['products', 7],
      ['sales', 5],
      ['repairs', 8],
    ]);
  });

  it('links sales and repairs', () => {
    expect(shape(entityOf(app.spec, 'sales'))).toContain('customer>customers product>products');
    expect(shape(entityOf(app.spec, 'repairs'))).toContain('customer>customers');
  });

  it('has four lists and one board, and no dashboard (F98)', () => {
    expect(app.spec.views.map((view) => view.kind)).toEqual([
      'list',
      'list',
      'list',
      'list',
      'board',
    ]);
  });

  it('searches by name, phone and status (F99)', () => {
    const found = app.spec.entities.flatMap((entity) =>
      entity.fields.filter((field) => field.search).map((field) => field.label),
    );
    expect([...new Set(found)]).toEqual(['Name', 'Phone', 'Status']);
  });

  it('lets repairs go one step on and one back, and no further (F100)', () => {
    const status = statusOf(entityOf(app.spec, 'repairs'));
    expect(status?.options.map((option) => [option.key, option.next, option.final])).toEqual([
      ['received', ['diagnosing'], false],
      ['diagnosing', ['repairing', 'received'], false],
      ['repairing', ['ready', 'diagnosing'], false],
      ['ready', ['delivered', 'repairing'], false],
      ['delivered', ['ready'], true],
    ]);
  });

  it('says what was guessed', () => {
    expect(app.guessed[0]).toBe(
      'Customers, products, sales and repairs come from what cellphone retail usually needs.',
    );
  });
});

describe('the bulleted description (F28–F33)', () => {
  it.each([
    ['dashes', bulleted],
    ['stars', bulleted.replaceAll('\n- ', '\n* ')],
    ['dots', bulleted.replaceAll('\n- ', '\n• ')],
    [
      'numbers',
      bulleted
        .split('\n- ')
        .map((line, at) => (at ? `${at}. ${line}` : line))
        .join('\n'),
    ],
    [
      'colons',
      bulleted.replaceAll('list with', 'list:').replaceAll('inventory with', 'inventory:'),
    ],
    [
      'arrows',
      bulleted.replace(
        'with: received, diagnosing, repairing, ready, delivered',
        ': received → diagnosing → repairing → ready → delivered',
      ),
    ],
    [
      'brackets',
      bulleted.replace(
        'with: received, diagnosing, repairing, ready, delivered',
        '(received, diagnosing, repairing, ready, delivered)',
      ),
    ],
    ['indents', bulleted.replaceAll('\n- ', '\n    - ')],
    ['Windows lines', bulleted.replaceAll('\n', '\r\n')],
    [
      'sentences',
      bulleted
        .replaceAll('\n- ', '. ')
        .replace(' with:. ', '. It needs a ')
        .replace('with: received', 'with received'),
    ],
  ])('is read in full, written with %s', (_, text) => {
    const { spec } = appOf(text);
    expect(spec.entities.map((entity) => entity.key)).toEqual([
      'customers',
      'products',
      'sales',
      'repairs',
    ]);
    expect(keys(entityOf(spec, 'customers'))).toEqual(['name', 'phone', 'email']);
    expect(keys(entityOf(spec, 'products'))).toEqual(['brand', 'model', 'price', 'stock']);
    expect(keys(entityOf(spec, 'sales'))).toEqual([
      'customer',
      'product',
      'date',
      'quantity',
      'total',
    ]);
    expect(statusOf(entityOf(spec, 'repairs'))?.options.map((option) => option.key)).toEqual([
      'received',
      'diagnosing',
      'repairing',
      'ready',
      'delivered',
    ]);
    const search = entityOf(spec, 'customers').fields.filter((field) => field.search);
    expect(search.map((field) => field.key)).toEqual(expect.arrayContaining(['name', 'phone']));
  });

  it('remembers the words that asked for each field', () => {
    const { spec } = appOf(bulleted);
    expect(entityOf(spec, 'customers').fields[0]?.source).toBe(
      'Customer list with name, phone, email',
    );
    expect(appOf(canonical).spec.entities[0]?.fields[0]?.source).toBeUndefined();
  });

  it('is surer than the short sentence', () => {
    expect(appOf(bulleted).confidence).toBeGreaterThan(appOf(canonical).confidence);
  });
});

describe('good descriptions (F25–F27)', () => {
  it('makes a CRM with customers and a repair board', () => {
    const { spec } = appOf('CRM for cellphone store with customer tracking and repair status');
    expect(spec.entities.map((entity) => entity.key)).toEqual(
      expect.arrayContaining(['customers', 'repairs']),
    );
    expect(spec.views.some((view) => view.kind === 'board' && view.entity === 'repairs')).toBe(
      true,
    );
  });

  it('makes a dashboard with daily revenue and top products', () => {
    const { spec } = appOf('Sales dashboard showing daily revenue and top products');
    const dashboard = spec.views.find((view) => view.kind === 'dashboard');
    expect(
      dashboard?.kind === 'dashboard' && dashboard.widgets.map((widget) => widget.kind),
    ).toEqual(expect.arrayContaining(['number', 'series', 'bars']));
    expect(spec.views.filter((view) => view.kind === 'list').map((view) => view.key)).toEqual([
      'products',
      'sales',
    ]);
  });

  it('makes an alert when stock is below ten', () => {
    const { spec } = appOf('Inventory system with stock alerts when below 10 units');
    expect(spec.rules[0]).toMatchObject({
      entity: 'products',
      when: [{ field: 'stock', op: 'lt', value: 10 }],
      message: 'Stock is below 10.',
    });
  });
});

describe('vague and empty texts', () => {
  it.each([
    'Make an app',
    'Dashboard',
    'Track stuff',
    'app',
    '',
    '   ',
    '🎉🎉',
    '???',
    'asdf qwer zxcv',
    '12345',
    'hello',
  ])('"%s" gives a question with suggestions that work', (text) => {
    const answer = understandText(text, context);
    expect(answer.kind).toBe('question');
    if (answer.kind !== 'question') return;
    expect(answer.suggestions.length).toBeGreaterThanOrEqual(3);
    for (const suggestion of answer.suggestions)
      expect(understandText(suggestion, context).kind, suggestion).toBe('app');
  });
});

describe('difficult names', () => {
  it('keeps the script of a label and makes an ASCII key', () => {
    const { spec } = appOf('Track Köche: name, Straße and größe');
    expect(spec.entities[0]?.fields.map((field) => field.key)).toEqual([
      'name',
      'strasse',
      'grosse',
    ]);
    const greek = appOf('Each πελάτης has a name and email');
    expect(greek.spec.entities[0]).toMatchObject({ key: 'entity_1', singular: 'Πελάτης' });
  });

  it('takes SQL and HTML as words at most', () => {
    const { spec } = appOf(
      'Each <script>alert(1)</script>customer has a name, email and "; DROP TABLE users; --',
    );
    expect(JSON.stringify(spec)).not.toContain('<script');
    expect(spec.entities.map((entity) => keys(entity))).toEqual([['name', 'email']]);
    expect(spec.entities[0]?.key).toBe('customers');
  });

  it.each(['user', 'order', 'select', 'group', 'table'])(
    'gives the reserved word "%s" a fine key',
    (word) => {
      const { spec } = appOf(
        `Each ${word} has a name, a price and a date. Each ${word} has an email.`,
      );
      expect(spec.entities[0]?.key).toMatch(/^[a-z][a-z_]+s$/);
    },
  );

  it('builds sixty entities and asks above eighty', () => {
    const names = (n: number) =>
      Array.from(
        { length: n },
        (_, at) => `thing${String.fromCharCode(97 + Math.floor(at / 26), 97 + (at % 26))}x`,
      );
    const text = (n: number) =>
      names(n)
        .map((name) => `Each ${name} has a name and a date.`)
        .join('\n');
    expect(appOf(text(60)).spec.entities).toHaveLength(60);
    expect(understandText(text(90), context)).toMatchObject({
      kind: 'question',
      text: expect.stringContaining('80'),
    });
  });

  it('reads 100 kB in a time that grows with the length only', () => {
    const text = 'Each customer has a name, phone and email, and belongs to a region. '.repeat(
      1_500,
    );
    const start = performance.now();
    expect(understandText(text, context).kind).toBe('app');
    // A third of a second on an idle machine; a pattern that backtracks takes minutes.
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  it('returns specs that parse', () => {
    for (const text of [canonical, bulleted])
      expect(AppSpec.safeParse(appOf(text).spec).success).toBe(true);
  });
});

describe('a thing that is named by what the app is for', () => {
  it.each([
    [
      'Build a tracker for bicycles with frame number and owner',
      'bicycles',
      ['frame_number', 'owner'],
    ],
    ['A tracker for boats with length and captain', 'boats', ['length', 'captain']],
    ['Make a tracker of books with author, title and price', 'books', ['author', 'title', 'price']],
    ['I need an inventory for bikes: frame number, colour', 'bikes', ['frame_number', 'colour']],
  ])('has the fields that %s lists', (text, table, fields) => {
    const { entities } = appOf(text).spec;
    expect(entities.map((entity) => [entity.key, keys(entity)])).toEqual([[table, fields]]);
  });

  it('is only the place where things are listed', () => {
    const { entities } = appOf('Create an app for projects with tasks and people').spec;
    expect(entities.map(({ key }) => key)).toEqual(['projects', 'tasks', 'people']);
  });
});
