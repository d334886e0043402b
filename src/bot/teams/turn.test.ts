/** What a turn counts: Teams counts what arrives, so a slow machine or a slow wire must not make it too much. */
import { expect, test } from 'vitest';
import { testDatabase } from '../../../test/support/database.ts';
import { insertCard } from '../../db/card.ts';
import { systemTransaction, transaction } from '../../db/client.ts';
import { lockPace, settleDelivery } from '../../db/delivery.ts';
import { ensureWorkspace } from '../../db/workspace.ts';
import { takeTurn } from './turn.ts';

const db = await testDatabase();
const workspaceId = 'wsp_teams_turn';
const settings = { locale: 'en-US', currency: 'USD', timezone: 'UTC' };
await systemTransaction(db, (tx) =>
  ensureWorkspace(tx, { id: workspaceId, kind: 'teams', name: 'Shop', ...settings }),
);
const start = Date.UTC(2026, 0, 5, 9);
const at = (ms: number) => () => new Date(start + ms);

/** A message that waits to be sent, in a conversation of its own unless it is named. */
async function waiting(key: string, conversation = `a:${key}`) {
  const said = { kind: 'text', title: '', text: key } as const;
  const none = { fields: [], steps: [], sections: [], checks: [], actions: [] };
  const row = { workspaceId, taskId: null, key, channel: 'teams', card: { ...said, ...none } };
  const { id } = await transaction(db, { workspaceId }, (tx) =>
    insertCard(tx, { ...row, conversation }),
  );
  return { id, place: { workspaceId, conversation } };
}
const turnsOf = async (cardId: string) =>
  (await db.raw`select at from deliveries where card_id = ${cardId} order by id`).map(
    (row) => (row['at'] as Date).getTime() - start,
  );

test('whoever has to wait for the others is counted from when the turn was given', async () => {
  const { id, place } = await waiting('late');
  let now = at(0);
  let turn: Promise<Date | undefined> | undefined;
  await transaction(db, place, async (tx) => {
    await lockPace(tx, workspaceId);
    turn = takeTurn(db, () => now(), place, id);
    // Until it waits for the lock that this transaction has.
    await expect
      .poll(async () => {
        const [row] =
          await db.raw`select count(*)::int as n from pg_locks where locktype = 'advisory' and not granted`;
        return row?.['n'];
      })
      .toBeGreaterThan(0);
    now = at(700);
  });
  expect(await turn).toBeUndefined();
  expect(await turnsOf(id)).toEqual([700]);
});

test('a message counts from when it was answered, so that a slow wire lets through no more', async () => {
  const conversation = 'a:slow';
  const eight = await Promise.all(
    Array.from({ length: 8 }, (_, index) => waiting(`slow-${index}`, conversation)),
  );
  for (const [index, { id, place }] of eight.entries()) {
    const now = at(index * 1_100);
    expect(await takeTurn(db, now, place, id)).toBeUndefined();
    await db.raw`update cards set shown_version = version where id = ${id}`;
  }
  // Each was on its way for a while, and all arrive together.
  for (const { id, place } of eight)
    await transaction(db, place, (tx) => settleDelivery(tx, id, at(9_000)()));
  const { id, place } = await waiting('slow-9', conversation);
  const later = await takeTurn(db, at(9_100), place, id);
  expect(later?.getTime()).toBeGreaterThan(start + 11_000);
});

test('what is put off until a time is not counted from earlier', async () => {
  const { id, place } = await waiting('put off');
  expect(await takeTurn(db, at(30_000), place, id)).toBeUndefined();
  await transaction(db, place, (tx) => settleDelivery(tx, id, at(29_000)()));
  expect(await turnsOf(id)).toEqual([30_000]);
});
