import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { createWire } from '../../src/bot/teams/sdk.ts';
import { personalMessage } from '../support/teams-activity.ts';
import { startTeamsEndpoint } from '../support/teams-endpoint.ts';
import { appId, serviceUrl, tenantId } from '../support/teams-people.ts';

const endpoint = await startTeamsEndpoint(undefined);
beforeEach(() => {
  endpoint.heard.length = 0;
});
afterAll(() => endpoint.close());

const near = 'http://127.0.0.1:3978/';
const body = () => personalMessage('help', { serviceUrl: near });

describe('without an app, on this machine', () => {
  test.each(['127.0.0.1:3978', 'localhost:3978', 'localhost', '[::1]:3978'])(
    'an activity for %s is heard unsigned',
    async (host) => {
      const sent = body();
      expect(await endpoint.deliver({ body: sent, headers: { host } })).toMatchObject({
        status: 200,
      });
      expect(endpoint.heard).toEqual([sent]);
    },
  );

  test.each([
    ['that was forwarded', { forwarded: 'for=203.0.113.7' }],
    ['that was forwarded for somebody', { 'x-forwarded-for': '203.0.113.7' }],
    ['that was forwarded for ourselves', { 'x-forwarded-for': '127.0.0.1' }],
    ['that was forwarded from another name', { 'x-forwarded-host': 'bot.example' }],
    ['that came over https to somebody else', { 'x-forwarded-proto': 'https' }],
    ['that a proxy has passed on', { via: '1.1 proxy.example' }],
    ['that a proxy has passed on for an address', { 'x-real-ip': '203.0.113.7' }],
    ['that a tunnel has passed on', { 'cf-connecting-ip': '203.0.113.7' }],
    ['for another host', { host: 'bot.example' }],
    ['for a host that begins alike', { host: 'localhost.evil.example' }],
    ['for a host by its address', { host: '192.0.2.1:3978' }],
    ['for any host', { host: '0.0.0.0:3978' }],
    ['of a page', { origin: 'https://evil.example' }],
  ])('an activity %s is not', async (_, headers) => {
    const delivered = await endpoint.deliver({ body: body(), headers });
    expect(delivered).toMatchObject({ status: 403, body: 'Forbidden' });
    expect(endpoint.heard).toEqual([]);
  });

  test.each([
    ['Microsoft', serviceUrl],
    ['anybody', 'http://evil.example/'],
    ['a name that begins alike', 'http://localhost.evil.example/'],
    ['a user of that name', 'http://127.0.0.1@evil.example/'],
    ['the network', 'http://169.254.169.254/'],
  ])('an activity that is to be answered to %s is not', async (_, address) => {
    const sent = personalMessage('help', { serviceUrl: address });
    expect(await endpoint.deliver({ body: sent })).toMatchObject({ status: 403 });
    expect(endpoint.heard).toEqual([]);
  });

  test('what a page can send without asking is not heard', async () => {
    const headers = { 'content-type': 'text/plain' };
    expect(await endpoint.deliver({ body: body(), headers })).toMatchObject({ status: 403 });
    expect(endpoint.heard).toEqual([]);
  });
});

describe('settings', () => {
  const app = { id: appId, password: 'secret', tenantId };
  test.each([
    ['no app', undefined],
    ['an empty id', { ...app, id: '' }],
    ['an id of blanks', { ...app, id: ' ' }],
    ['an empty secret', { ...app, password: '' }],
    ['an empty tenant', { ...app, tenantId: '' }],
  ])('with %s are refused', (_, given) => {
    expect(() => createWire({ app: given, isLocal: false })).toThrow(
      'an id, a secret and a tenant',
    );
  });

  test('with an app that is half there are refused locally as well', () => {
    expect(() => createWire({ app: { ...app, id: '' }, isLocal: true })).toThrow('an id, a secret');
  });
});
