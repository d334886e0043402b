/** Tasks of a thread in Teams, which shows a bot no thread: what was heard is read, and what was not is told. */
import { beforeAll, expect, test } from 'vitest';
import { ana, ben, shop, type TeamsDelivery } from '../support/teams-delivery.ts';
import { teamsProgram } from '../support/teams-program.ts';
import type { TeamsMember } from '../support/teams-roster.ts';

const { db, workspaceId, running } = await teamsProgram();
let teams: TeamsDelivery;
beforeAll(() => {
  ({ teams } = running());
});
const patient = { timeout: 20_000 };
const messageOf = (person: TeamsMember, text: string, thread: string, id: string) =>
  teams.frame(person, { type: 'message', text, ...teams.channel(thread), id });
/** Without a mention. @param thread none for a message that begins one */
async function write(person: TeamsMember, text: string, thread?: string) {
  const id = teams.nextId();
  const message = messageOf(person, text, thread ?? id, id);
  expect((await teams.send(message)).status).toBe(200);
  return { id, message };
}
const kept = async () =>
  (await db.raw`select text from overheard order by external_id`).map(({ text }) => String(text));
/** Asked with a mention within the thread. */
async function ask(thread: string, words: RegExp, text = 'turn this thread into tasks') {
  const mention = {
    ...{ type: 'mention', text: '<at>Factotum</at>' },
    mentioned: { id: '28:0a0b0c0d-0000-4000-8000-00000000000b', name: 'Factotum' },
  };
  const id = teams.nextId();
  const about = { entities: [mention], id };
  const known = teams.cards(`${shop};messageid=${thread}`).map((card) => card.id);
  await teams.send({ ...messageOf(ana, `<at>Factotum</at> ${text}`, thread, id), ...about });
  return teams.card(`${shop};messageid=${thread}`, words, known);
}

test('in a channel that nobody watches nothing is kept, and it is said what was not seen', async () => {
  const { id: thread } = await write(ben, 'Please clean the shelf.');
  const { words } = await ask(thread, /I know nothing/);
  expect(words).toContain('Teams tells me only what is said to me');
  expect(words).toContain('“watch this channel” with a mention');
  expect(await kept()).toEqual([]);
});

test('in a watched one a thread is read to its tasks, each with its author and its link', async () => {
  await teams.mention(ana, 'watch this channel');
  await expect.poll(() => db.raw`select room from watches`, patient).toEqual([{ room: shop }]);
  const { id: thread } = await write(ben, 'The till is odd again.');
  const { id: asked } = await write(ana, 'Ben, please check the till by 12 March 2031.', thread);
  await write(ben, 'That was a nice fair.', thread);
  await expect.poll(kept, patient).toHaveLength(3);
  const card = await ask(thread, /I found a task/);
  expect(card.words).toContain('Check the till (Ben; due Wed, 12 Mar 2031)');
  expect(card.words).toMatch(/(?:you|Ana) said “Ben, please check the till/);
  expect(card.words).toContain('I read 3 messages of this thread.');
  expect(card.words).toContain('since I read along in this channel. Copy');
  expect(JSON.stringify(card.card)).toContain(
    `https://teams.microsoft.com/l/message/${encodeURIComponent(shop)}/${asked}?tenantId=`,
  );
  await teams.press(ana, teams.channel(thread), card.id, card.button('Make this task'));
  await expect
    .poll(() => db.raw`select title, assigned_to_id from tasks`, patient)
    .toEqual([{ title: 'Check the till', assigned_to_id: ben.aadObjectId }]);
});

test('a thread that began before somebody asked to read along says so', async () => {
  const thread = teams.nextId();
  await write(ben, 'Please order paper rolls.', thread);
  await expect.poll(kept, patient).toHaveLength(4);
  const { words } = await ask(thread, /I found a task/);
  expect(words).toContain('I read a message of this thread.');
  expect(words).toContain('and not how this thread began');
});

test('what is summarised of a thread is as much as was heard, and the card says so', async () => {
  const { id: thread } = await write(ben, 'We decided to ship on Monday.');
  await write(ana, 'Who calls the customer?', thread);
  await expect.poll(kept, patient).toHaveLength(6);
  const { words } = await ask(thread, /📝/, 'summarise this thread');
  expect(words).toContain('We decided to ship on Monday.');
  expect(words).toContain('Teams shows me no thread as a whole');
});

test('what its author changes or takes back is changed or gone here too', async () => {
  const { message } = await write(ben, 'Please call the bank.');
  await expect.poll(kept, patient).toContain('Please call the bank.');
  const about = { channelData: { ...message.channelData, eventType: 'editMessage' } };
  await teams.send({ ...message, ...about, type: 'messageUpdate', text: 'Please call nobody.' });
  await expect.poll(kept, patient).toContain('Please call nobody.');
  expect(await kept()).not.toContain('Please call the bank.');
  const { text: _, ...bare } = message as typeof message & { text: string };
  await teams.send({ ...bare, type: 'messageDelete' });
  await expect.poll(kept, patient).not.toContain('Please call nobody.');
});

test('secrets are not kept, and nothing is kept once nobody wants it', async () => {
  await write(ben, 'The password is: hunter2-swordfish, and call me.');
  await expect.poll(kept, patient).toHaveLength(7);
  expect(JSON.stringify(await kept())).not.toContain('hunter2');
  await teams.mention(ana, 'unwatch this channel');
  await expect.poll(kept, patient).toEqual([]);
});

test('what is older than 30 days is forgotten, and nothing else', async () => {
  await db.raw`delete from overheard`;
  const at = (days: number) => new Date(Date.now() - days * 86_400_000);
  for (const [id, days] of [
    ['1', 29],
    ['2', 31],
  ] as const)
    await db.raw`insert into overheard values (
      ${workspaceId}, 'teams', ${shop}, ${shop}, ${id}, 'ben', 'kept?', ${at(days)})`;
  await expect
    .poll(() => db.raw`select external_id from overheard`, { timeout: 20_000 })
    .toEqual([{ external_id: '1' }]);
});
