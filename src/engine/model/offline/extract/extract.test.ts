import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { extractTasks } from './extract.ts';

const context = {
  now: new Date('2026-03-04T08:30:00Z'),
  locale: 'en-GB',
  currency: 'EUR',
  timezone: 'Europe/Berlin',
};
const found = (text: string, author?: string) =>
  extractTasks({ text, ...(author ? { author } : {}) }, context);
const titles = (text: string) => found(text).map(({ title }) => title);

describe('a request', () => {
  test('has a title, a day, and the words it was found in', () => {
    const text = 'Morning all! Could you please send the signed lease to Priya by Friday? Thanks';
    expect(found(text)).toMatchObject([
      {
        title: 'Send the signed lease to Priya',
        quote: 'Could you please send the signed lease to Priya by Friday?',
        due: { date: '2026-03-06', text: 'Friday' },
        executionType: 'semi_automated',
      },
    ]);
  });

  test('leaves undefined what was not said', () => {
    const [task] = found('Please order new toner.');
    expect(Object.keys(task ?? {}).sort()).toEqual([
      'confidence',
      'executionType',
      'quote',
      'title',
    ]);
  });

  test.each([
    ['Please book a table for six.', 'Book a table for six'],
    ['Can you check the fire alarm when you get a chance?', 'Check the fire alarm'],
    ['remind me to water the plants tomorrow', 'Water the plants'],
    ["don't forget to renew the domain", 'Renew the domain'],
    ['We need to replace the broken till.', 'Replace the broken till'],
    ['Update the price list', 'Update the price list'],
    ['If you have a minute, could you scan the receipts?', 'Scan the receipts'],
  ])('"%s" is “%s”', (text, title) => {
    expect(titles(text)).toEqual([title]);
  });

  test('of two things is two tasks, each with its own words', () => {
    const text = 'Please send the deck to Omar and book a room for Thursday.';
    expect(found(text)).toMatchObject([
      { title: 'Send the deck to Omar' },
      { title: 'Book a room', due: { date: '2026-03-05' }, quote: 'book a room for Thursday.' },
    ]);
  });

  test.each([
    ['Please submit the hours by EOD Friday!', 'Submit the hours'],
    ['- [ ] Fix the login - @dave', 'Fix the login'],
    ['TODO: write the news (owner: Priya) by Thursday', 'Write the news'],
    ['Let me know if the van is free', 'Let me know if the van is free'],
  ])('is called by what is to be done, not by whom or when: %s', (text, title) => {
    expect(titles(text)).toEqual([title]);
  });

  test('names who it is for', () => {
    expect(found('Lena, can you call the landlord?')).toMatchObject([{ assignee: 'Lena' }]);
    expect(found('- [ ] Fix the login - @dave')).toMatchObject([{ assignee: '@dave' }]);
    expect(found('Fix the door and assign it to Marta.')).toMatchObject([{ assignee: 'Marta' }]);
  });

  test.each([
    'Unfortunately, can you send it again?',
    'Tomorrow, please call the bank.',
    'Everyone, please read the offer.',
    'Invoice: send it to the bank',
    'Please book a meeting with the landlord.',
  ])('names nobody where nobody was named: %s', (text) => {
    for (const task of found(text)) expect(task.assignee).toBeUndefined();
  });

  test.each([
    ['Please fix the checkout asap', 'high'],
    ['The server is down, please restart it immediately', 'critical'],
    ['Please clean the shelf, no rush', 'low'],
  ])('says how urgent it is: %s', (text, urgency) => {
    expect(found(text)).toMatchObject([{ urgency }]);
  });
});

describe('a task with a name', () => {
  test('has that name, and what is said around it says when and who', () => {
    const text =
      'Was the traffic lower than last week? If so, make a task called "Look into the traffic" for noor on the web board that is due next Friday.';
    expect(found(text)).toMatchObject([
      { title: 'Look into the traffic', assignee: 'noor', due: { date: '2026-03-13' } },
    ]);
  });

  test('takes its day from the sentence behind it', () => {
    const text = 'Add a task to the backlog called Paint the fence. It is due on March 20.';
    expect(found(text)).toMatchObject([{ title: 'Paint the fence', due: { date: '2026-03-20' } }]);
  });
});

test('a promise is its author’s', () => {
  expect(found("I'll post the minutes tonight.", 'Iris')).toMatchObject([
    { title: 'Post the minutes', assignee: 'Iris', due: { date: '2026-03-04' } },
  ]);
});

