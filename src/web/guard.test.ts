import { createServer } from 'node:http';
import express from 'express';
import { afterAll, describe, expect, test } from 'vitest';
import { type Access, guard, refusal } from './guard.ts';

const own = ['127.0.0.1:3000', 'localhost:3000', '[::1]:3000', 'factotum.example.com'];
const open: Access = { hosts: own, token: undefined };
const token = 'a-token-of-at-least-24-characters';
const closed: Access = { hosts: own, token };
type Headers = Record<string, string | undefined>;

const status = (
  method: string,
  headers: Headers,
  access: Access = open,
  options: { isSocket?: boolean } = {},
) =>
  refusal({ method, headers: { host: '127.0.0.1:3000', ...headers } }, access, options)?.status ??
  200;
const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

const safe = ['GET', 'HEAD'];
const unsafe = ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'];
const foreign = [
  'https://evil.example',
  'http://127.0.0.1:3001',
  'http://127.0.0.1',
  'http://127.0.0.1.evil.example:3000',
  'https://factotum.example.com.evil.example',
  'https://sub.factotum.example.com',
  'null',
  'file://',
  '',
  'not an origin',
];

describe('the name in Host', () => {
  test.each(own)('%s is one of this server', (host) => {
    expect(status('GET', { host })).toBe(200);
    expect(status('GET', { host: host.toUpperCase() })).toBe(200);
  });

  test.each([
    'evil.example',
    'evil.example:3000',
    '127.0.0.1',
    '127.0.0.1:3001',
    'localhost.:3000',
    '127.0.0.1:3000.evil.example',
    '0.0.0.0:3000',
    '',
  ])('"%s" is not: whatever is asked for, it is refused', (host) => {
    for (const method of [...safe, ...unsafe]) expect(status(method, { host })).toBe(421);
    expect(status('GET', { host }, open, { isSocket: true })).toBe(421);
    expect(status('GET', { host, authorization: `Bearer ${token}` }, closed)).toBe(421);
  });

  test('is required', () => {
    expect(refusal({ method: 'GET', headers: {} }, open)?.status).toBe(421);
  });

  test('that is wrong is answered with the name that is right, and the cure', () => {
    const refused = refusal({ method: 'GET', headers: { host: 'evil.example' } }, open);
    expect(refused?.message).toContain('127.0.0.1:3000');
    expect(refused?.message).toContain('PUBLIC_URL');
  });
});

describe('what changes something', () => {
  test.each(unsafe)('%s is accepted from this site and from programs', (method) => {
    expect(status(method, {})).toBe(200);
    expect(status(method, { origin: 'http://127.0.0.1:3000' })).toBe(200);
    expect(status(method, { origin: 'http://LOCALHOST:3000' })).toBe(200);
    expect(status(method, { origin: 'https://factotum.example.com' })).toBe(200);
    expect(status(method, { 'sec-fetch-site': 'same-origin' })).toBe(200);
    expect(status(method, { 'sec-fetch-site': 'none' })).toBe(200);
  });

  test.each(unsafe)('%s is refused from other sites', (method) => {
    for (const origin of foreign) expect(status(method, { origin })).toBe(403);
    for (const site of ['cross-site', 'same-site', 'something-new'])
      expect(status(method, { 'sec-fetch-site': site })).toBe(403);
  });

  test('is refused from a foreign Origin though Sec-Fetch-Site says otherwise', () => {
    const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' };
    expect(status('POST', headers)).toBe(403);
  });
});

test.each(safe)('%s is answered wherever the link stands', (method) => {
  for (const origin of foreign) expect(status(method, { origin })).toBe(200);
  expect(status(method, { 'sec-fetch-site': 'cross-site' })).toBe(200);
});

describe('a WebSocket', () => {
  const socket = (headers: Headers, access?: Access) =>
    status('GET', headers, access, { isSocket: true });

  test('is opened from this site and from programs', () => {
    expect(socket({ origin: 'http://localhost:3000' })).toBe(200);
    expect(socket({})).toBe(200);
  });

  test.each(foreign)('is refused from %j, though it is a GET', (origin) => {
    expect(socket({ origin })).toBe(403);
  });

  test('needs the token where there is one', () => {
    expect(socket({ origin: 'http://localhost:3000' }, closed)).toBe(401);
    expect(socket({ authorization: basic('me', token) }, closed)).toBe(200);
  });
});

