import { describe, expect, it } from 'vitest';
import type { Entity } from '../../../apps/spec.ts';
import type { Understanding } from '../model.ts';
import { understandText } from './understand.ts';

const context = {
  now: new Date('2026-01-05T09:00:00Z'),
  locale: 'en-US',
  currency: 'USD',
  timezone: 'UTC',
};

function appOf(text: string): Understanding {
  const answer = understandText(text, context);
  if (answer.kind !== 'app') throw new Error(`"${text}" gave a question: ${answer.text}`);
  return answer;
}

const shape = (entity: Entity) =>
  entity.fields
    .map((field) => {
      if (field.type === 'relation') return `${field.key}>${field.to}${field.many ? '*' : ''}`;
      if (field.type === 'status' || field.type === 'choice')
        return `${field.key}(${field.options.map((option) => option.key).join(',')})`;
      return `${field.key}:${field.type}`;
    })
    .join(' ');
const shapes = (text: string) =>
  Object.fromEntries(appOf(text).spec.entities.map((entity) => [entity.key, shape(entity)]));
const rules = (text: string) =>
  appOf(text).spec.rules.map(({ entity, when }) => [
    entity,
    ...when.map(({ field, op, value }) => `${field} ${op} ${value}`),
  ]);
const anything = expect.any(String);

describe('what was said', () => {
  it.each<[string, Record<string, string>]>([
    [
      'App for a coffee roastery: roasts with origin, weight in kg, roast date and profile (light, medium, dark); orders from cafes with a due date and status new, roasted, shipped, paid',
      {
        roasts: 'origin:text weight:decimal roast_date:date profile(light,medium,dark)',
        orders: 'due_date:date status(new,roasted,shipped,paid) cafe>cafes',
        cafes: 'name:text',
      },
    ],
    [
      'Build me a tracker for job applications. Each application has a company, position, salary, applied date, and a status that goes from applied to interview to offer or rejected.',
      {
        applications:
          'company:text position:text salary:money applied_date:date status(applied,interview,offer,rejected)',
      },
    ],
    [
      "I want to track my kids' chores: child, chore, points, done yes/no",
      { kids_chores: 'child:text chore:text points:integer done:boolean' },
    ],
    [
      'Track members: name, active (yes/no), paid: yes/no, resigned y/n, vaccinated or not',
      { members: 'name:text active:boolean paid:boolean resigned:boolean vaccinated:boolean' },
    ],
    [
      'Manage equipment rentals: items (name, serial number, daily rate), customers, and rentals with start date, end date, deposit',
      {
        items: 'name:text serial_number:text daily_rate:money',
        customers: 'name:text email:email phone:phone',
        rentals: 'start_date:date end_date:date deposit:money item>items customer>customers',
      },
    ],
    [
      'a simple blog with posts, categories and comments',
      { posts: anything, categories: anything, comments: expect.stringContaining('post>posts') },
    ],
    [
      "We need something to manage our church's volunteers and who serves at which event",
      { volunteers: expect.stringContaining('events>events*'), events: anything },
    ],
    [
      'Table Books: title, author\nTable Loans: book, borrower, due back, returned yes/no',
      {
        books: 'title:text author:text',
        loans: 'book>books borrower:text due_back:date returned:boolean',
      },
    ],
    [
      'Projects\nFields: name, client, budget\nTasks\nFields: title, project, done',
      {
        projects: 'name:text client:text budget:money',
        tasks: 'title:text project>projects done:boolean',
      },
    ],
    [
      'Fleet app:\n- Vehicles: plate number, mileage\n- Trips: vehicle, date, distance in km',
      {
        vehicles: 'plate_number:text mileage:integer',
        trips: 'vehicle>vehicles date:date distance:decimal',
      },
    ],
    [
      'Flower stand: bouquets (name, price), ribbons, and orders with bouquets, ribbons, total',
      {
        bouquets: 'name:text price:money',
        ribbons: anything,
        orders: 'total:money bouquets>bouquets* ribbons>ribbons*',
      },
    ],
    [
      'An employee has a name and email. An employee reports to another employee.',
      { employees: 'name:text email:email reports_to>employees' },
    ],
    [
      'For each hive I want to know where it is, when it was last inspected, how many frames it has and who inspected it.',
      {
        hives: 'location:text last_inspected:date number_of_frames:integer inspected_by:text',
      },
    ],
    [
      'A small app to keep my vinyl records: artist, condition: mint / good / poor, where I bought it, rating 1-5',
      { vinyls: 'artist:text condition(mint,good,poor) bought_at:text rating:integer' },
    ],
  ])('outweighs what is known: %s', (text, expected) => {
    expect(shapes(text)).toEqual(expected);
  });
});

