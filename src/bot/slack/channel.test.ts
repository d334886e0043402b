import { describe, expect, test } from 'vitest';
import { humanStep, toolStep } from '../../../test/support/engine.ts';
import { ana, slackBench } from '../../../test/support/slack.ts';
import { listCards } from '../../db/card.ts';
import { deliverTask, reply } from '../deliver.ts';

const bench = await slackBench();
const { bot, server } = bench;
bench.tool('work');
const job = (taskId: string) => ({ workspaceId: ana.workspaceId, taskId });
const cardsOf = (taskId: string) => bench.read((tx) => listCards(tx, taskId));
const roomOf = async (taskId: string) => {
  const { conversation } = await bench.task(taskId);
  return conversation.split(':')[0] ?? '';
};
const shownIn = (channel: string) => server.messages.filter((one) => one.channel === channel);

describe('a card', () => {
  test('is posted in its thread with our mark, and updated in place under new block ids', async () => {
    const id = await bench.file([toolStep('a')]);
    await bench.settle();
    const room = await roomOf(id);
    const [plan] = shownIn(room);
    const [row] = await cardsOf(id);
    expect(plan).toMatchObject({
      thread_ts: '1690000000.000001',
      metadata: { event_type: 'factotum_card', event_payload: { card: row?.id } },
    });
    const before = plan?.blocks?.map(({ block_id }) => block_id) ?? [];
    await bench.accept(id);
    await bench.wait(10);
    expect(shownIn(room)[0]?.ts).toBe(plan?.ts);
    const after = shownIn(room)[0]?.blocks?.map(({ block_id }) => block_id) ?? [];
    expect(after.length).toBeGreaterThan(0);
    expect(after.filter((block) => before.includes(block))).toEqual([]);
    expect((await cardsOf(id)).map(({ reference }) => reference)).toContain(`${room}:${plan?.ts}`);
  });

  test('whose connection is cut after Slack has taken it is found, not posted twice', async () => {
    const id = await bench.file([toolStep('a')]);
    server.fail('chat.postMessage', { kind: 'drop', written: true });
    await expect(deliverTask(bot, job(id))).rejects.toThrow('Slack did not take a message.');
    await deliverTask(bot, job(id));
    const room = await roomOf(id);
    expect(shownIn(room)).toHaveLength(1);
    await bench.wait(12);
    const [row] = await cardsOf(id);
    expect(shownIn(room)).toHaveLength(1);
    expect(row).toMatchObject({ reference: `${room}:${shownIn(room)[0]?.ts}`, shownVersion: 1 });
  });

  test('of which Slack has taken nothing is posted by the next try', async () => {
    const lost = [
      { kind: 'drop', written: false },
      { kind: 'status', code: 500, written: false },
      { kind: 'error', error: 'internal_error' },
    ] as const;
    for (const fault of lost) {
      const id = await bench.file([toolStep('a')]);
      server.fail('chat.postMessage', fault);
      await expect(deliverTask(bot, job(id))).rejects.toThrow();
      bench.pass(10_000);
      await deliverTask(bot, job(id));
      expect(shownIn(await roomOf(id))).toHaveLength(1);
    }
  });

  test('that was taken with a 500 stands once, in the version that is newest when it is found', async () => {
    const id = await bench.file([humanStep('h')]);
    server.fail('chat.postMessage', { kind: 'status', code: 500, written: true });
    await expect(deliverTask(bot, job(id))).rejects.toThrow();
    await bench.accept(id);
    await bench.runJobs(id);
    await bench.wait(15);
    const room = await roomOf(id);
    const [plan, ...others] = (await cardsOf(id)).filter(({ key }) => key === 'plan:1');
    expect(others).toEqual([]);
    const standing = shownIn(room).filter(
      (message) => message.metadata?.event_payload['card'] === plan?.id,
    );
    expect(standing).toHaveLength(1);
    expect(standing[0]?.blocks?.[0]?.block_id).toContain(`${plan?.id}:${plan?.version}`);
    expect(plan?.version).toBeGreaterThan(1);
  });

  test('is found by another program that goes on after a crash', async () => {
    const id = await bench.file([toolStep('a')]);
    // The answer never comes, and the program is gone before it could have.
    server.fail('chat.postMessage', { kind: 'drop', written: true });
    await expect(deliverTask(bot, job(id))).rejects.toThrow();
    const next = bench.another();
    // The first may still be at it, for all the other one knows.
    await deliverTask(next, job(id));
    expect(server.callsOf('conversations.replies').at(-1)?.args['channel']).not.toBe(
      await roomOf(id),
    );
    bench.pass(10_000);
    await deliverTask(next, job(id));
    expect(shownIn(await roomOf(id))).toHaveLength(1);
    expect((await cardsOf(id))[0]).toMatchObject({ shownVersion: 1 });
  });

  test('that somebody has deleted is shown anew, once, also over a lost connection', async () => {
    const id = await bench.file([humanStep('h')]);
    await bench.accept(id);
    await bench.runJobs(id);
    await bench.wait(5);
    const room = await roomOf(id);
    const progress = (await cardsOf(id)).find(({ key }) => key === 'progress');
    const old = progress?.reference?.split(':')[1] ?? '';
    server.remove(old);
    await bench.db.raw`update tasks set progress = 40 where id = ${id}`;
    server.fail('chat.postMessage', { kind: 'drop', written: true });
    await expect(deliverTask(bot, job(id))).rejects.toThrow();
    bench.pass(10_000);
    await deliverTask(bot, job(id));
    const ours = shownIn(room).filter(
      (message) => message.metadata?.event_payload['card'] === progress?.id,
    );
    expect(ours).toHaveLength(1);
    expect((await cardsOf(id)).find(({ key }) => key === 'progress')?.reference).toBe(
      `${room}:${ours[0]?.ts}`,
    );
  });

  test('whose update is lost on the way, there or back, is updated by the next try', async () => {
    const faults = [
      { kind: 'drop', written: true },
      { kind: 'drop', written: false },
      { kind: 'status', code: 503, written: true },
    ] as const;
    for (const fault of faults) {
      const id = await bench.file([humanStep('h')]);
      await bench.accept(id);
      await bench.runJobs(id);
      await bench.wait(5);
      const room = await roomOf(id);
      const before = shownIn(room).map(({ ts }) => ts);
      await bench.db.raw`update tasks set progress = 40 where id = ${id}`;
      server.fail('chat.update', fault);
      await expect(deliverTask(bot, job(id))).rejects.toThrow('Slack did not take a message.');
      bench.pass(3000);
      await deliverTask(bot, job(id));
      expect(shownIn(room).map(({ ts }) => ts)).toEqual(before);
      expect(bench.texts(room).join()).toContain('40%');
    }
  });

  test('that answers and belongs to no task waits as Slack says, and is then posted', async () => {
    const place = { workspaceId: ana.workspaceId, conversation: 'C0ANSWER:1690000000.000001' };
    server.fail('chat.postMessage', { kind: 'limited', seconds: 7 });
    await bench.read((tx) =>
      reply(tx, { ...place, channel: 'slack' }, 'answer', { kind: 'text', title: '', text: 'Hi' }),
    );
    await bench.wait(6);
    expect(shownIn('C0ANSWER')).toEqual([]);
    await bench.wait(2);
    expect(bench.texts('C0ANSWER')).toEqual(['Hi']);
  });

  test('of an archived channel goes to whoever asked for it, and says why', async () => {
    const id = await bench.file([humanStep('h')]);
    await bench.settle();
    const room = await roomOf(id);
    server.archived.add(room);
    const before = shownIn('D0ANA').length;
    await bench.accept(id);
    await bench.runJobs(id);
    await bench.wait(8);
    const direct = shownIn('D0ANA').slice(before);
    const notes = direct.map((message) => JSON.stringify(message.blocks?.[0]));
    expect(notes.filter((note) => note.includes(`<#${room}> was archived`))).toHaveLength(2);
    expect(shownIn(room)).toHaveLength(1);
    // It goes on there, in place.
    await bench.db.raw`update tasks set progress = 60 where id = ${id}`;
    await deliverTask(bot, job(id));
    await bench.wait(5);
    expect(shownIn('D0ANA')).toHaveLength(before + direct.length);
    const { reference } = (await cardsOf(id)).find(({ key }) => key === 'progress') ?? {};
    expect(reference).toMatch(/^D0ANA:/);
  });

  test('whose blocks are refused is shown in words', async () => {
    const id = await bench.file([toolStep('a')]);
    server.fail('chat.postMessage', { kind: 'error', error: 'invalid_blocks' });
    await deliverTask(bot, job(id));
    const [message] = shownIn(await roomOf(id));
    expect(message?.blocks ?? []).toEqual([]);
    expect(message?.text).toContain('Test CRM');
  });
});

