import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { parseSealKeys } from '../seal.ts';
import { systemTransaction, transaction } from './client.ts';
import {
  findInstallation,
  installations,
  openInstallation,
  revokeInstallation,
  saveInstallation,
} from './installation.ts';
import type { Tx } from './tx.ts';

const db = await testDatabase();
const keys = parseSealKeys('a'.repeat(64)) ?? [];
const system = <T>(work: (tx: Tx) => Promise<T>) => systemTransaction(db, work);
const about = { isOrganisation: false, appId: 'A1', botUserId: 'U1', installedBy: 'U2' };
const save = (workspaceId: string, secret: string) =>
  system((tx) => saveInstallation(tx, keys, { ...about, workspaceId }, secret));
const open = async (workspaceId: string, with_ = keys) => {
  const found = await system((tx) => findInstallation(tx, workspaceId));
  return found && openInstallation(with_, found);
};
const soon = () => new Date(Date.now() + 60_000);

test('no token stands in the database as it is', async () => {
  await save('wsp_slack_T1', '{"token":"xoxb-secret"}');
  const rows = await db.raw`select * from installations`;
  expect(JSON.stringify(rows)).not.toContain('xoxb');
  expect(await open('wsp_slack_T1')).toBe('{"token":"xoxb-secret"}');
});

test('a token that is copied into the row of another workspace does not open there', async () => {
  await save('wsp_slack_T2', 'of two');
  await save('wsp_slack_T3', 'of three');
  const from = await system((tx) => findInstallation(tx, 'wsp_slack_T2'));
  await system((tx) =>
    tx
      .update(installations)
      .set({ sealed: from?.sealed ?? '' })
      .where(eq(installations.workspaceId, 'wsp_slack_T3')),
  );
  await expect(open('wsp_slack_T3')).rejects.toThrow(/belongs to another workspace/);
  expect(await open('wsp_slack_T2')).toBe('of two');
});

test('with another key it says which variable to set', async () => {
  await save('wsp_slack_T4', 'secret');
  await expect(open('wsp_slack_T4', parseSealKeys('b'.repeat(64)))).rejects.toThrow(
    /FACTOTUM_ENCRYPTION_KEY/,
  );
});

test('what is uninstalled keeps no token, and can be installed again', async () => {
  await save('wsp_slack_T5', 'first');
  const gone = () => system((tx) => revokeInstallation(tx, 'wsp_slack_T5', 'uninstalled', soon()));
  expect(await gone()).toBe(true);
  expect(await gone()).toBe(false);
  expect(await system((tx) => findInstallation(tx, 'wsp_slack_T5'))).toMatchObject({
    sealed: null,
    revoked: 'uninstalled',
  });
  expect(await open('wsp_slack_T5')).toBeUndefined();
  await save('wsp_slack_T5', 'second');
  expect(await open('wsp_slack_T5')).toBe('second');
});

test('late news of an uninstallation leaves the newer installation alone', async () => {
  const before = new Date(Date.now() - 60_000);
  await save('wsp_slack_T6', 'newer');
  const revoked = await system((tx) =>
    revokeInstallation(tx, 'wsp_slack_T6', 'uninstalled', before),
  );
  expect(revoked).toBe(false);
  expect(await open('wsp_slack_T6')).toBe('newer');
});

test('a transaction of a workspace sees no installation, not even its own', async () => {
  await save('wsp_slack_T7', 'secret');
  const look = transaction(db, { workspaceId: 'wsp_slack_T7' }, (tx) =>
    findInstallation(tx, 'wsp_slack_T7'),
  );
  await expect(look).rejects.toMatchObject({ cause: { message: /permission denied/ } });
});
