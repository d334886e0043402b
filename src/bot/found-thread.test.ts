/** Tasks of threads in Slack, and whom they are for, against a Slack on this machine. */
import { describe, expect, test } from 'vitest';
import { gate } from '../../test/support/engine.ts';
import { ana, slackBench, team } from '../../test/support/slack.ts';
import { listTasks, type Task } from '../db/task.ts';
import { click } from './click.ts';
import { isMeant } from './meant.ts';
import { receive } from './receive.ts';

const bench = await slackBench();
const { server, bot } = bench;
const user = (id: string, real_name: string, about: object = {}) =>
  server.users.push({
    id,
    team_id: team,
    name: real_name.split(' ')[0]?.toLowerCase() ?? '',
    profile: { real_name },
    ...about,
  });
user('U0LENA001', 'Lena Ahrens');
user('U0OMAR001', 'Omar Diaz');
user('U0ANNSMIT', 'Ann Smith');
user('U0ANNJONE', 'Ann Jones');
user('U0GUEST01', 'Gus Guest', { is_restricted: true });
user('U0STRANGE', 'Sam Stranger', { team_id: 'T0OTHER', is_stranger: true });
user('U0BOTBOT1', 'Rosa Robot', { is_bot: true });

let count = 0;
/** A thread in a channel of its own, as people have written it. */
function thread(...said: [user: string, text: string, about?: object][]) {
  count += 1;
  const channel = `C0THREAD${count}`;
  const root = `169000000${count}.000001`;
  said.forEach(([author, text, about], index) => {
    const ts = `169000000${count}.${String(index + 1).padStart(6, '0')}`;
    server.messages.push({
      channel,
      ts,
      text,
      user: author,
      ...(index > 0 ? { thread_ts: root } : {}),
      ...about,
    });
  });
  return `${channel}:${root}`;
}
const shown = (conversation: string) =>
  bench.db.raw<
    {
      card: {
        title: string;
        text: string;
        note?: string;
        sections: { items: string[]; links?: string[] }[];
      };
      id: string;
      key: string;
    }[]
  >`
    select id, key, card from cards where conversation = ${conversation} order by created_at`;
async function ask(conversation: string, text = 'turn this thread into tasks') {
  const { messageId } = await receive(bot, {
    ...ana,
    channel: 'slack',
    conversation,
    author: ana.id,
    text,
  });
  await bench.settle();
  const rows = await shown(conversation);
  return rows.find(({ key }) => key === `reply:${messageId}`)?.card;
}
async function press(conversation: string, label: string, who = ana) {
  const rows = await bench.db.raw<
    { id: string; card: { actions: { label: string; verb: string; subject?: object }[] } }[]
  >`
    select id, card from cards where conversation = ${conversation} order by created_at desc`;
  for (const { id, card } of rows) {
    const draft = card.actions.find((one) => one.label === label);
    if (!draft) continue;
    const actions = await bench.db.raw<{ id: string }[]>`
      select id from actions where card_id = ${id} and verb = ${draft.verb}
        and subject = ${bench.db.raw.json(JSON.parse(JSON.stringify(draft.subject ?? {})))}`;
    const outcome = await click(bot, who, actions[0]?.id ?? '', {});
    await bench.settle();
    return outcome;
  }
  throw new Error(`No button ${label}: ${JSON.stringify(rows.map(({ card }) => card.actions))}`);
}
const tasksIn = (conversation: string): Promise<Task[]> =>
  bench.read((tx) => listTasks(tx, { conversation }));