describe('429', () => {
  test('of one channel is waited for there, and holds nothing else up', async () => {
    const [slow, fast] = [await bench.file([toolStep('a')]), await bench.file([toolStep('b')])];
    server.fail('chat.postMessage', { kind: 'limited', seconds: 20 });
    await deliverTask(bot, job(slow));
    await deliverTask(bot, job(fast));
    expect(shownIn(await roomOf(slow))).toEqual([]);
    expect(shownIn(await roomOf(fast))).toHaveLength(1);
    const calls = server.callsOf('chat.postMessage').length;
    await bench.wait(19);
    expect(server.callsOf('chat.postMessage')).toHaveLength(calls);
    await bench.wait(2);
    expect(shownIn(await roomOf(slow))).toHaveLength(1);
  });

  test('on an update is waited for by all updates of the workspace, also when it comes as 200', async () => {
    for (const fault of [{ kind: 'limited', seconds: 30 }, { kind: 'limited_quietly' }] as const) {
      const [one, other] = [await bench.file([humanStep('h')]), await bench.file([humanStep('h')])];
      for (const id of [one, other]) {
        await bench.accept(id);
        await bench.runJobs(id);
      }
      await bench.wait(70);
      server.fail('chat.update', fault);
      const before = server.callsOf('chat.update').length;
      await bench.db.raw`update tasks set progress = 70 where id in (${one}, ${other})`;
      for (const id of [one, other]) await deliverTask(bot, job(id));
      await bench.wait(29);
      expect(server.callsOf('chat.update')).toHaveLength(before + 1);
      await bench.wait(5);
      expect(server.callsOf('chat.update')).toHaveLength(before + 3);
    }
  });
});

