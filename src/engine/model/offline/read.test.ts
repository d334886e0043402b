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
    .map((field) =>
      field.type === 'relation'
        ? `${field.key}>${field.to}${field.many ? '*' : ''}`
        : `${field.key}:${field.type}`,
    )
    .join(' ');
const shapes = (text: string) =>
  Object.fromEntries(appOf(text).spec.entities.map((entity) => [entity.key, shape(entity)]));

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
