/** Cards on their way to a Teams that fails: nothing is lost, and nothing stands twice that can be known. */
import { afterEach, describe, expect, test } from 'vitest';
import { ana, ben, botId } from '../support/teams-delivery.ts';
import { teamsFault } from '../support/teams-fault.ts';
import { teamsProgram } from '../support/teams-program.ts';

const { connector, running } = await teamsProgram();
afterEach(() => connector.mend());

const patient = { timeout: 40_000 };
const helpIn = (conversation: string) =>
  running()
    .teams.cards(conversation)
    .filter(({ words }) => /What you can say/.test(words));
const posts = (conversation: string) =>
  connector.callsOf('post').filter((call) => call.conversation === conversation);
const isPostTo =
  (conversation: string) =>
  (call: { kind: string; conversation: string }): boolean =>
    call.kind === 'post' && call.conversation === conversation;
let thread = 100;
const newThread = () => String(1_760_000_000_000 + ++thread);

describe('a card that Teams does not take', () => {
  test.each([
    ['429 with a time', teamsFault.throttled(1)],
    ['429 without one', teamsFault.throttled()],
    ['412', teamsFault.precondition()],
  ])('%s: is sent again later, and stands once', async (_, fault) => {
    const { teams } = running();
    const root = newThread();
    const conversation = `19:a1b2c3d4@thread.tacv2;messageid=${root}`;
    connector.fail(fault, { when: isPostTo(conversation) });
    await teams.mention(ana, 'help', root);
    await expect.poll(() => helpIn(conversation).length, patient).toBe(1);
    expect(posts(conversation)).toHaveLength(2);
    expect(helpIn(conversation)[0]?.words).not.toMatch(/twice/);
  });

  test('a card that is refused is said in words', async () => {
    const { teams } = running();
    const root = newThread();
    const conversation = `19:a1b2c3d4@thread.tacv2;messageid=${root}`;
    connector.fail(teamsFault.badArgument(), { when: isPostTo(conversation) });
    await teams.mention(ana, 'help', root);
    await teams.card(conversation, /Describe what you need/);
    expect(posts(conversation)).toHaveLength(2);
  });
});

test('a card of which nothing is heard is not sent again at once, and says then that it may stand twice', async () => {
  const { teams } = running();
  const places = [teamsFault.cut(), teamsFault.server(502)].map((fault) => {
    const root = newThread();
    const conversation = `19:a1b2c3d4@thread.tacv2;messageid=${root}`;
    connector.fail(teamsFault.taken(fault), { when: isPostTo(conversation) });
    return { root, conversation };
  });
  for (const { root } of places) await teams.mention(ana, 'help', root);
  for (const { conversation } of places) {
    await expect.poll(() => posts(conversation).length, patient).toBe(2);
    const [first, second] = posts(conversation);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(10_000);
    await expect.poll(() => helpIn(conversation).length).toBe(2);
    const notes = helpIn(conversation).map(({ words }) => /may stand here twice/.test(words));
    expect(notes).toEqual([false, true]);
  }
});

describe('a card that stands', () => {
  const wish = 'Create a CRM for my cellphone store with customers and products';

  test('and was deleted by somebody is posted anew when it changes', async () => {
    const { teams } = running();
    const conversation = await teams.mention(ana, wish);
    const root = conversation.split('messageid=')[1] ?? '';
    const plan = await teams.card(conversation, /Accept/);
    connector.remove(conversation, plan.id);
    await teams.press(ana, teams.channel(root), plan.id, plan.button('Cancel the task'));
    const again = await teams.card(conversation, /Cancelled|cancelled/);
    expect(again.id).not.toBe(plan.id);
  });
});

test('where the bot was removed, the person is told in their own chat, and why', async () => {
  const { teams } = running();
  await teams.say(ben, 'help');
  const chat = connector.personalOf(ben.id);
  await teams.card(chat, /What you can say/);
  const conversation = await teams.mention(
    ben,
    'Create a CRM for my cellphone store with customers',
  );
  const root = conversation.split('messageid=')[1] ?? '';
  const plan = await teams.card(conversation, /Accept/);
  await teams.send(
    teams.frame(ben, {
      ...{ type: 'conversationUpdate', membersRemoved: [{ id: botId }] },
      ...teams.channel(root),
    }),
  );
  // The last button that was there still counts.
  await teams.press(ben, teams.channel(root), plan.id, plan.button('Accept'));
  const moved = await teams.card(chat, /Teams does not let me in where this was talked about/);
  expect(moved.words).toMatch(/Cellphone/);
});

test('no limit of the platform was exceeded in any of this', () => {
  expect(connector.overruns()).toEqual([]);
});
