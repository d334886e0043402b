import { describe, expect, test } from 'vitest';
import { testBot } from '../../test/support/bot.ts';
import { ana, toolStep } from '../../test/support/engine.ts';
import { begin } from '../db/begin.ts';
import { insertCard, listCards, markShown } from '../db/card.ts';
import { transaction } from '../db/client.ts';
import { listMessages, showMessages } from '../db/message.ts';
import { withStanding } from '../db/standing.ts';
import { cancelTask } from '../engine/steer.ts';
import type { Bot } from './bot.ts';
import { Card } from './card.ts';
import { deliverPost, deliverTask } from './deliver.ts';
import { createStoredChannel, toMessageView } from './message.ts';

const bench = await testBot();
const { bot, shown } = bench;
bench.tool('work');
const job = (taskId: string) => ({ workspaceId: ana.workspaceId, taskId });
const messagesOf = async (taskId: string) => {
  const { conversation } = await bench.task(taskId);
  return shown.filter((message) => message.place.conversation === conversation);
};

describe('a card', () => {
  test('is posted once and updated in place, with rising versions', async () => {
    const id = await bench.propose([toolStep('a')]);
    await bench.settle();
    await bench.accept(id);
    await bench.settle();
    await bench.runJobs(id, { pass: true });
    await bench.settle();
    const messages = await messagesOf(id);
    expect(messages.map(({ versions }) => versions.at(-1)?.card.kind)).toEqual([
      'plan',
      'progress',
      'delivery',
    ]);
    for (const { versions } of messages) {
      const numbers = versions.map(({ version }) => version);
      expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
      expect(new Set(versions.map(({ id: card }) => card)).size).toBe(1);
    }
  });

  test('that has not changed is not shown again', async () => {
    const id = await bench.propose([toolStep('a')]);
    await bench.settle();
    for (const _ of [1, 2, 3]) await deliverTask(bot, job(id));
    expect((await messagesOf(id)).map(({ versions }) => versions.length)).toEqual([1]);
  });

  test('keeps the id of a button for as long as the button stands there', async () => {
    const id = await bench.propose([toolStep('a'), toolStep('b')]);
    await bench.accept(id);
    await bench.settle();
    const [, progress] = await messagesOf(id);
    const cancelOf = () =>
      progress?.versions.at(-1)?.card.actions.find(({ label }) => label === 'Cancel')?.id;
    const before = cancelOf();
    await bench.db.raw`update tasks set progress = 40 where id = ${id}`;
    await deliverTask(bot, job(id));
    expect(progress?.versions.length).toBe(2);
    expect(cancelOf()).toBe(before);
  });

  test('of a task of another workspace, or of none, is not made', async () => {
    const id = await bench.propose([toolStep('a')]);
    const before = shown.length;
    await deliverTask(bot, { workspaceId: 'wsp_other', taskId: id });
    await deliverTask(bot, job('tsk_none'));
    await deliverPost(bot, { workspaceId: ana.workspaceId, cardId: 'crd_none' });
    expect(shown).toHaveLength(before);
  });

  test('whose channel is not there is logged, not lost: it is shown when the channel is back', async () => {
    const id = await bench.propose([toolStep('a')]);
    await deliverTask({ ...bot, channels: new Map() }, job(id));
    expect(await messagesOf(id)).toEqual([]);
    await deliverTask(bot, job(id));
    expect(await messagesOf(id)).toHaveLength(1);
  });

  test('whose posting fails is posted by the next try', async () => {
    const id = await bench.propose([toolStep('a')]);
    const down = {
      name: 'web',
      post: () => Promise.reject(new Error('Down.')),
      update: () => Promise.reject(new Error('Down.')),
    };
    const broken: Bot = { ...bot, channels: new Map([['web', down]]) };
    await expect(deliverTask(broken, job(id))).rejects.toThrow('Down.');
    await deliverTask(bot, job(id));
    expect(await messagesOf(id)).toHaveLength(1);
  });

  test('of which an older version arrived after a newer one is shown once more', async () => {
    const id = await bench.propose([toolStep('a')]);
    await bench.accept(id);
    await bench.settle();
    const [plan] = await messagesOf(id);
    const newest = plan?.versions.at(-1);
    const [row] = await bench.read((tx) => listCards(tx, id));
    // Another program was slow with the version before.
    const isNewest = await bench.read((tx) =>
      markShown(tx, row?.id ?? '', (row?.version ?? 0) - 1, row?.reference ?? ''),
    );
    expect(isNewest).toBe(false);
    const before = plan?.versions.length ?? 0;
    await deliverTask(bot, job(id));
    expect(plan?.versions.slice(before)).toEqual([newest]);
    expect((await bench.read((tx) => listCards(tx, id)))[0]).toMatchObject({
      shownVersion: row?.version,
    });
  });

  test('of a step that is over stays to be read, without buttons', async () => {
    const id = await bench.propose([
      { kind: 'human', key: 'h', name: 'Call', instruction: 'Call!' },
    ]);
    await bench.accept(id);
    await bench.runJobs(id);
    await bench.settle();
    await cancelTask(bot.engine, ana, id);
    await bench.settle();
    for (const { versions } of await messagesOf(id))
      expect(versions.at(-1)?.card.actions).toEqual([]);
  });
});

