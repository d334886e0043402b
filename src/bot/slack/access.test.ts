/** Which token serves which workspace, where companies and organisations meet. */
import type { Installation } from '@slack/bolt';
import { beforeEach, expect, test } from 'vitest';
import { testDatabase } from '../../../test/support/database.ts';
import { systemTransaction } from '../../db/client.ts';
import { ensureWorkspace, setOrganisation } from '../../db/workspace.ts';
import { parseSealKeys } from '../../seal.ts';
import { createInstalledAccess } from './access-installed.ts';

const db = await testDatabase();
const keys = parseSealKeys('a'.repeat(64)) ?? [];
const settings = { locale: 'en-US', currency: 'USD', timezone: 'UTC' };
let at = new Date();
const create = () => createInstalledAccess({ db, keys, now: () => at, defaults: settings });

const installation = (token: string, about: Partial<Installation>): Installation => ({
  team: undefined,
  enterprise: undefined,
  user: { token: undefined, scopes: undefined, id: 'U1' },
  bot: { token, scopes: [], id: `B-${token}`, userId: `U-${token}` },
  appId: 'A1',
  ...about,
});
const ofTeam = (team: string) =>
  installation(`xoxb-${team}`, { team: { id: team }, isEnterpriseInstall: false });
const ofOrganisation = (id: string) =>
  installation(`xoxb-${id}`, { enterprise: { id }, isEnterpriseInstall: true });

beforeEach(async () => {
  await db.raw`delete from installations`;
});

test('each workspace is served with its own token', async () => {
  const { access, store } = create();
  await store.storeInstallation(ofTeam('T1'));
  await store.storeInstallation(ofTeam('T2'));
  const source = { isEnterpriseInstall: false };
  expect(await access.authorize({ ...source, teamId: 'T1' })).toMatchObject({
    botToken: 'xoxb-T1',
  });
  expect(await access.authorize({ ...source, teamId: 'T2' })).toMatchObject({
    botToken: 'xoxb-T2',
  });
  await expect(access.authorize({ ...source, teamId: 'T3' })).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
});

test('an installed workspace has the name that Slack gives it', async () => {
  const { store } = create();
  const team = { id: 'T8', name: 'Phone Shop' };
  await store.storeInstallation(installation('xoxb-T8', { team, enterprise: { id: 'E8' } }));
  const [row] = await db.raw`
    select kind, name, organisation from workspaces where id = 'wsp_slack_T8'`;
  expect(row).toEqual({ kind: 'slack', name: 'Phone Shop', organisation: 'E8' });
});

test('the workspaces of an organisation are served with its token, and act in their own names', async () => {
  const { access, store } = create();
  await store.storeInstallation(ofOrganisation('E1'));
  const source = { teamId: 'T5', enterpriseId: 'E1', isEnterpriseInstall: true };
  expect(await access.authorize(source)).toMatchObject({ botToken: 'xoxb-E1' });
  await systemTransaction(db, async (tx) => {
    await ensureWorkspace(tx, { id: 'wsp_slack_T5', kind: 'slack', name: 'T5', ...settings });
    await ensureWorkspace(tx, { id: 'wsp_slack_T6', kind: 'slack', name: 'T6', ...settings });
    await setOrganisation(tx, 'wsp_slack_T5', 'E1');
  });
  expect((await access.clientFor('wsp_slack_T5')).token).toBe('xoxb-E1');
  await expect(access.clientFor('wsp_slack_T6')).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('a workspace’s own installation comes before that of its organisation', async () => {
  const { access, store } = create();
  await store.storeInstallation(ofOrganisation('E1'));
  await store.storeInstallation(ofTeam('T5'));
  const source = { teamId: 'T5', enterpriseId: 'E1', isEnterpriseInstall: false };
  expect(await access.authorize(source)).toMatchObject({ botToken: 'xoxb-T5' });
});

test('an installation that another program took back is no longer used after half a minute', async () => {
  const [one, other] = [create(), create()];
  await one.store.storeInstallation(ofTeam('T1'));
  await one.access.clientFor('wsp_slack_T1');
  await other.access.revoke('wsp_slack_T1', 'uninstalled', new Date(Date.now() + 1000));
  at = new Date(at.getTime() + 31_000);
  await expect(one.access.clientFor('wsp_slack_T1')).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('what Bolt asks for is what was stored, until it is deleted', async () => {
  const { store } = create();
  const query = { teamId: 'T1', enterpriseId: undefined, isEnterpriseInstall: false };
  await store.storeInstallation(ofTeam('T1'));
  expect(await store.fetchInstallation(query)).toMatchObject({ bot: { token: 'xoxb-T1' } });
  at = new Date(Date.now() + 1000);
  await store.deleteInstallation?.(query);
  await expect(store.fetchInstallation(query)).rejects.toMatchObject({ code: 'FORBIDDEN' });
});