describe('the token', () => {
  test.each([
    ['as a bearer', `Bearer ${token}`],
    ['as a bearer in another case', `bEaReR ${token}`],
    ['as the password of anybody', basic('anybody', token)],
    ['as the password of nobody', basic('', token)],
  ])('%s is let in', (_, authorization) => {
    for (const method of ['GET', 'POST'])
      expect(status(method, { authorization }, closed)).toBe(200);
  });

  test.each([
    ['that is missing', undefined],
    ['that is empty', ''],
    ['without its scheme', token],
    ['of another scheme', `Digest ${token}`],
    ['that is wrong', `Bearer ${token.replace('a', 'b')}`],
    ['that is cut', `Bearer ${token.slice(0, -1)}`],
    ['that is longer', `Bearer ${token}x`],
    ['as a user name', basic(token, '')],
    ['in no base64', `Basic ${token}`],
    ['without its value', 'Bearer'],
  ])('%s is refused with the way to send it', (_, authorization) => {
    const headers = { host: '127.0.0.1:3000', authorization };
    expect(refusal({ method: 'GET', headers }, closed)).toMatchObject({
      status: 401,
      challenge: true,
      message: expect.stringContaining('Bearer'),
    });
  });

  test('may hold colons', () => {
    const access = { hosts: own, token: 'one:two:three:four:five:six' };
    expect(status('GET', { authorization: basic('me', access.token) }, access)).toBe(200);
  });

  test('lets nobody in from another site', () => {
    const headers = { origin: 'https://evil.example', authorization: `Bearer ${token}` };
    expect(status('POST', headers, closed)).toBe(403);
  });
});

describe('in front of a server', () => {
  const hosts: string[] = [];
  const site = express();
  site.use(guard(() => ({ hosts, token })));
  site.use((_request, response) => {
    response.send('reached');
  });
  const server = createServer(site);
  const listening = new Promise<string>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      hosts.push(`127.0.0.1:${port}`);
      resolve(`http://127.0.0.1:${port}`);
    });
  });
  afterAll(() => server.close());

  test('asks a browser for the token, and lets it in with it', async () => {
    const address = await listening;
    const refused = await fetch(address);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
    expect(refused.headers.get('content-type')).toMatch(/^text\/plain/);
    const headers = { authorization: basic('', token) };
    expect(await (await fetch(address, { headers })).text()).toBe('reached');
  });

  test('says to anybody that the process lives, and nothing else', async () => {
    const address = await listening;
    expect((await fetch(`${address}/healthz`)).status).toBe(200);
    for (const path of ['/readyz', '/healthz/x', '/api/tasks', '//healthz'])
      expect((await fetch(address + path)).status).toBe(401);
  });
});

describe('in front of a server where people sign in', () => {
  const access: Access = { hosts: [], token };
  const site = express();
  site.use(guard(() => access, true));
  site.use((_request, response) => {
    response.send('reached');
  });
  const server = createServer(site);
  const listening = new Promise<string>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      access.hosts.push(`127.0.0.1:${port}`);
      resolve(`http://127.0.0.1:${port}`);
    });
  });
  afterAll(() => server.close());
  const ask = async (path: string, options: RequestInit = {}) =>
    (await fetch((await listening) + path, options)).status;

  test.each([
    '/apps/crm',
    '/APPS/crm',
    '/assets/a.css',
    '/signin',
    '/signin/slack/callback?code=1',
  ])('%s looks itself who it is', async (path) => {
    expect(await ask(path)).toBe(200);
    expect(await ask(path, { headers: { authorization: 'Bearer wrong' } })).toBe(401);
    const headers = { origin: 'https://evil.example' };
    expect(await ask(path, { method: 'POST', headers })).toBe(403);
  });

  test.each([
    '/',
    '/c/1',
    '/tasks',
    '/api/tasks',
    '/appsx',
    '/apps%2Fcrm',
    '//apps/crm',
    '/x/apps',
  ])('%s needs the token', async (path) => {
    expect(await ask(path)).toBe(401);
  });

  test('a WebSocket needs the token', () => {
    expect(status('GET', {}, closed, { isSocket: true })).toBe(401);
  });
});
