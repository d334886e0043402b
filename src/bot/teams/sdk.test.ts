import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTeamsConnector, type TeamsConnector } from '../../../test/support/teams-connector.ts';
import { wireOf } from '../../../test/support/teams-endpoint.ts';
import { appId, serviceUrl, tenantId } from '../../../test/support/teams-people.ts';
import { wireContract } from '../../../test/support/teams-wire.ts';
import { failing, messageOf, whereIn } from '../../../test/support/teams-wire-part.ts';
import { createWire } from './sdk.ts';

await wireContract('botbuilder', wireOf);

describe('our own token', () => {
  let teams: TeamsConnector;
  beforeAll(async () => {
    teams = await startTeamsConnector();
  });
  beforeEach(() => {
    teams.calls.length = 0;
  });
  afterAll(() => teams.close());

  const wireWith = (token: () => Promise<string>, limitMs = 10_000) =>
    createWire({
      ...{ app: { id: appId, password: 'secret', tenantId }, isLocal: false },
      trial: {
        ...{ openIdMetadataUrl: teams.url, issuer: 'x', token, limitMs },
        isServiceUrl: () => true,
      },
    });

  test.each([
    ['is refused', () => Promise.reject(new Error('invalid_client')), 'BadSecret'],
    ['cannot be had', () => Promise.reject(new Error('fetch failed')), 'NoToken'],
    ['does not come', () => new Promise<string>(() => {}), 'NoToken'],
  ])('that %s means that nothing is sent', async (_, token, code) => {
    const error = await failing(wireWith(token, 100).send(whereIn(teams, 'a:1'), messageOf('x')));
    expect(error).toMatchObject({ code, isUnsent: true, status: undefined });
    expect(teams.calls).toEqual([]);
  });

  test('is not sent locally, nor anything off this machine', async () => {
    const local = createWire({ app: undefined, isLocal: true });
    await local.send(whereIn(teams, 'a:1'), messageOf('x'));
    expect(teams.calls).toHaveLength(1);
    expect(teams.calls[0]?.headers).not.toHaveProperty('authorization');
    const error = await failing(local.send(whereIn({ url: serviceUrl }, 'a:1'), messageOf('x')));
    expect(error).toMatchObject({ code: 'BadAddress', isUnsent: true });
  });

  test('is asked for by what is sent alone, not by what is taken', async () => {
    let asked = 0;
    const wire = wireWith(async () => {
      asked += 1;
      return 'one';
    });
    await wire.send(whereIn(teams, 'a:1'), messageOf('x'));
    await wire.update(whereIn(teams, 'a:1'), teams.standingIn('a:1').at(-1)?.id ?? '', {
      ...messageOf('y'),
    });
    expect(asked).toBe(2);
    expect(teams.calls.map(({ headers }) => headers.authorization)).toEqual([
      ...['Bearer one', 'Bearer one'],
    ]);
  });
});
