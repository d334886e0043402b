import { describe, expect, test } from 'vitest';
import { testBot } from '../../test/support/bot.ts';
import { ana } from '../../test/support/engine.ts';
import { listMessages } from '../db/message.ts';
import { longestMessage, receive } from './receive.ts';

const { bot, talk, read, db } = await testBot();
const stored = (conversation: string) => read((tx) => listMessages(tx, conversation));
const waiting = async (messageId: string) => {
  const rows = await db.raw`
    select 1 from graphile_worker._private_jobs where payload->>'messageId' = ${messageId}`;
  return rows.length;
};

describe('a message', () => {
  test('is stored and waits to be read', async () => {
    const { conversation, incoming } = talk();
    const { messageId, isNew } = await receive(bot, { ...incoming, text: '  hello  ' });
    expect(isNew).toBe(true);
    expect(await stored(conversation)).toMatchObject([
      { id: messageId, text: 'hello', author: 'ana', handledAt: null },
    ]);
    expect(await waiting(messageId)).toBe(1);
  });

  test('that comes twice with the same id is one, and read once', async () => {
    const { conversation, incoming } = talk();
    const first = await receive(bot, { ...incoming, text: 'hello', externalId: 'e1' });
    const second = await receive(bot, { ...incoming, text: 'hello again', externalId: 'e1' });
    expect(second).toEqual({ messageId: first.messageId, isNew: false });
    expect(await stored(conversation)).toMatchObject([{ text: 'hello' }]);
    expect(await waiting(first.messageId)).toBe(1);
  });

  test('that comes twenty times at once is one', async () => {
    const { conversation, incoming } = talk();
    const same = Array.from({ length: 20 }, () =>
      receive(bot, { ...incoming, text: 'hello', externalId: 'e1' }),
    );
    const outcomes = await Promise.all(same);
    expect(outcomes.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(new Set(outcomes.map(({ messageId }) => messageId)).size).toBe(1);
    expect(await stored(conversation)).toHaveLength(1);
  });

  test('with the same id in another conversation or workspace is another', async () => {
    const [one, other] = [talk(), talk()];
    for (const incoming of [
      one.incoming,
      other.incoming,
      { ...one.incoming, workspaceId: 'wsp_b' },
    ])
      expect(await receive(bot, { ...incoming, text: 'hello', externalId: 'e1' })).toMatchObject({
        isNew: true,
      });
  });

  test('without an id is always another', async () => {
    const { conversation, incoming } = talk();
    for (const _ of [1, 2]) await receive(bot, { ...incoming, text: 'hello' });
    expect(await stored(conversation)).toHaveLength(2);
  });

  test.each(['', '   ', '\n\t', '\0', ' \0\0 '])(
    'of nothing (%j) is refused with an example',
    async (text) => {
      const { conversation, incoming } = talk();
      await expect(receive(bot, { ...incoming, text })).rejects.toMatchObject({
        code: 'INVALID',
        message: expect.stringContaining('Create a CRM'),
      });
      expect(await stored(conversation)).toEqual([]);
    },
  );

  test('of the longest kind is kept whole, and one more character is too many', async () => {
    const { conversation, incoming } = talk();
    await receive(bot, { ...incoming, text: 'x'.repeat(longestMessage) });
    expect((await stored(conversation))[0]?.text).toHaveLength(longestMessage);
    await expect(
      receive(bot, { ...incoming, text: 'x'.repeat(longestMessage + 1) }),
    ).rejects.toMatchObject({ code: 'LIMIT', message: expect.stringContaining('200001') });
  });

  test('with null characters is kept without them; every script is kept as it is', async () => {
    const { conversation, incoming } = talk();
    await receive(bot, { ...incoming, text: 'a\0b – 東京 שלום 👨‍👩‍👧 \u{1f41d}' });
    expect((await stored(conversation))[0]?.text).toBe('ab – 東京 שלום 👨‍👩‍👧 🐝');
  });

  test('with half a character is kept all the same', async () => {
    const { incoming } = talk();
    await expect(receive(bot, { ...incoming, text: 'a\ud83db' })).resolves.toMatchObject({
      isNew: true,
    });
  });

  test('whose id has a null character is answered like any other', async () => {
    const { incoming } = talk();
    await expect(
      receive(bot, { ...incoming, text: 'hello', externalId: 'e\0' }),
    ).resolves.toMatchObject({ isNew: true });
  });

  test('is not seen from another workspace', async () => {
    const { conversation, incoming } = talk();
    await receive(bot, { ...incoming, text: 'hello', workspaceId: 'wsp_b' });
    expect(ana.workspaceId).not.toBe('wsp_b');
    expect(await stored(conversation)).toEqual([]);
  });
});
