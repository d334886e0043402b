import express from 'express';
import { expect, test } from 'vitest';
import { testServer } from '../../../test/support/browser.ts';
import { createCookies } from './cookie.ts';

async function setBy(publicUrl: string): Promise<string[]> {
  const cookies = createCookies(publicUrl);
  const web = express().get('/', (_request, response) => {
    cookies.set(response, 'session', 'a token', 60_000);
    cookies.clear(response, 'attempt');
    response.end();
  });
  return (await fetch(await testServer(web))).headers.getSetCookie();
}

test('over https they are of this host alone, and travel over https only', async () => {
  const [session = '', attempt = ''] = await setBy('https://factotum.example.com');
  expect(session).toMatch(
    /^__Host-session=a%20token; Max-Age=60; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/,
  );
  expect(attempt).toMatch(
    /^__Host-signin=; Path=\/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Lax$/,
  );
});

test('over http, on this machine, they have plain names', async () => {
  const [session = ''] = await setBy('http://127.0.0.1:3000');
  expect(session).toMatch(/^session=a%20token; .*HttpOnly; SameSite=Lax$/);
  expect(session).not.toContain('Secure');
});