describe('the channel that keeps its messages here', () => {
  const channel = createStoredChannel(bench.db, 'web');
  const cardOf = (text: string) => Card.parse({ kind: 'progress', title: 'Title', text });
  const stored = (conversation: string) => bench.read((tx) => listMessages(tx, conversation));

  test('shows the same card once, in its newest version, whatever comes late', async () => {
    const place = { workspaceId: ana.workspaceId, conversation: 'stored-1' };
    const posted = (version: number) => ({
      id: 'crd_1',
      version,
      card: cardOf(`version ${version}`),
    });
    const reference = await channel.post(place, posted(1));
    await channel.update(place, reference, posted(3));
    await channel.update(place, reference, posted(2));
    expect(await channel.post(place, posted(1))).toBe(reference);
    expect(await stored('stored-1')).toMatchObject([
      { id: reference, author: 'factotum', text: 'version 3', version: 3 },
    ]);
  });

  test('keeps words as words and cards as cards', async () => {
    const place = { workspaceId: ana.workspaceId, conversation: 'stored-2' };
    await channel.post(place, {
      id: 'crd_2',
      version: 1,
      card: Card.parse({ kind: 'text', title: '', text: 'Hi' }),
    });
    await channel.post(place, { id: 'crd_3', version: 1, card: cardOf('Bar') });
    const [words, card] = (await stored('stored-2')).map(toMessageView);
    expect(words).not.toHaveProperty('card');
    expect(card?.card).toMatchObject({ kind: 'progress', title: 'Title' });
  });
});

describe('a message of a task that two jobs would post', () => {
  test('is locked by its card first, so that neither waits for what the other needs', async () => {
    const stored: Bot = {
      engine: bench.engine,
      channels: new Map([['web', createStoredChannel(bench.db, 'web')]]),
    };
    const id = await bench.propose([toolStep('a')]);
    const { conversation } = await bench.task(id);
    const card = await bench.read((tx) =>
      insertCard(tx, {
        ...{
          workspaceId: ana.workspaceId,
          taskId: id,
          key: 'sent:1',
          channel: 'web',
          conversation,
        },
        card: { kind: 'text', title: '', text: 'The new CRM is nearly there.' },
      }),
    );
    let posting: Promise<void> | undefined;
    await transaction(
      bench.db,
      ana,
      async (tx) => {
        // As the other job does: begun with all cards of the task, then their messages.
        posting = deliverPost(stored, { workspaceId: ana.workspaceId, cardId: card.id });
        await waitsForLock();
        const id = card.id.replace(/^crd_/, 'msg_');
        await showMessages(tx, [
          {
            ...{ id, workspaceId: ana.workspaceId, channel: 'web' },
            ...{ conversation, text: 'The new CRM is nearly there.', card: null, version: 1 },
          },
        ]);
      },
      withStanding(id),
    );
    await posting;
    const messages = await bench.read((tx) => listMessages(tx, conversation));
    expect(messages.map(({ text }) => text)).toEqual(['The new CRM is nearly there.']);
  });

  test('is locked by whoever reads it, also when it came after the turn was taken', async () => {
    const id = await bench.propose([toolStep('a')]);
    const { workspaceId } = ana;
    const { text, values } = withStanding(id);
    await begin(bench.db.orm.$client, async (sql) => {
      await sql`select factotum_open(${workspaceId}, null, ${id})`;
      const card = { kind: 'text', title: '', text: 'Later.' };
      const place = { taskId: id, key: 'sent:2', channel: 'web', conversation: 'talk' };
      const late = await bench.read((tx) => insertCard(tx, { workspaceId, ...place, card }));
      const [read] = await sql.unsafe(text, values);
      expect(JSON.stringify(read)).toContain(late.id);
      const free = await bench.db
        .raw`select from cards where id = ${late.id} for update skip locked`;
      expect(free).toHaveLength(0);
    });
  });

  async function waitsForLock(): Promise<void> {
    for (;;) {
      const [row] = await bench.db.raw`
        select from pg_locks join pg_stat_activity using (pid)
        where not granted and datname = current_database()`;
      if (row) return;
    }
  }
});
