import { expect, test } from 'vitest';
import { createSlackIdentity } from './identity.ts';

const create = (apiUrl?: string) =>
  createSlackIdentity({
    ...{ clientId: '1.2', clientSecret: 'secret', apiUrl },
    defaults: { locale: 'en-US', currency: 'USD', timezone: 'UTC' },
  });
const claims = {
  'https://slack.com/team_id': 'T0RR',
  'https://slack.com/user_id': 'U0JM',
  name: 'Ana',
};

test('people and workspaces are named as Slack’s channel names them', () => {
  expect(create().identityOf({ ...claims, sub: 'U9', email: 'ana@example.com' })).toEqual({
    ...{ workspaceId: 'wsp_slack_T0RR', organisation: undefined, personId: 'U0JM', name: 'Ana' },
  });
  const inside = { ...claims, 'https://slack.com/enterprise_id': 'E0AB' };
  expect(create().identityOf(inside)?.organisation).toBe('E0AB');
});

test.each([
  ['no workspace', { 'https://slack.com/team_id': undefined }],
  ['an empty workspace', { 'https://slack.com/team_id': '' }],
  ['nobody', { 'https://slack.com/user_id': null }],
  ['an id that is none', { 'https://slack.com/team_id': 'T0/../local' }],
  ['several', { 'https://slack.com/team_id': ['T0RR', 'T0SS'] }],
])('%s is nobody', (_what, change) => {
  expect(create().identityOf({ ...claims, ...change })).toBeUndefined();
});

test('who has no name is named by the id', () => {
  expect(create().identityOf({ ...claims, name: ' ' })?.name).toBe('U0JM');
  expect(create().identityOf({ ...claims, name: 'x'.repeat(300) })?.name).toHaveLength(100);
});

test('another Slack than slack.com vouches in its own name', () => {
  expect(create().issuer).toBe('https://slack.com');
  expect(create('https://slack-gov.com/api/').issuer).toBe('https://slack-gov.com');
});