describe('a thread', () => {
  test('is read to its tasks, each with its author, its person and its link', async () => {
    const place = thread(
      ['U0LENA001', 'Can someone check the till?'],
      ['U0OMAR001', 'I’ll check it tomorrow'],
      ['U0LENA001', 'Great. <@U0OMAR001> please also order paper rolls by 12 March 2031'],
      [ana.id, '<@U0FACTOTUM> turn this thread into tasks'],
    );
    const card = await ask(place);
    expect(card?.title).toBe('I found 2 tasks in that');
    expect(card?.sections[0]?.items[0]).toMatch(
      /^1\. Check the till \(Omar Diaz; due .*\): Lena Ahrens said “Can someone check the till\?”$/,
    );
    expect(card?.sections[0]?.items[1]).toMatch(
      /^2\. Order paper rolls \(Omar Diaz; due Wed, 12 Mar 2031\): Lena Ahrens said/,
    );
    expect(card?.sections[0]?.links).toEqual([
      expect.stringMatching(/^https:\/\/shop\.slack\.com\/archives\/C0THREAD1\/p/),
      expect.stringMatching(/p1690000001000003$/),
    ]);
    await press(place, 'Make these tasks');
    const tasks = await tasksIn(place);
    expect(tasks.map(({ assignedToId }) => assignedToId)).toEqual(['U0OMAR001', 'U0OMAR001']);
    expect(tasks.find(({ title }) => title === 'Check the till')?.aiContext).toMatch(
      /of Lena Ahrens: “Can someone check the till\?” https:\/\/shop/,
    );
    const shownCard = (await shown(place)).find(({ card }) =>
      card.title.includes('Check the till'),
    );
    expect(shownCard?.card.text).toContain('For: Omar Diaz');
    // Whose it is sees it where they are alone, and may say that it is done.
    expect((await shown('D0OMAR001')).map(({ card }) => card.title)).toContain(
      'TASK: Check the till',
    );
    await press('D0OMAR001', 'Done', { ...ana, id: 'U0OMAR001' });
    expect((await tasksIn(place)).map(({ status }) => status).sort()).toContain('completed');
  });

  test('is read page by page, without what programs have written', async () => {
    const talk = Array.from({ length: 450 }, (_, index): [string, string] => [
      'U0LENA001',
      `That was nice, number ${index}.`,
    ]);
    const place = thread(
      ...talk,
      ['U0BOTBOT1', 'Please delete the backup.', { bot_id: 'B0OTHER' }],
      ['U0OMAR001', 'joined', { subtype: 'channel_join' }],
      ['U0OMAR001', 'Please clean the shelf.'],
    );
    const before = server.callsOf('conversations.replies').length;
    const card = await ask(place);
    expect(server.callsOf('conversations.replies').length - before).toBe(3);
    expect(card?.title).toBe('I found a task in that');
    expect(card?.text).toContain('Clean the shelf');
    expect(card?.note).toContain('I read 200 messages of it');
  });

  test('what one person writes in another’s name is still theirs', async () => {
    const place = thread([
      'U0LENA001',
      'U0OMAR001: I will send the offer tomorrow\nOmar Diaz: I will pay the bill tomorrow',
    ]);
    const card = await ask(place);
    expect(card?.text).not.toMatch(/^\d\..*Omar Diaz said/m);
    expect(card?.text).toMatch(/Lena Ahrens|said/);
  });

  test('that cannot be read says how it can', async () => {
    const place = thread(['U0LENA001', 'Please clean the shelf.']);
    server.fail('conversations.replies', { kind: 'error', error: 'not_in_channel' });
    expect((await ask(place))?.text).toContain('Invite me to the channel');
    const other = thread(['U0LENA001', 'Please clean the shelf.']);
    server.fail('conversations.replies', { kind: 'limited', seconds: 40 });
    expect((await ask(other))?.text).toContain('in 40 seconds');
  });

  test('goes on among its people: whoever had its tasks listed is not answered again', async () => {
    const place = thread(['U0LENA001', 'Please clean the shelf.']);
    await ask(place);
    const about = { workspaceId: ana.workspaceId, channel: 'slack', conversation: place };
    expect(await isMeant(bench.db, { ...about, author: ana.id, text: 'good idea' })).toBe(false);
  });
});

describe('a name', () => {
  const offer = async (text: string) => {
    const place = thread(['U0LENA001', text]);
    await ask(place);
    await press(place, 'Make this task');
    return place;
  };

  test.each([
    ['Omar, can you call the landlord?', 'U0OMAR001'],
    ['Lena Ahrens to call the landlord', 'U0LENA001'],
    ['<@U0OMAR001> please call the landlord', 'U0OMAR001'],
  ])('that one person has is that person: %s', async (text, id) => {
    const [task] = await tasksIn(await offer(text));
    expect(task).toMatchObject({ assignedToType: 'user', assignedToId: id });
  });

  test('that two people have is asked for, and a button answers', async () => {
    const place = await offer('Ann, can you call the landlord?');
    expect((await tasksIn(place))[0]?.assignedToId).toBeNull();
    const asked = (await shown(place)).find(({ card }) => card.title === 'For whom is it?');
    expect(asked?.card.text).toBe(
      'Who is “Ann”, for whom “Call the landlord” is to be?\n• Ann Smith\n• Ann Jones',
    );
    await press(place, 'Ann Jones');
    expect((await tasksIn(place))[0]?.assignedToId).toBe('U0ANNJONE');
    const said = (await shown(place)).map(({ card }) => card.text);
    expect(said.some((text) => text.includes('is for Ann Jones now'))).toBe(true);
  });

  test.each([
    ['a guest', '<@U0GUEST01> please call the landlord'],
    ['somebody of another company', '<@U0STRANGE> please call the landlord'],
    ['a program', '<@U0BOTBOT1> please call the landlord'],
    ['nobody', '<@U0MADEUP1> please call the landlord'],
  ])('of %s is not assigned, and they are told nothing', async (_, text) => {
    const before = server.callsOf('conversations.open').length;
    const [task] = await tasksIn(await offer(text));
    expect(task?.assignedToId).toBeNull();
    expect(server.callsOf('conversations.open')).toHaveLength(before);
  });

  test('nobody has stays as it was written', async () => {
    const [task] = await tasksIn(await offer('Zoltan, can you call the landlord?'));
    expect(task?.assignedToId).toBe('Zoltan');
  });

  test('in “assign it to …” is the person’s, or asked for', async () => {
    const place = await offer('Please call the landlord.');
    expect((await ask(place, 'assign it to Ann'))?.title).toBe('For whom is it?');
    expect((await ask(place, 'assign it to @U0STRANGE'))?.text).toContain(
      'I know nobody of this workspace',
    );
    expect((await ask(place, 'assign it to omar'))?.text).toContain('is for Omar Diaz now');
    expect((await tasksIn(place))[0]?.assignedToId).toBe('U0OMAR001');
  });
});

test('where Slack lets only a part be read, that part is, and the card says so', async () => {
  const place = thread(
    ['U0LENA001', 'Please clean the shelf.'],
    ...Array.from({ length: 210 }, (): [string, string] => ['U0OMAR001', 'That was nice.']),
  );
  server.fail('conversations.replies', { kind: 'hold', gate: openGate() });
  server.fail('conversations.replies', { kind: 'limited', seconds: 60 });
  const card = await ask(place);
  expect(card?.title).toBe('I found a task in that');
  expect(card?.note).toContain('The thread is long: I read 200 messages of it');
});

/** Nothing goes wrong with the first call. */
function openGate() {
  const made = gate();
  made.open();
  return made;
}
