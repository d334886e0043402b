import { describe, expect, test } from 'vitest';
import { approvalStep } from '../../../test/support/engine.ts';
import { ana, bob, slackBench, team } from '../../../test/support/slack.ts';
import { listPeople, rememberPerson } from '../../db/person.ts';
import { decideStep } from '../../engine/decision.ts';
import { announce } from '../../engine/move.ts';
import { pauseTask } from '../../engine/steer.ts';

const bench = await slackBench();
const { server, bot } = bench;
const { workspaceId } = ana;
const channel = bot.channels.get('slack');
const reach = (...names: string[]) => channel?.reach?.(workspaceId, names);
const known = (...names: string[]) => bench.read((tx) => listPeople(tx, names));

/** A task that waits for the approval of these people; returns its id and that of the approval. */
async function asking(...approvers: string[]) {
  const id = await bench.file([approvalStep('go', { from: approvers })]);
  await bench.accept(id);
  await bench.runJobs(id);
  await bench.wait(6);
  const [approval] = await bench.approvals(id);
  if (!approval) throw new Error('Nobody is asked.');
  const decide = (actor: string, approve = true) =>
    decideStep(bot.engine, { workspaceId, id: actor }, id, approval.id, { approve, reason: null });
  return { id, decide, approval };
}
const copies = (user: string) =>
  server.messages.filter(
    ({ channel, text }) => channel === `D${user.slice(1)}` && text.includes('APPROVAL REQUIRED'),
  );

describe('an approver who is named by e-mail', () => {
  test('is asked where they are alone, decides for that address, and all copies close', async () => {
    const { id, decide } = await asking('Bob@shop.example');
    const [copy, ...others] = copies(bob.id);
    expect(others).toEqual([]);
    expect(copy?.text).toContain('<@U0BOB>');
    expect(copy?.thread_ts).toBeUndefined();
    await expect(decide(ana.id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await decide(bob.id)).toEqual({ owed: 0 });
    await bench.wait(5);
    expect((await bench.approvals(id))[0]).toMatchObject({ status: 'approved', decidedBy: bob.id });
    const closed = await bench.db
      .raw`select reference, version, shown_version, card->'actions' as actions
      from cards where task_id = ${id} and key like 'approval:%'`;
    expect(closed).toHaveLength(2);
    for (const row of closed)
      expect(row).toMatchObject({ version: row['shown_version'], actions: [] });
  });

  test('is looked up once, not with each update of a card', async () => {
    const before = server.callsOf('users.lookupByEmail').length;
    await asking('carla@shop.example');
    await bench.wait(5);
    expect(server.callsOf('users.lookupByEmail').length - before).toBe(1);
  });

  test('counts once, however they are named', async () => {
    const { decide, id } = await asking('bob@shop.example', bob.id);
    expect(copies(bob.id).at(-1)).toBeDefined();
    await bench.db.raw`update approvals set needed = 2 where task_id = ${id}`;
    expect(await decide(bob.id)).toEqual({ owed: 1 });
    await expect(decide(bob.id)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('is looked for again after a while when Slack did not answer; the thread is asked at once', async () => {
    const dora = { id: 'U0DORA', team_id: team, profile: { email: 'dora@shop.example' } };
    server.users.push(dora);
    server.fail('users.lookupByEmail', { kind: 'status', code: 500, written: false });
    const { id } = await asking('dora@shop.example');
    const { conversation } = await bench.task(id);
    expect(bench.texts(conversation.split(':')[0] ?? '').join()).toContain('APPROVAL REQUIRED');
    expect(copies(dora.id)).toEqual([]);
    bench.pass(10 * 60_000);
    await bench.db.raw`update tasks set progress = 20 where id = ${id}`;
    await bench.read(async (tx) => announce(tx, { id, workspaceId }));
    await bench.wait(3);
    expect(copies(dora.id)).toHaveLength(1);
  });
});

describe('an address decides nothing for', () => {
  const cases = [
    ['somebody of another company', { team_id: 'T0OTHER' }],
    ['somebody whom Slack calls a stranger', { team_id: team, is_stranger: true }],
    ['a program', { team_id: team, is_bot: true }],
    ['somebody who has left', { team_id: team, deleted: true }],
  ] as const;
  test.each(cases)('%s', async (name, about) => {
    const id = `U0${name.length}X${cases.findIndex(([one]) => one === name)}`;
    const email = `${id.toLowerCase()}@shop.example`;
    server.users.push({ id, ...about, profile: { email } });
    const { decide } = await asking(email);
    expect(copies(id)).toEqual([]);
    expect(await known(email)).toEqual([]);
    await expect(decide(id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  test('a person of another company, even if it was written down for them', async () => {
    const { decide } = await asking('chief@shop.example');
    await bench.read((tx) =>
      rememberPerson(tx, {
        ...{ workspaceId, id: 'T0OTHER/U0EVE', channel: 'slack', conversation: 'D0EVE' },
        email: 'chief@shop.example',
      }),
    );
    await expect(decide('T0OTHER/U0EVE')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  test('somebody of another workspace who has the same id', async () => {
    const { decide } = await asking('bob@shop.example');
    await bench.db.raw`insert into workspaces (id, kind, name, locale, currency, timezone)
      values ('wsp_other', 'slack', 'Other', 'en-US', 'USD', 'UTC') on conflict do nothing`;
    await bench.db.raw`insert into people (workspace_id, id, channel, conversation, email)
      values ('wsp_other', 'U0FAY', 'slack', 'D0FAY', 'bob@shop.example')`;
    await expect(decide('U0FAY')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  test('whoever had it before it went to somebody else, or to nobody', async () => {
    const { decide } = await asking('desk@shop.example');
    await bench.know({ id: 'U0OLD', email: 'desk@shop.example' });
    expect(await known('desk@shop.example')).toHaveLength(1);
    server.users.push({ id: 'U0NEW', team_id: team, profile: { email: 'desk@shop.example' } });
    bench.pass(10 * 60_000);
    await reach('desk@shop.example');
    expect((await known('desk@shop.example')).map(({ id }) => id)).toEqual(['U0NEW']);
    await expect(decide('U0OLD')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    server.users.splice(
      server.users.findIndex(({ id }) => id === 'U0NEW'),
      1,
    );
    bench.pass(24 * 60 * 60_000);
    await reach('desk@shop.example');
    expect(await known('desk@shop.example')).toEqual([]);
    await expect(decide('U0NEW')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  test('whoever asked for the task, where somebody else has to approve', async () => {
    const { decide, id } = await asking('ana@shop.example');
    await bench.db.raw`update approvals set self_approval = false where task_id = ${id}`;
    await bench.db.raw`update tasks set requested_by = 'ana@shop.example' where id = ${id}`;
    await expect(decide(ana.id)).rejects.toThrow('somebody else');
  });
});

test('an approver of the workspace who is named by e-mail may steer its tasks', async () => {
  const id = await bench.file([approvalStep('go')]);
  await bench.accept(id);
  await bench.runJobs(id);
  const actor = { workspaceId, id: 'U0GUS' };
  await bench.know({ id: 'U0GUS', email: 'gus@shop.example' });
  await expect(pauseTask(bot.engine, actor, id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await bench.db
    .raw`update workspaces set approvers = '["Gus@shop.example"]'::jsonb where id = ${workspaceId}`;
  await pauseTask(bot.engine, actor, id);
  expect(await bench.task(id)).toMatchObject({ status: 'paused' });
});
