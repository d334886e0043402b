import { expect, test } from 'vitest';
import { testDatabase } from '../../../test/support/database.ts';
import { systemTransaction, transaction } from '../../db/client.ts';
import { findWorkspace } from '../../db/workspace.ts';
import { createEntraIdentity } from './entra.ts';

const own = '5f1a3c5e-0000-4000-8000-000000000001';
const other = '5f1a3c5e-0000-4000-8000-000000000002';
const person = '9b0c7d1e-0000-4000-8000-0000000000aa';
const create = (...tenants: [string, string][]) =>
  createEntraIdentity({
    app: { id: '0a0b0c0d-0000-4000-8000-00000000000b', password: 'secret', tenantId: own },
    tenants: new Map([[own, `wsp_teams_${own}`], ...tenants]),
    defaults: { locale: 'en-US', currency: 'USD', timezone: 'UTC' },
  });
const claims = { tid: own.toUpperCase(), oid: person.toUpperCase(), name: ' Ana ', sub: 'x' };

test('people and workspaces are named as the Teams channel names them', () => {
  expect(create().identityOf(claims)).toEqual({
    ...{ workspaceId: `wsp_teams_${own}`, organisation: undefined, personId: person, name: 'Ana' },
  });
  const shared = create([other, 'wsp_slack_T0123ABCD']);
  expect(shared.identityOf({ ...claims, tid: other })?.workspaceId).toBe('wsp_slack_T0123ABCD');
  expect(create().identityOf({ ...claims, name: null })?.name).toBe(person);
});

test.each([
  ['of a tenant that is not let in', { tid: other }],
  ['of no tenant', { tid: undefined }],
  ['who is nobody', { oid: '' }],
  ['of Microsoft’s own accounts', { tid: '9188040d-6c67-4c5b-b112-36a304b66dad' }],
  ['with an id that is none', { oid: '../you' }],
])('somebody %s is nobody here', (_, change) => {
  expect(create().identityOf({ ...claims, ...change })).toBeUndefined();
});

test('one tenant is asked by its own name, several by all of theirs', () => {
  expect(create().issuer).toBe(`https://login.microsoftonline.com/${own}/v2.0`);
  expect(create([other, `wsp_teams_${other}`]).issuer).toBe(
    'https://login.microsoftonline.com/organizations/v2.0',
  );
});

test('a tenant that is let in has a workspace from its first visitor on', async () => {
  const db = await testDatabase();
  const provider = create();
  const identity = provider.identityOf(claims);
  if (!identity) throw new Error('Nobody.');
  const { workspaceId } = identity;
  expect(await systemTransaction(db, (tx) => provider.admit(tx, identity))).toBe(true);
  const row = await transaction(db, { workspaceId }, (tx) => findWorkspace(tx, workspaceId));
  expect(row?.kind).toBe('teams');
});