describe('notes', () => {
  const minutes = [
    '## Shop opening',
    '* AB: I can look at the sign again.',
    '* CD: We should talk to the printer.',
    'CD to order the sign',
    '',
    'ACTION: AB to invite the neighbours by Monday',
    '- [ ] Tidy the cellar',
    '- [x] Rent the van',
  ].join('\n');

  test('hold what was agreed, not what was talked about', () => {
    expect(found(minutes)).toMatchObject([
      { title: 'Order the sign', assignee: 'CD' },
      { title: 'Invite the neighbours', assignee: 'AB', due: { date: '2026-03-09' } },
      { title: 'Tidy the cellar' },
    ]);
  });

  test('with names before what is to be done say whose it is', () => {
    expect(found('To do:\n- Ann: book the hall\n- Bo: print the menu')).toMatchObject([
      { title: 'Book the hall', assignee: 'Ann' },
      { title: 'Print the menu', assignee: 'Bo' },
    ]);
  });

  test('with a list of things to do have each of them', () => {
    expect(titles('Next steps:\n- menu cards\n- Hire a cook\n- Flowers for the tables')).toEqual([
      'Menu cards',
      'Hire a cook',
      'Flowers for the tables',
    ]);
  });
});

describe('what is said of somebody', () => {
  test.each([
    ['Ann sends the offer by Friday', 'Send the offer', 'Ann', '2026-03-06'],
    ['Ben to call the supplier', 'Call the supplier', 'Ben', undefined],
    ['Action: Carla – update the deck (Tue)', 'Update the deck', 'Carla', '2026-03-10'],
    ['Ben is going to book the hall by Thursday.', 'Book the hall', 'Ben', '2026-03-05'],
    ['Carla takes care of the catering.', 'Take care of the catering', 'Carla', undefined],
    ['Ann and Ben draft the agenda by Wednesday', 'Draft the agenda', 'Ann and Ben', '2026-03-04'],
    ['Sales publishes the new flyer tomorrow', 'Publish the new flyer', 'Sales', '2026-03-05'],
    ['- Send the offer (Ann, Friday)', 'Send the offer', 'Ann', '2026-03-06'],
  ])('“%s” is “%s” for %s', (text, title, assignee, date) => {
    expect(found(text)).toMatchObject([{ title, assignee, ...(date ? { due: { date } } : {}) }]);
  });

  test.each([
    'Ann sells the house on the hill.',
    'Ann sends the report every Friday.',
    'Ann sent the offer on Friday.',
    'The train leaves the station on Friday.',
    'Does Ann send the offer by Friday?',
    'Google sends too many mails',
  ])('and is no task where it is only so: %s', (text) => {
    expect(found(text)).toEqual([]);
  });
});

describe('a pasted mail', () => {
  const mail = [
    'From: Jo',
    'Subject: Stand',
    'Hi,',
    'thanks for the call. Please send me the floor plan.',
    '> Can you also bring the chairs?',
    'Best regards',
    'Jo',
    'Please consider the environment before you print this.',
  ].join('\n');

  test('without its header, what it quotes and what stands below it', () => {
    expect(titles(mail)).toEqual(['Send me the floor plan']);
  });
});

describe('the same task', () => {
  test('said twice is one, with what either said', () => {
    const text =
      'Please send the report to the bank.\nAnd please do not forget: send the report to the bank by Friday!';
    expect(found(text)).toMatchObject([{ due: { date: '2026-03-06' } }]);
  });

  test('for two people is two', () => {
    expect(found('ACTION: Ann to read the offer\nACTION: Bo to read the offer')).toHaveLength(2);
  });
});

test('a question to somebody is less sure than a request', () => {
  const [question] = found('Does anyone have the key of the cellar?');
  const [request] = found('Please bring the key of the cellar.');
  expect(question?.confidence).toBeLessThan(0.5);
  expect(request?.confidence).toBeGreaterThan(0.7);
});

describe('no task', () => {
  test.each([
    'Good morning everybody',
    'Thanks, see you on Monday!',
    'We had a great time last weekend.',
    'what is the weather today',
    'tell me the latest news',
    'The review of the contract took two hours.',
    'Update of the price list: nothing new.',
    'Dying to hear how it went.',
    'Please find attached the report.',
    'Let me know if you have any questions.',
    'If you have any questions, please feel free to contact our support.',
    'Click here to unsubscribe from this newsletter.',
    '',
  ])('is in "%s"', (text) => {
    expect(found(text)).toEqual([]);
  });
});

test('every quote is a part of the text, whatever the text is', () => {
  const words = fc.constantFrom(
    'please',
    'send',
    'ACTION:',
    'to',
    'Ann',
    '\n',
    '- ',
    '[ ]',
    'by Friday',
    '?',
    '. ',
    '“',
    '> ',
    'I will',
    'call',
    '\0',
    '🙂',
  );
  const texts = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    fc.array(words, { maxLength: 40 }).map((parts) => parts.join(' ')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      for (const { quote, title, confidence } of found(text)) {
        expect(text.replaceAll('\0', ' ')).toContain(quote);
        expect(title.length).toBeLessThanOrEqual(121);
        expect(confidence).toBeGreaterThan(0);
        expect(confidence).toBeLessThanOrEqual(1);
      }
    }),
    { seed: 7, numRuns: 300 },
  );
});
