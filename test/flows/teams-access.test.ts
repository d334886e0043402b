import { describe, expect, test } from 'vitest';
import { personalMessage } from '../support/teams-activity.ts';
import { startTeamsEndpoint } from '../support/teams-endpoint.ts';
import { forge, forged } from '../support/teams-forged.ts';
import { executeInvoke } from '../support/teams-invoke.ts';
import { appId, serviceUrl } from '../support/teams-people.ts';
import { startTeamsSigner } from '../support/teams-signer.ts';
import { useTeams } from '../support/teams-use.ts';

const { signer, signed, endpoint, expectRefusal, expectNothingLeft } = await useTeams();

describe('an activity that Teams has signed', () => {
  test('is heard once, as it was sent', async () => {
    const body = personalMessage('create a CRM');
    const { status, body: text } = await endpoint.deliver({ body, headers: await signed() });
    expect({ status, text }).toEqual({ status: 200, text: '' });
    expect(endpoint.heard).toEqual([body]);
    expect(endpoint.log).toEqual([]);
    expectNothingLeft();
  });

  test('is answered with status and body where it is an invoke', async () => {
    const answer = { statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value: {} };
    endpoint.answerWith(async () => ({ status: 207, body: answer }));
    const body = executeInvoke({ verb: 'view', data: {} }, '1');
    const { status, body: text } = await endpoint.deliver({ body, headers: await signed() });
    expect(status).toBe(207);
    expect(JSON.parse(text)).toEqual(answer);
    expect(endpoint.heard).toHaveLength(1);
  });

  test('is heard with a card of 900 kB', async () => {
    const body = personalMessage('x', { value: { card: 'y'.repeat(900_000) } });
    const { status } = await endpoint.deliver({ body, headers: await signed() });
    expect(status).toBe(200);
    expect(endpoint.heard).toHaveLength(1);
  });

  test('that cannot be handled is answered with 500, and not with why', async () => {
    endpoint.answerWith(async () => {
      throw new Error('the password of the database is swordfish');
    });
    const body = personalMessage('help');
    const { status, body: text } = await endpoint.deliver({ body, headers: await signed() });
    expect({ status, text }).toEqual({ status: 500, text: 'Internal Server Error' });
    expect(endpoint.heard).toHaveLength(1);
    expect(endpoint.log).toEqual(['error teams.delivery']);
  });

  test('is not known to be so while nobody gives the keys: 500, and heard when it comes again', async () => {
    const keys = await startTeamsSigner(appId, serviceUrl);
    const [hasty, patient] = [await startTeamsEndpoint(keys, 50), await startTeamsEndpoint(keys)];
    const headers = { authorization: `Bearer ${await keys.token()}` };
    const body = personalMessage('help');
    const unknown = { status: 500, body: 'Internal Server Error' };
    keys.breakDown('hang');
    expect(await hasty.deliver({ body, headers })).toMatchObject(unknown);
    keys.breakDown(503);
    expect(await patient.deliver({ body, headers })).toMatchObject(unknown);
    expect([...hasty.log, ...patient.log]).toEqual(Array(2).fill('error teams.delivery'));
    expect([...hasty.heard, ...patient.heard]).toEqual([]);
    keys.breakDown(undefined);
    expect(await patient.deliver({ body, headers })).toMatchObject({ status: 200 });
    await Promise.all([hasty.close(), patient.close(), keys.close()]);
  });
});

describe('an activity that nobody has proven to be Teams’', () => {
  const names = Object.keys(forged) as (keyof typeof forged)[];

  test.each(names)('gets 401 with %s', async (name) => {
    const authorization = await forge(name, signer);
    const body = personalMessage('help');
    expectRefusal(await endpoint.deliver({ body, headers: { authorization } }), 401);
    expectNothingLeft();
  });

  test('gets 401 when a sound token comes after another', async () => {
    const authorization = ['Bearer a.b.c', `Bearer ${await signer.token()}`];
    const body = personalMessage('help');
    expectRefusal(await endpoint.deliver({ body, headers: { authorization } }), 401);
  });

  test.each<[string, unknown]>([
    ['of a tenant of nobody', personalMessage('x', { channelData: { tenant: { id: 'none' } } })],
    ['of another channel', personalMessage('x', { channelId: 'emulator' })],
    ['of a channel that has rules of its own', personalMessage('x', { channelId: 'AseChannel' })],
    ['with a foreign address', personalMessage('x', { serviceUrl: 'https://evil.example/' })],
    ['without an address', personalMessage('x', { serviceUrl: undefined })],
    ['with a time that is none', personalMessage('x', { timestamp: 5 })],
    ['without a type', personalMessage('x', { type: undefined })],
    ['that is empty', {}],
    ['that is a list', []],
    ['that is no JSON', '{"type":'],
    ['of 1.5 MB', personalMessage('x', { value: 'y'.repeat(1_500_000) })],
  ])('gets 401 without a token, also one %s', async (_, body) => {
    expectRefusal(await endpoint.deliver({ body }), 401);
    expectNothingLeft();
  });

  test.each<[string, unknown]>([
    ['of a tenant of nobody', personalMessage('x', { channelData: { tenant: { id: 'none' } } })],
    ['of a channel that has rules of its own', personalMessage('x', { channelId: 'AseChannel' })],
    ['with a time that is none', personalMessage('x', { timestamp: 5 })],
    ['without an address', personalMessage('x', { serviceUrl: undefined })],
    ['that is empty', {}],
    ['that is a list', []],
  ])('gets 401 with a forged token, also one %s', async (_, body) => {
    const authorization = await forge('another key under the same name', signer);
    expectRefusal(await endpoint.deliver({ body, headers: { authorization } }), 401);
    expectNothingLeft();
  });

  test.each([
    ['a host of this machine', { host: 'localhost' }],
    ['the user agent of Microsoft', { 'user-agent': 'Microsoft-SkypeBotApi/3.0' }],
    ['a method of its own', { 'x-http-method-override': 'POST' }],
  ])('gets 401 with %s', async (_, headers) => {
    const body = personalMessage('x', { serviceUrl: 'http://127.0.0.1:3978/' });
    expectRefusal(await endpoint.deliver({ body, headers }), 401);
  });
});
