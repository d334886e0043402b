/** Approvals in Teams: whose buttons they are, and what becomes of the copies. */
import { beforeAll, describe, expect, test } from 'vitest';
import { transaction } from '../../src/db/client.ts';
import { setPolicy } from '../../src/db/policy.ts';
import { ana, ben, cara, type TeamsCard } from '../support/teams-delivery.ts';
import { teamsProgram } from '../support/teams-program.ts';

const { db, connector, workspaceId, running } = await teamsProgram();
const chatOfBen = connector.personalOf(ben.id);

beforeAll(async () => {
  const { teams } = running();
  await teams.say(ben, 'help');
  await teams.card(chatOfBen, /What you can say/);
  const asked = { effect: 'structural', tool: 'create_workflow', decision: 'ask' } as const;
  await transaction(db, { workspaceId }, (tx) =>
    setPolicy(tx, {
      ...{ workspaceId, ...asked, approvers: [ben.email], needed: 1 },
      ...{ selfApproval: false, updatedBy: ben.aadObjectId },
    }),
  );
});

/** Asked for by Ana in a thread of the channel. */
async function ask() {
  const { teams } = running();
  const known = teams.cards(chatOfBen).map(({ id }) => id);
  const thread = await teams.mention(ana, 'Create a CRM for my cellphone store');
  const root = thread.split('messageid=')[1] ?? '';
  const plan = await teams.card(thread, /Accept/);
  await teams.press(ana, teams.channel(root), plan.id, plan.button('Accept'));
  const card = await teams.card(thread, /APPROVAL REQUIRED/);
  const copy = await teams.card(chatOfBen, /APPROVAL REQUIRED/, known);
  return { thread, root, card, copy };
}
const now = (conversation: string, { id }: TeamsCard) =>
  running()
    .teams.cards(conversation)
    .find((one) => one.id === id);

describe('an approval of somebody else', () => {
  test('is asked for in the thread, where they are mentioned, and with them alone', async () => {
    const { teams } = running();
    const { root, card, copy } = await ask();
    expect(card.buttons.map(({ title }) => title)).toEqual(['Decide']);
    expect(card.mentions).toEqual([{ id: ben.id, name: 'Ben' }]);
    expect((card.card['refresh'] as { userIds: string[] }).userIds).toEqual([ben.id]);
    expect(copy.buttons.map(({ title }) => title)).toEqual(
      expect.arrayContaining(['Approve', 'Reject']),
    );
    const view = async (person: typeof ana) =>
      (await teams.press(person, teams.channel(root), card.id, card.button('Decide'))).body.value;
    expect(JSON.stringify(await view(ben))).toContain('"Approve"');
    const seen = JSON.stringify(await view(ana));
    expect(seen).not.toContain('"Approve"');
    expect(seen).toContain('Only those named above decide.');
  });

  test('closes every copy when it is decided in one of them', async () => {
    const { teams } = running();
    const { thread, card, copy } = await ask();
    const { body } = await teams.press(ben, teams.chat(ben), copy.id, copy.button('Approve'));
    expect(body.statusCode).toBe(200);
    await expect
      .poll(() => now(thread, card)?.words, { timeout: 20_000 })
      .toMatch(/Approved by Ben/);
    await expect.poll(() => now(chatOfBen, copy)?.words).toMatch(/Approved by Ben/);
    expect([
      ...(now(thread, card)?.buttons ?? []),
      ...(now(chatOfBen, copy)?.buttons ?? []),
    ]).toEqual([]);
    await teams.card(thread, /TASK COMPLETE/);
  });

  test('counts once, for nobody else, and not with a forged id; each is told alone', async () => {
    const { teams } = running();
    const { thread, root, copy } = await ask();
    const approve = copy.button('Approve');
    const press = async (person: typeof ana, button: typeof approve) => {
      const { status, body } = await teams.press(person, teams.channel(root), copy.id, button);
      return { status, words: String(body.value) };
    };
    const posts = () =>
      connector.callsOf('post').filter((call) => call.conversation === thread).length;
    const before = posts();
    expect(await press(ana, approve)).toEqual({
      status: 200,
      words: `Only ${ben.email} can decide this.`,
    });
    const forged = { ...approve, data: { ...approve.data, action: 'act_000000000000' } };
    expect((await press(ben, forged)).words).toMatch(/not known here/);
    const broken = { ...approve, data: { ...approve.data, action: "act_'; drop table tasks" } };
    expect((await press(ben, broken)).words).toMatch(/not known here/);
    expect(posts()).toBe(before);
    const reject = copy.button('Reject');
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        press(ben, {
          ...reject,
          data: { ...reject.data, [`text_${reject.data['action']}`]: 'Not now' },
        }),
      ),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    await expect
      .poll(() => now(thread, { ...copy })?.words ?? now(chatOfBen, copy)?.words)
      .toMatch(/Rejected by Ben/);
    const [row] = await db.raw`
      select count(*)::int as count from approvals a join tasks t on t.id = a.task_id
      where t.conversation = ${thread} and a.status = 'rejected' and a.reason = 'Not now'`;
    expect(row).toEqual({ count: 1 });
  });

  test('a card is shown where it stands only, whoever knows its id', async () => {
    const { teams } = running();
    const { card } = await ask();
    const { body } = await teams.press(ana, teams.chat(ana), card.id, card.button('Decide'));
    expect(body.value).toBe('This card is not known here.');
  });
});

test('an approver who never wrote is found by their address, and the card in the thread is theirs then', async () => {
  const { teams } = running();
  connector.people.push(cara);
  const asked = { effect: 'structural', tool: 'create_workflow', decision: 'ask' } as const;
  await transaction(db, { workspaceId }, (tx) =>
    setPolicy(tx, {
      ...{ workspaceId, ...asked, approvers: [cara.email], needed: 1 },
      ...{ selfApproval: false, updatedBy: ben.aadObjectId },
    }),
  );
  const thread = await teams.mention(ana, 'Create a CRM for my cellphone store');
  const root = thread.split('messageid=')[1] ?? '';
  const plan = await teams.card(thread, /Accept/);
  await teams.press(ana, teams.channel(root), plan.id, plan.button('Accept'));
  const copy = await teams.card(connector.personalOf(cara.id), /APPROVAL REQUIRED/);
  expect(copy.buttons.map(({ title }) => title)).toContain('Approve');
  const inThread = () => teams.cards(thread).find(({ words }) => /APPROVAL REQUIRED/.test(words));
  await expect
    .poll(() => (inThread()?.card['refresh'] as { userIds?: string[] } | undefined)?.userIds)
    .toEqual([cara.id]);
});
