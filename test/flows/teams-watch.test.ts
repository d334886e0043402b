/** Channels of Teams that opted in, against the whole program. */
import { expect, test } from 'vitest';
import { ana, ben } from '../support/teams-delivery.ts';
import { teamsProgram } from '../support/teams-program.ts';

const { db, connector, running } = await teamsProgram();
const overhear = (text: string) => {
  const { teams } = running();
  const id = teams.nextId();
  return teams.send(
    teams.frame(ben, { type: 'message', text, ...teams.channel(id), id, replyToId: undefined }),
  );
};
const stored = (text: string) => db.raw`select id from messages where text = ${text}`;
const chat = connector.personalOf(ben.id);

test('what is said in a channel that nobody asked to watch is left alone', async () => {
  await overhear('Please send the lease to Priya by 12 March 2031.');
  expect(await stored('Please send the lease to Priya by 12 March 2031.')).toEqual([]);
});

test('in a watched one a request is offered to its author alone, and filed when they say so', async () => {
  const { teams } = running();
  const thread = await teams.mention(ana, 'watch this channel');
  await expect
    .poll(() => JSON.stringify(connector.standingIn(thread)))
    .toContain('From now on I read along here');
  const text = 'Please send the signed lease to Priya by 12 March 2031.';
  await overhear(text);
  const offer = await teams.card(chat, /keep track of this/);
  expect(offer.words).toContain('Send the signed lease to Priya');
  expect(await stored(text)).toEqual([]);
  expect(await db.raw`select id from tasks`).toEqual([]);
  await teams.press(ben, teams.chat(ben), offer.id, offer.button('Make this a task'));
  await expect
    .poll(() => db.raw`select title, requested_by from tasks`)
    .toEqual([{ title: 'Send the signed lease to Priya', requested_by: ben.aadObjectId }]);
});

test('and no longer when somebody ends it', async () => {
  const { teams } = running();
  const thread = await teams.mention(ana, 'unwatch this channel');
  await expect
    .poll(() => JSON.stringify(connector.standingIn(thread)))
    .toContain('I no longer read along here');
  expect(await db.raw`select * from watches`).toEqual([]);
});
