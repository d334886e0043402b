import { describe, expect, test } from 'vitest';
import { extractTasks } from './extract.ts';
import { isPasted } from './pasted.ts';
import { partsOf } from './thread.ts';

const context = {
  now: new Date('2026-03-04T08:30:00Z'),
  locale: 'en-GB',
  currency: 'EUR',
  timezone: 'Europe/Berlin',
};
const found = (text: string) => extractTasks({ text, author: 'sender' }, context);
const authors = (text: string) => partsOf(text).map(({ author }) => author);

describe('the parts of a thread', () => {
  test.each([
    ['[09:12] Ann Smith: hello\n[09:13] Ben: hi', ['Ann Smith', 'Ben']],
    ['Ann  9:12 AM\nhello\n\nBen Jones  9:15 AM\nhi', ['Ann', 'Ben Jones']],
    ['[04.03.26, 09:12:33] Ann: hello\n[04.03.26, 09:13:00] Ben: hi', ['Ann', 'Ben']],
    ['04/03/2026, 09:12 - Ann: hello\n04/03/2026, 09:13 - Ben: hi', ['Ann', 'Ben']],
    [
      'See below.\n\nOn Tue, 3 Mar 2026 at 10:02, Ann Smith <a@b.example> wrote:\n> hello',
      [undefined, 'Ann Smith'],
    ],
    ['On Tue, 3 Mar 2026 at 10:02, Ann Smith <a@b.example>\nwrote:\n> hello', ['Ann Smith']],
    [
      'FYI\n-----Original Message-----\nFrom: Ann Smith\nSent: Tuesday\nTo: Ben\n\nhello',
      [undefined, 'Ann Smith'],
    ],
    [
      '---------- Forwarded message ---------\nFrom: Ann <a@b.example>\nDate: Tue\n\nhello',
      ['Ann'],
    ],
    [
      'See\nOn Tue 3 Mar at 10:02, Ben wrote:\n> sure\n> On Mon 2 Mar at 9:00, Ann wrote:\n>> hello',
      [undefined, 'Ben', 'Ann'],
    ],
  ])('%j are %j', (text, expected) => {
    expect(authors(text)).toEqual(expected);
  });

  test.each([
    'We meet on Friday: Ann and Ben',
    '09:00 Welcome: Ann\n09:30 Budget: Ben',
    'From: the shop we go to the hall',
    'On Tue, 3 Mar 2026 at 10:02, Ann wrote:\n> Where is the key?\nIt is in the office.',
    'Monday 9:12\nTuesday 10:00',
  ])('%j has no authors', (text) => {
    expect(authors(text)).toEqual([undefined]);
  });
});

describe('tasks of a thread', () => {
  test('have their own authors, assignees and words', () => {
    const text =
      'Ann: I will send the offer tomorrow\nBen: Great. Can you also call the supplier, Ann?\nAnn: yes\nBen: I’ll book the room by Thursday';
    expect(found(text)).toMatchObject([
      { title: 'Send the offer', author: 'Ann', assignee: 'Ann', due: { date: '2026-03-05' } },
      {
        title: 'Call the supplier',
        author: 'Ben',
        assignee: 'Ann',
        quote: 'Can you also call the supplier, Ann?',
      },
      { title: 'Book the room', author: 'Ben', assignee: 'Ben' },
    ]);
  });

  test('that somebody asked for are those of who took them on', () => {
    const text =
      'Ann  9:12 AM\nCan someone send me the floor plan?\n\nBen  9:15 AM\nSure, I’ll send it tomorrow.';
    expect(found(text)).toMatchObject([
      {
        title: 'Send me the floor plan',
        author: 'Ann',
        assignee: 'Ben',
        due: { date: '2026-03-05' },
      },
    ]);
    expect(found(text)).toHaveLength(1);
  });

  test('in a mail that was passed on are those of who wrote it', () => {
    const text =
      'Hi,\nsee below.\n\nOn Tue, 3 Mar 2026 at 10:02, Ann Smith <ann@mail.example> wrote:\n> Hi Ben,\n> could you please send the signed lease by Friday?\n> Best\n> Ann';
    expect(found(text)).toMatchObject([
      {
        title: 'Send the signed lease',
        author: 'Ann Smith',
        quote: 'could you please send the signed lease by Friday?',
      },
    ]);
  });

  test('in a quote that is answered are none', () => {
    const text = 'On Tue, 3 Mar at 10:02, Ann wrote:\n> Can you bring the key?\nIt is here.';
    expect(found(text)).toEqual([]);
  });

  test('in the middle of a line may be marked, and the mark is no name', () => {
    const [task] = found('The price is agreed. TODO: book the room for Tuesday.');
    expect(task).toMatchObject({ title: 'Book the room' });
    expect(task).not.toMatchObject({ assignee: 'TODO' });
  });

  test('are the sender’s where nobody else is named', () => {
    expect(found('I’ll call the bank tomorrow.')).toMatchObject([{ assignee: 'sender' }]);
    expect(found('I’ll call the bank tomorrow.')[0]).not.toHaveProperty('author');
  });
});

describe('what is pasted', () => {
  test.each([
    'Meeting notes 4 March\nAttendees: Ann, Ben\n- customers and orders were discussed',
    'Notes\nAction: Ann – update the customers',
    'Action: Carla – update the deck (Tue)',
    'Call notes 24 Nov\nThe customers were talked about. Orders come later.',
    'From: Jo\nSubject: CRM problem\n\nOur customers and orders are not shown. Each customer has an address.',
    'Ann: the customers are gone\nBen: and the orders too',
    'FYI\n> Can you make a CRM?',
    '[09:12] Ann: hello\n[09:13] Ben: hi',
  ])('is seen as that: %j', (text) => {
    expect(isPasted(text)).toBe(true);
  });

  test.each([
    'Create a CRM for my shop\nwith customers, orders and notes',
    'Keep track of meetings: each meeting has a date, attendees and notes',
    'Create an app for this:\n\nMeeting notes\nAttendees: Ann\n- customers and orders',
    'I need a list of\n- customers\n- orders with date and notes',
    'Create an app with lions: name, age and weight\n- tigers: name, age and weight\n- bears: name',
    'pause',
  ])('and a wish is none: %j', (text) => {
    expect(isPasted(text)).toBe(false);
  });
});