describe('a status', () => {
  it.each([
    [
      'Track bugs: title, status open/fixed/closed, owner',
      'title:text status(open,fixed,closed) owner:text',
    ],
    [
      'Track bugs: title, status: open, fixed or closed, owner',
      'title:text status(open,fixed,closed) owner:text',
    ],
    ['Track bugs: title, status (open > fixed > closed)', 'title:text status(open,fixed,closed)'],
    [
      'Bugs have a title and a status of open, fixed or closed.',
      'title:text status(open,fixed,closed)',
    ],
    [
      'Bugs have a title, an owner and are open, fixed or closed.',
      'title:text owner:text status(open,fixed,closed)',
    ],
    [
      'An app for bugs. Stages: open, fixed, closed. Each bug has a title and an owner.',
      'title:text owner:text stage(open,fixed,closed)',
    ],
    [
      'Each bug has a title and an owner. A bug moves from open to fixed to closed.',
      'title:text owner:text status(open,fixed,closed)',
    ],
  ])('is read from: %s', (text, expected) => {
    expect(Object.values(shapes(text))).toEqual([expected]);
  });

  it('ends in one of several ways after "or"', () => {
    const [entity] = appOf('A proposal moves from idea to draft to won or declined').spec.entities;
    const status = entity?.fields.find((field) => field.type === 'status');
    expect(
      status?.type === 'status' && status.options.map(({ key, final }) => [key, final]),
    ).toEqual([
      ['idea', false],
      ['draft', false],
      ['won', true],
      ['declined', true],
    ]);
  });
});

it('a result is one of what follows "which is"', () => {
  expect(
    shapes('Each inspection records the date and a result which is pass, fail or conditional.'),
  ).toEqual({ inspections: 'date:date result(pass,fail,conditional)' });
});

it('shipments are what they were said to be', () => {
  expect(shapes('Shipments are pending, in transit, delivered or lost')).toMatchObject({
    shipments: expect.stringContaining('status(pending,in_transit,delivered,lost)'),
  });
});

describe('an alert', () => {
  it.each<[string, (string | string[])[]]>([
    [
      'warehouse app with products and suppliers, notify me when stock is under 20',
      ['products', 'stock lt 20'],
    ],
    ['Products have name, stock and price. Low stock warning at 5.', ['products', 'stock lte 5']],
    [
      'Medicines have name and quantity. Send an alert when quantity drops below 15.',
      ['medicines', 'quantity lt 15'],
    ],
    [
      'Track pumps: name, vibration; warn me if vibration exceeds 1,200',
      ['pumps', 'vibration gt 1200'],
    ],
    [
      'Track rentals: start date, end date; alert when a rental is overdue',
      ['rentals', 'end_date lt today'],
    ],
    [
      'Track invoices: number, due date and status draft/sent/paid. Remind me if an invoice is overdue.',
      ['invoices', 'due_date lt today', 'status ne paid'],
    ],
    [
      'Track permits: name, expiry date. Tell me when a permit is expired.',
      ['permits', 'expiry_date lt today'],
    ],
    [
      'Track permits: name, expiry date. Warn us if a permit expires within 30 days.',
      ['permits', 'expiry_date lte today+30'],
    ],
    [
      'Track contracts: vendor, end date. Email me two weeks before the end date.',
      ['contracts', 'end_date lte today+14'],
    ],
  ])('watches what it names: %s', (text, expected) => {
    expect(rules(text)).toEqual([expected]);
  });

  it('may name two conditions', () => {
    expect(
      rules(
        'Readings have a date, humidity and temperature. Alert me if humidity goes above 80 or temperature falls below 5.',
      ),
    ).toEqual([
      ['readings', 'humidity gt 80'],
      ['readings', 'temperature lt 5'],
    ]);
  });
});

describe('another language', () => {
  it.each([
    'Crie um CRM para minha loja',
    'Erstelle eine App für meine Bäckerei',
    'Crea una app para mi gimnasio',
    'Créez une application pour mon restaurant',
    '我想要一个客户管理系统',
  ])('is answered with a question: %s', (text) => {
    const answer = understandText(text, context);
    expect(answer).toMatchObject({ kind: 'question', text: expect.stringContaining('English') });
    expect(answer.kind === 'question' && answer.suggestions.length).toBeGreaterThan(2);
  });

  it('may give a name to an English text', () => {
    expect(appOf('CRM for Das Büro in München').kind).toBe('app');
  });
});

it('a bakery bakes', () => {
  expect(Object.keys(shapes('Track stuff for my bakery'))).toEqual([
    'products',
    'customers',
    'orders',
    'order_items',
    'ingredients',
  ]);
});

it('an alert that nothing can watch is named as left out, and costs confidence', () => {
  const text = 'Keep track of hymns with a title and a number';
  const kept = appOf(text);
  const asked = appOf(`${text}. Alert me when attendance drops below 10.`);
  expect(asked.spec.rules).toEqual([]);
  expect(asked.guessed[0]).toMatch(/^Left out: ".*attendance.*"/);
  expect(asked.confidence).toBeLessThan(kept.confidence);
});

it.each([
  ['Create an app with hives: name, location, age', 'name location age'],
  ['Create an app with hives: name, موقع, age', 'name field_1 age'],
  ['Create an app with hives: name, weight in kg; apiaries: name, city', 'name weight'],
  ['Create an app with hives: name, weight, apiaries: name, city', 'name weight'],
])('keeps every field behind the colon of a thing in the first sentence: %s', (text, keys) => {
  const { entities } = appOf(text).spec;
  const hives = entities.find((entity) => entity.key === 'hives');
  expect(
    hives?.fields.filter((field) => field.type !== 'relation').map((field) => field.key),
  ).toEqual(keys.split(' '));
  expect(entities.map((entity) => entity.key)).toEqual(
    text.includes('apiaries') ? ['hives', 'apiaries'] : ['hives'],
  );
});