describe('a workspace that has revoked its tokens', () => {
  test('is marked, its task pauses, and whoever asked is told where they can be', async () => {
    const id = await bench.file([toolStep('a')]);
    await bench.settle();
    await bench.accept(id);
    const { workspaceId } = ana;
    await bench.know({ id: ana.id, channel: 'web', conversation: 'ana-at-home' });
    server.failAlways('chat.postMessage', { kind: 'error', error: 'token_revoked' });
    server.failAlways('chat.update', { kind: 'error', error: 'token_revoked' });
    await bench.wait(5);
    expect(bench.revoked).toContain(workspaceId);
    expect(await bench.task(id)).toMatchObject({ status: 'paused' });
    const told = (await cardsOf(id)).filter(({ channel }) => channel === 'web');
    expect(told).toHaveLength(1);
    const message = bench.shown.find(({ versions }) => versions[0]?.id === told[0]?.id);
    expect(message?.place.conversation).toBe('ana-at-home');
    expect(message?.versions.map(({ card }) => card.text)).toEqual([
      'I can no longer write in slack about Test CRM: the installation there was revoked. The task is paused; say “continue” when that is settled.',
    ]);
    server.mend();
    await bench.db.raw`delete from people where channel = 'web'`;
  });

  test('where nobody can be told otherwise, the log says so', async () => {
    const id = await bench.file([toolStep('a')]);
    server.failAlways('chat.postMessage', { kind: 'error', error: 'account_inactive' });
    const logged: unknown[] = [];
    const warn = bot.engine.log.warn;
    bot.engine.log.warn = (event, data) => logged.push({ event, ...data });
    await bench.settle();
    bot.engine.log.warn = warn;
    server.mend();
    expect(logged).toContainEqual(
      expect.objectContaining({ event: 'deliver.shut_out', task: id, told: [] }),
    );
  });
});
