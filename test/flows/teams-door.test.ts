import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type About, personalMessage } from '../support/teams-activity.ts';
import { useTeams } from '../support/teams-use.ts';

const { signed, endpoint, expectRefusal, expectNothingLeft } = await useTeams();

describe('an activity that is signed, but not for us', () => {
  const other = '6b2b4d6f-0000-4000-8000-000000000002';
  test.each<[string, About]>([
    ['of another channel', { channelId: 'webchat' }],
    ['over http', { serviceUrl: 'http://smba.trafficmanager.net/emea/' }],
    ['whose host begins alike', { serviceUrl: 'https://smba.trafficmanager.net.evil.example/' }],
    ['whose host is its user', { serviceUrl: 'https://smba.trafficmanager.net@evil.example/' }],
    ['with a port', { serviceUrl: 'https://smba.trafficmanager.net:8443/emea/' }],
    ['that answers this machine', { serviceUrl: 'http://127.0.0.1:3978/' }],
    ['of a tenant of nobody', { channelData: { tenant: { id: other } }, ...inTenant(other) }],
    ['of two tenants', inTenant(other)],
    ['of no tenant', { channelData: {}, conversation: { id: 'a:1' } }],
  ])('gets 403 %s', async (_, about) => {
    const body = personalMessage('help', about);
    const headers = await signed({ serviceurl: body.serviceUrl });
    expectRefusal(await endpoint.deliver({ body, headers }), 403);
    expect(endpoint.log).toEqual(['warn teams.refused']);
    expectNothingLeft();
  });

  test.each<[number, string, unknown, object]>([
    [401, 'a list', [personalMessage('x')], {}],
    [400, 'no JSON', '{"type":"message"', {}],
    [400, 'a JSON text', '"message"', {}],
    [401, 'empty', '', {}],
    [
      401,
      'of another type',
      JSON.stringify(personalMessage('x')),
      { 'content-type': 'text/plain' },
    ],
    [413, '1.5 MB', personalMessage('x', { value: 'y'.repeat(1_500_000) }), {}],
    [413, '1.5 MB when unpacked', gzipSync(`"${'y'.repeat(1_500_000)}"`), gzipped()],
    [415, 'in an unknown code', '{}', { 'content-type': 'application/json; charset=x-none' }],
    [415, 'packed in an unknown way', '{}', { 'content-encoding': 'zip' }],
  ])('gets %i when its body is %s', async (status, _, body, about) => {
    const headers = { ...(await signed()), ...about };
    expectRefusal(await endpoint.deliver({ body, headers }), status);
    expectNothingLeft();
  });

  test.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'])(
    'gets 405 by %s',
    async (method) => {
      const delivered = await endpoint.deliver({ method, headers: await signed() });
      expect(delivered).toMatchObject({ status: 405, headers: { allow: 'POST' } });
      expect(endpoint.heard).toEqual([]);
    },
  );
});

test.each([
  '/',
  '//',
  '//evil.example/api/messages/teams',
  'http://[',
  '/api/messages',
  '/api/messages/teams/x',
  '/api/messages/%74eams',
])('a request for %s is not for Teams, and ends nothing', async (path) => {
  const headers = await signed();
  const delivered = await endpoint.deliver({ path, body: personalMessage('x'), headers });
  expect(delivered).toMatchObject({ status: 404, body: 'not for Teams' });
  expect(endpoint.heard).toEqual([]);
});

test('a query beside the path changes nothing', async () => {
  const path = '/api/messages/teams?token=x';
  const body = personalMessage('x');
  expect(await endpoint.deliver({ path, body })).toMatchObject({ status: 401 });
  expect(await endpoint.deliver({ path, body, headers: await signed() })).toMatchObject({
    status: 200,
  });
});

function inTenant(id: string): About {
  return { conversation: { id: 'a:1', conversationType: 'personal', tenantId: id } };
}
function gzipped() {
  return { 'content-encoding': 'gzip' };
}
