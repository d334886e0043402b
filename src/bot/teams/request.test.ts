import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTeamsConnector, type TeamsConnector } from '../../../test/support/teams-connector.ts';
import { type TeamsFault, teamsFault } from '../../../test/support/teams-fault.ts';
import { request } from './request.ts';
import { WireError } from './wire.ts';

let teams: TeamsConnector;
beforeAll(async () => {
  teams = await startTeamsConnector();
});
beforeEach(() => {
  teams.calls.length = 0;
  teams.mend();
});
afterAll(() => teams.close());

const post = (ms = 10_000, url = `${teams.url}v3/conversations/a:1/activities`) =>
  request(
    {
      ...{ method: 'POST', url, headers: { authorization: 'Bearer x' } },
      body: JSON.stringify({ type: 'message', text: 'Hello' }),
    },
    ms,
  );
/** The error; a test that gets none fails here. */
const failing = async (work: Promise<unknown>): Promise<WireError> => {
  const error = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof WireError)) throw new Error(`No WireError, but ${String(error)}`);
  return error;
};

describe('a request', () => {
  test('is sent once, and its answer comes back', async () => {
    const answered = await post();
    expect(answered.status).toBe(201);
    expect(JSON.parse(answered.text)).toEqual({ id: teams.standingIn('a:1').at(-1)?.id });
    expect(teams.calls).toHaveLength(1);
    expect(teams.calls[0]?.headers.authorization).toBe('Bearer x');
  });

  test.each<[string, TeamsFault, Partial<WireError>]>([
    ['429', teamsFault.throttled(3), { status: 429, code: 'Throttled', retryMs: 3_000 }],
    ['429 without a time', teamsFault.throttled(), { status: 429, retryMs: undefined }],
    ['429 with no time at all', teamsFault.throttled(0), { status: 429, retryMs: 0 }],
    ['412', teamsFault.precondition(), { status: 412, code: 'PreconditionFailed' }],
    ['500', teamsFault.server(500), { status: 500, code: 'ServiceError' }],
    ['502', teamsFault.server(502), { status: 502, code: undefined }],
    ['504', teamsFault.server(504), { status: 504, code: undefined }],
    ['403', teamsFault.notInRoster(), { status: 403, code: 'BotNotInConversationRoster' }],
    ['404', teamsFault.noActivity(), { status: 404, code: 'ActivityNotFoundInConversation' }],
    ['413', teamsFault.tooBig(), { status: 413, code: 'MessageSizeTooBig' }],
    ['400', teamsFault.badArgument(), { status: 400, code: 'BadArgument' }],
  ])('that is answered with %s says so, and is not repeated', async (_, fault, about) => {
    teams.fail(fault, { times: 2 });
    const error = await failing(post());
    expect(error).toMatchObject({ ...about, isUnsent: false });
    expect(teams.calls).toHaveLength(1);
  });

  test.each([
    ['seconds', '120', 120_000],
    ['a date that is over', 'Wed, 21 Oct 2015 07:28:00 GMT', 0],
    ['a word', 'soon', undefined],
    ['seconds below nothing', '-5', undefined],
    ['parts of seconds', '1.5', undefined],
    ['a number of another kind', '1e3', undefined],
    ['far too many seconds', '9'.repeat(30), undefined],
  ])('reads Retry-After with %s', async (_, header, retryMs) => {
    teams.fail(teamsFault.throttled(header));
    expect((await failing(post())).retryMs).toBe(retryMs);
  });

  test('reads a date to come from Retry-After', async () => {
    teams.fail(teamsFault.throttled(new Date(Date.now() + 60_000).toUTCString()));
    const { retryMs = 0 } = await failing(post());
    expect(retryMs).toBeGreaterThan(30_000);
    expect(retryMs).toBeLessThanOrEqual(60_000);
  });

  test('ends in time when nothing is answered, and may have been taken', async () => {
    teams.fail(teamsFault.hang());
    const start = performance.now();
    const error = await failing(post(50));
    expect(performance.now() - start).toBeLessThan(5_000);
    expect(error).toMatchObject({ status: undefined, isUnsent: false });
    expect(teams.calls.length).toBeLessThan(2);
  });

  test('may have been taken when the connection was cut', async () => {
    teams.fail(teamsFault.taken(teamsFault.cut()));
    const before = teams.standingIn('a:1').length;
    expect(await failing(post())).toMatchObject({ status: undefined, isUnsent: false });
    expect(teams.standingIn('a:1')).toHaveLength(before + 1);
    expect(teams.calls).toHaveLength(1);
  });

  test('was not sent when there is no connection', async () => {
    expect(await failing(post(5_000, await deadUrl()))).toMatchObject({ isUnsent: true });
  });

  test('does not follow a redirect, so that the token goes nowhere else', async () => {
    const elsewhere = await startTeamsConnector();
    teams.fail(teamsFault.other(307, { location: elsewhere.url }));
    const error = await failing(post());
    await elsewhere.close();
    expect(error).toBeInstanceOf(WireError);
    expect(elsewhere.calls).toEqual([]);
    expect(teams.calls).toHaveLength(1);
  });

  test('says nothing of what it sent in its error', async () => {
    teams.fail(teamsFault.server(500));
    const { message } = await failing(post());
    expect(message).toBe('Teams answered 500 ServiceError.');
  });
});

/** Where nobody listens any more. */
async function deadUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}/`;
}
