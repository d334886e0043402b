/** 6. Every copy of a card closes, wherever it was decided, and an old button says what is new (PAINS 6). */
import { describe, expect, onTestFinished, test } from 'vitest';
import { testBot } from '../../test/support/bot.ts';
import { ana, toolStep } from '../../test/support/engine.ts';
import { rememberPerson } from '../db/person.ts';
import { performVerb } from '../engine/verb.ts';
import type { Card } from './card.ts';
import { click } from './click.ts';
import { deliverTask } from './deliver.ts';
import { receive } from './receive.ts';

const bench = await testBot();
const { bot, engine, read, settle, shown, talk } = bench;
const bob = { ...ana, id: 'bob' };
const sent = bench.tool('mail', undefined, { effect: 'send' });
bench.tool('work');
await read((tx) => rememberPerson(tx, { ...bob, channel: 'web', conversation: 'private-bob' }));

/** A task whose approval card stands in its conversation and where bob is spoken to alone. */
async function waiting(): Promise<{ id: string; cards: () => Card[] }> {
  const id = await bench.propose([toolStep('a', { tool: 'mail' }), toolStep('b')]);
  await bench.accept(id);
  await bench.runJobs(id, { pass: true });
  await settle();
  const { conversation } = await bench.task(id);
  const [row] = await bench.db.raw`select id from approvals where task_id = ${id}`;
  const rows = await bench.db.raw`
    select id from cards where task_id = ${id} and key like ${`%${row?.['id']}%`}`;
  const names = rows.map((card) => String(card['id']));
  const cards = () =>
    shown
      .filter((message) => names.includes(message.versions[0]?.id ?? ''))
      .flatMap((message) => message.versions.at(-1)?.card ?? []);
  expect(cards().length).toBeGreaterThan(1);
  expect(talk(conversation).last('approval').actions).not.toEqual([]);
  return { id, cards };
}
const buttonOf = (card: Card | undefined, label: string): string => {
  const found = card?.actions.find((action) => action.label === label);
  if (!found) throw new Error(`The card has no ${label}.`);
  return found.id;
};
const labels = (card: Card) => card.actions.map(({ label }) => label);

describe('whoever answers below a copy', () => {
  test('means the task of the card, and may say there what its buttons say', async () => {
    const { id, cards } = await waiting();
    const copy = shown.findLast((message) => message.place.conversation === 'private-bob');
    const conversation = copy?.reference ?? '';
    const { workspaceId } = bob;
    const said = { workspaceId, channel: 'web', author: 'bob', conversation };
    await receive(bot, { ...said, text: 'approve' });
    await settle();
    for (const card of cards()) expect(labels(card)).not.toContain('Approve');
    const before = sent.length;
    await bench.runJobs(id, { pass: true });
    expect(sent).toHaveLength(before + 1);
  });

  test('decides nothing without being asked', async () => {
    const { cards } = await waiting();
    const copy = shown.findLast((message) => message.place.conversation === 'private-bob');
    const conversation = copy?.reference ?? '';
    const { workspaceId } = ana;
    const said = { workspaceId, channel: 'web', author: 'eve', conversation };
    await receive(bot, { ...said, text: 'approve' });
    await settle();
    for (const card of cards()) expect(labels(card)).toContain('Approve');
    expect(talk(conversation).last().text).toMatch(/Only .* can/);
  });
});

describe('an approval card', () => {
  test('stands in the task’s conversation and in the private one of each who is asked', async () => {
    const { cards } = await waiting();
    expect(cards()).toHaveLength(2);
    const ids = cards().flatMap((card) => card.actions.map((action) => action.id));
    expect(new Set(ids).size).toBe(ids.length);
    for (const card of cards()) expect(labels(card)).toEqual(['Approve', 'Modify', 'Reject']);
  });

  test('that is decided in one place is closed in all of them, with who decided', async () => {
    const { id, cards } = await waiting();
    const [here, there] = cards();
    const yes = buttonOf(there, 'Approve');
    expect(await click(bot, bob, yes, {})).toMatchObject({ outcome: 'done' });
    await settle();
    for (const card of cards()) {
      expect(labels(card)).not.toContain('Approve');
      expect(labels(card)).not.toContain('Reject');
      expect(card.note).toContain('bob');
    }
    const late = await click(bot, ana, buttonOf(here, 'Reject'), {});
    expect(late.outcome).toBe('stale');
    const before = sent.length;
    await bench.runJobs(id, { pass: true });
    expect(sent).toHaveLength(before + 1);
  });

  test('is closed before the other copies have heard: the late click tells who decided', async () => {
    const { cards } = await waiting();
    const [here, there] = cards();
    await click(bot, bob, buttonOf(there, 'Approve'), {});
    // Nothing was delivered yet: the button still stands there.
    expect(await click(bot, ana, buttonOf(here, 'Approve'), {})).toEqual({
      outcome: 'stale',
      message: 'This was already approved by bob.',
    });
  });

  test('is closed everywhere else though one place cannot be reached, and there by the next try', async () => {
    const { id, cards } = await waiting();
    const channel = bot.channels.get('web');
    if (!channel) throw new Error('There is no channel.');
    const { update } = channel;
    onTestFinished(() => {
      channel.update = update;
    });
    await click(bot, bob, buttonOf(cards()[1], 'Approve'), {});
    const open = () => cards().filter((card) => labels(card).includes('Approve')).length;
    expect(open()).toBe(2);
    const { conversation } = await bench.task(id);
    channel.update = async (place, ...rest) => {
      if (place.conversation === conversation) throw new Error('The channel is down.');
      return update(place, ...rest);
    };
    const job = { workspaceId: ana.workspaceId, taskId: id };
    await expect(deliverTask(bot, job)).rejects.toThrow('The channel is down.');
    expect(open()).toBe(1);
    channel.update = update;
    await deliverTask(bot, job);
    expect(open()).toBe(0);
  });

  test('of a plan that was changed says so on an old button, and is closed in all places', async () => {
    const { id, cards } = await waiting();
    const [here, there] = cards();
    const old = buttonOf(there, 'Approve');
    await performVerb(engine, ana, id, 'modify', { text: 'leave out Do b' });
    // Before the cards have heard of it, and after.
    expect(await click(bot, bob, old, {})).toEqual({
      outcome: 'stale',
      message: 'The plan has changed since this was asked. Look at the newest card.',
    });
    await settle();
    for (const card of cards()) expect(labels(card)).toEqual([]);
    expect(await click(bot, ana, buttonOf(here, 'Approve'), {})).toEqual({
      outcome: 'stale',
      message: 'The plan changed. The newest is version 2.',
    });
    expect(await bench.task(id)).toMatchObject({ status: 'ready', planVersion: 2 });
  });

  test('in a private conversation is of no use to somebody who is not asked', async () => {
    const { id, cards } = await waiting();
    const answer = await click(bot, { ...ana, id: 'eve' }, buttonOf(cards()[1], 'Approve'), {});
    expect(answer).toEqual({ outcome: 'forbidden', message: 'Only ana or bob can decide this.' });
    expect(await bench.approvals(id)).toMatchObject([{ status: 'open' }]);
    expect(await click(bot, bob, buttonOf(cards()[1], 'Approve'), {})).toMatchObject({
      outcome: 'done',
    });
  });
});
