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
const shapes = (text: string) =>
  Object.fromEntries(appOf(text).spec.entities.map((entity) => [entity.key, shape(entity)]));

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

describe('grammar', () => {
  it.each<[string, Record<string, string>]>([
    [
      'Keep track of bee hives: each hive has a location, queen age and last inspection date, and belongs to an apiary',
      { bee_hives: 'location:text queen_age:integer last_inspection_date:date apiary>apiaries' },
    ],
    [
      'Track job applications: company, position, date applied, status (applied, interview, offer, rejected), notes',
      {
        job_applications:
          'company:text position:text date_applied:date status:status notes:longtext',
      },
    ],
    [
      'Create a todo list app with tasks that have title, due date, priority and done',
      { tasks: 'title:text due_date:date priority:choice done:boolean' },
    ],
    [
      'create an expense tracker with amount, date and category',
      { expenses: 'amount:money date:date category:text' },
    ],
    [
      'employee(id, name, dept), department(id, name, location)',
      { employees: 'name:text dept>departments', departments: 'name:text location:text' },
    ],
    [
      'A product can have multiple tags. Products have name and price.',
      { products: 'name:text price:money tags>tags*', tags: 'name:text' },
    ],
    [
      'Members have a name and email. Each meeting has a date and a topic. Members can attend many meetings and each meeting has many members.',
      { members: 'name:text email:email meetings>meetings*', meetings: 'date:date topic:text' },
    ],
    [
      'Each employee has a name and a manager (another employee).',
      { employees: 'name:text manager>employees' },
    ],
    [
      'Organizations may have a parent organization and a name.',
      { organizations: 'parent_organization>organizations name:text' },
    ],
    [
      'I need a simple app to log my plants: name, species, when I last watered them and whether they are indoors',
      { plants: 'name:text species:text last_watered:date indoors:boolean' },
    ],
    [
      'I run a small vet practice and need to keep track of pets, their owners and vaccinations',
      { pets: expect.stringContaining('owner>owners'), vaccinations: expect.any(String) },
    ],
    [
      'Create a database with users, roles and permissions. A user can have many roles and a role can have many permissions.',
      {
        users: expect.stringContaining('roles>roles*'),
        roles: expect.stringContaining('permissions>permissions*'),
      },
    ],
    [
      'Order tracking. Orders have a number and a total. Track the status of orders from new to packed to shipped.',
      { orders: 'number:text total:money status:status' },
    ],
    [
      'A showtime is for one movie on one screen and has a start time and a price.',
      { showtimes: 'start_time:time price:money movie>movies screen>screens' },
    ],
    [
      'Artists release albums, albums contain tracks. Each track has a title and a duration in seconds.',
      { tracks: 'title:text duration:integer album>albums' },
    ],
    [
      'When a student borrows a book, we record the borrow date and the due date.',
      { loans: 'borrow_date:date due_date:date student>students book>books' },
    ],
    [
      'Each account has a number and a balance. Transactions are recorded for each account with date, amount and description.',
      { transactions: 'date:date amount:money description:longtext account>accounts' },
    ],
    [
      'Customers can place orders. Users can comment on posts. Each comment has a body and a date.',
      {
        orders: expect.stringContaining('customer>customers'),
        comments: expect.stringContaining('post>posts'),
      },
    ],
    [
      'Products (name, price); stock movements (inbound, outbound, transfer)',
      { stock_movements: expect.stringContaining('type:choice') },
    ],
    [
      'CREATE TABLE customers (id SERIAL PRIMARY KEY, email VARCHAR(255) NOT NULL UNIQUE, born DATE);',
      { customers: 'email:email born:date' },
    ],
    [
      'Design a database for a user management system. The users table should have columns for user_id, username, email, password_hash, created_at, and updated_at. Also create a user_roles table with role_id, role_name, and permissions columns.',
      {
        users: 'username:text email:email password_hash:text',
        user_roles: 'role_name:text permissions:text',
      },
    ],
    [
      'Books have a title and a color (red, green, blue). Books are linked to authors.',
      { books: 'title:text color:choice author>authors' },
    ],
    [
      'Each patient is identified by SSN, and their names, addresses, and ages must be recorded.',
      { patients: 'ssn:text name:text address:longtext age:integer' },
    ],
    [
      '## Entities\n### Customer\n- name (required)\n- email (unique)\n### Order\n- order number\n- status: new, paid, shipped\n- belongs to customer',
      {
        customers: 'name:text email:email',
        orders: 'order_number:text status:status customer>customers',
      },
    ],
  ])('reads: %s', (text, expected) => {
    expect(shapes(text)).toMatchObject(expected);
  });

  it('makes line items a thing of their own, linked to their orders', () => {
    expect(shapes('Order management. Manage orders and their line items.')).toMatchObject({
      order_items: expect.stringContaining('order>orders'),
    });
  });

  it('merges two mentions of one thing', () => {
    expect(Object.keys(shapes('Customers have a name. A customer has a phone.'))).toEqual([
      'customers',
    ]);
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

  it('reads 100 kB in half a second', () => {
    const text = 'Each customer has a name, phone and email, and belongs to a region. '.repeat(
      1_500,
    );
    const start = performance.now();
    expect(understandText(text, context).kind).toBe('app');
    expect(performance.now() - start).toBeLessThan(1_500);
  });

  it('returns specs that parse', () => {
    for (const text of [canonical, bulleted])
      expect(AppSpec.safeParse(appOf(text).spec).success).toBe(true);
  });
});
