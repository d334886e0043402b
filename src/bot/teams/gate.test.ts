import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Gate, isServiceUrl, refusalOf } from './gate.ts';

const tenant = '5f1a3c5e-0000-4000-8000-000000000001';
const other = '6b2b4d6f-0000-4000-8000-000000000002';
const gate: Gate = {
  workspaceOf: (id) => ([tenant, other].includes(id) ? `wsp_teams_${id}` : undefined),
  isLocal: false,
};
const activity = (about: object = {}) => ({
  channelId: 'msteams',
  serviceUrl: 'https://smba.trafficmanager.net/emea/',
  conversation: { id: 'a:1', tenantId: tenant },
  channelData: { tenant: { id: tenant } },
  ...about,
});

describe('where Teams takes what is sent', () => {
  test.each([
    'https://smba.trafficmanager.net/emea/',
    'https://smba.trafficmanager.net/teams',
    'https://SMBA.TrafficManager.net/amer/5f1a3c5e-0000-4000-8000-000000000001/',
    'https://smba.trafficmanager.net:443/emea/',
    'https://smba.infra.gcc.teams.microsoft.com/teams',
  ])('%s is Microsoft’s', (url) => {
    expect(isServiceUrl(url, false)).toBe(true);
    expect(isServiceUrl(url, true)).toBe(false);
  });

  test.each([
    'http://smba.trafficmanager.net/emea/',
    'https://smba.trafficmanager.net.evil.example/emea/',
    'https://smba.trafficmanager.net@evil.example/',
    'https://smba.trafficmanager.net:token@evil.example/',
    'https://user@smba.trafficmanager.net/',
    'https://:secret@smba.trafficmanager.net/',
    'https://smba.trafficmanager.net:8443/',
    'https://smba.trafficmanager.net./',
    'https://evil.example/smba.trafficmanager.net/',
    'https://evil.example#smba.trafficmanager.net',
    'https://evil.example\\@smba.trafficmanager.net/',
    'https://evilsmba.trafficmanager.net/',
    'https://evil.trafficmanager.net/',
    'https://trafficmanager.net/',
    'https://ѕmba.trafficmanager.net/',
    '//smba.trafficmanager.net/',
    'ftp://smba.trafficmanager.net/',
    'javascript:smba.trafficmanager.net',
    'smba.trafficmanager.net',
    'http://127.0.0.1:3978/',
    'https://127.0.0.1/',
    'https://169.254.169.254/',
    '',
  ])('%s is not', (url) => {
    expect(isServiceUrl(url, false)).toBe(false);
  });

  test.each(['http://127.0.0.1:3978/', 'http://localhost:3978', 'https://[::1]:3978/emea/'])(
    '%s is on this machine',
    (url) => {
      expect(isServiceUrl(url, true)).toBe(true);
      expect(isServiceUrl(url, false)).toBe(false);
    },
  );

  test.each([
    'http://127.0.0.1.evil.example/',
    'http://localhost.evil.example/',
    'http://127.0.0.1@evil.example/',
    'http://user:word@127.0.0.1/',
    'http://0.0.0.0/',
    'http://10.0.0.1/',
    'http://169.254.169.254/latest/',
    'http://[::]/',
    'file://localhost/etc/passwd',
    'ws://127.0.0.1/',
  ])('%s is not', (url) => {
    expect(isServiceUrl(url, true)).toBe(false);
  });
});

describe('what is taken at all', () => {
  test.each([
    ['with the tenant in both places', {}],
    ['of another tenant that is let in', of(other)],
    ['with the tenant in its conversation alone', { channelData: {} }],
    ['with the tenant beside it alone', { conversation: { id: 'a:1' } }],
    ['without anything of the channel', { channelData: null }],
    ['with the tenant in capitals', of(tenant.toUpperCase())],
  ])('an activity %s is', (_, about) => {
    expect(refusalOf(activity(about), gate)).toBeUndefined();
  });

  test.each([
    ['of another channel', { channelId: 'webchat' }],
    ['of the emulator', { channelId: 'emulator' }],
    ['of no channel', { channelId: undefined }],
    ['of several channels', { channelId: ['msteams'] }],
    ['without an address', { serviceUrl: undefined }],
    ['with an empty address', { serviceUrl: '' }],
    ['with a list of addresses', { serviceUrl: ['https://smba.trafficmanager.net/'] }],
    ['with a foreign address', { serviceUrl: 'https://evil.example/' }],
    ['with an address of this machine', { serviceUrl: 'http://127.0.0.1:3978/' }],
    ['of a tenant of nobody', of('00000000-0000-4000-8000-000000000009')],
    ['of an empty tenant', of('')],
    ['of a tenant that is no word', { channelData: { tenant: { id: 7 } }, conversation: {} }],
    ['of two tenants', { channelData: { tenant: { id: other } } }],
    ['of an empty and a known tenant', { channelData: { tenant: { id: '' } } }],
    ['of no tenant', { channelData: {}, conversation: { id: 'a:1' } }],
    ['without a conversation', { conversation: undefined }],
  ])('an activity %s is not', (_, about) => {
    expect(refusalOf(activity(about), gate)).toEqual(expect.any(String));
  });

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a list of activities', [activity()]],
    ['a text', JSON.stringify(activity())],
    ['an activity in its prototype', JSON.parse(`{"__proto__":${JSON.stringify(activity())}}`)],
  ])('%s is not', (_, value) => {
    expect(refusalOf(value, gate)).toBe('not an activity of Teams');
  });

  test('what is said about it is short, whoever wrote it', () => {
    const long = `https://${'x'.repeat(60)}.example/${'y'.repeat(50_000)}`;
    expect(refusalOf(activity({ serviceUrl: long }), gate)?.length).toBeLessThan(200);
    expect(refusalOf(activity(of('z'.repeat(50_000))), gate)?.length).toBeLessThan(200);
  });

  test('locally everything stays on this machine', () => {
    const local = { ...gate, isLocal: true };
    expect(refusalOf(activity(), local)).toContain('address');
    const near = activity({ serviceUrl: 'http://127.0.0.1:3978/' });
    expect(refusalOf(near, local)).toBeUndefined();
  });

  test('never throws, whatever is sent', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (value, part) => {
        expect(refusalOf(value, gate)).toBeDefined();
        refusalOf(activity({ serviceUrl: part }), gate);
        refusalOf(activity({ conversation: part, channelData: part }), gate);
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});

/** Both places name it. */
function of(tenantId: string) {
  return { conversation: { id: 'a:1', tenantId }, channelData: { tenant: { id: tenantId } } };
}
