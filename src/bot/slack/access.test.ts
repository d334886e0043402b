/** Which token serves which workspace, where companies and organisations meet. */
import type { Installation } from '@slack/bolt';
import { beforeEach, describe, expect, test } from 'vitest';
import { testDatabase } from '../../../test/support/database.ts';
import { systemTransaction, transaction } from '../../db/client.ts';
import { findSession, forgetSessions, startSession } from '../../db/session.ts';
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

describe('who is signed in to the pages', () => {
  const expiresAt = new Date(Date.now() + 60_000);
  const signIn = (team: string) =>
    systemTransaction(db, (tx) =>
      startSession(tx, {
        ...{ workspaceId: `wsp_slack_${team}`, person: 'U1', name: 'Ana', provider: 'slack' },
        expiresAt,
      }),
    );
  const signedIn = async () => {
    const rows = await db.raw`select workspace_id from sessions order by 1`;
    return rows.map((row) => String(row['workspace_id']).replace('wsp_slack_', ''));
  };
  const later = () => new Date(Date.now() + 1000);
  beforeEach(async () => {
    await db.raw`delete from sessions`;
  });

  test('is signed out with the workspace, and nobody else', async () => {
    const { access, store } = create();
    await store.storeInstallation(ofTeam('T1'));
    await store.storeInstallation(ofTeam('T2'));
    for (const team of ['T1', 'T1', 'T2']) await signIn(team);
    await access.revoke('wsp_slack_T1', 'uninstalled', later());
    expect(await signedIn()).toEqual(['T2']);
  });

  test('is signed out with the organisation, unless the workspace has the app itself', async () => {
    const { access, store } = create();
    await store.storeInstallation(ofOrganisation('E1'));
    const own = { team: { id: 'T7' }, enterprise: { id: 'E1' }, isEnterpriseInstall: false };
    await store.storeInstallation(installation('xoxb-T7', own));
    await systemTransaction(db, async (tx) => {
      await ensureWorkspace(tx, { id: 'wsp_slack_T9', kind: 'slack', name: 'T9', ...settings });
      await setOrganisation(tx, 'wsp_slack_T9', 'E1');
    });
    for (const team of ['T7', 'T9', 'T2']) await signIn(team);
    await access.revoke('wsp_slack_E1', 'tokens_revoked', later());
    expect(await signedIn()).toEqual(['T2', 'T7']);
  });

  test('stays so when late news is about an older installation', async () => {
    const { access, store } = create();
    await store.storeInstallation(ofTeam('T1'));
    await signIn('T1');
    await access.revoke('wsp_slack_T1', 'uninstalled', new Date(Date.now() - 60_000));
    expect(await signedIn()).toEqual(['T1']);
  });

  test('is forgotten when the time is over, and cannot be read in a transaction of a workspace', async () => {
    const token = await signIn('T1');
    await expect(
      transaction(db, { workspaceId: 'wsp_slack_T1' }, (tx) => findSession(tx, token, new Date())),
    ).rejects.toThrow();
    await systemTransaction(db, (tx) => forgetSessions(tx, expiresAt));
    expect(await signedIn()).toEqual([]);
  });
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
