/** What has to hold of the port when Teams does not answer as it should; a part of `teams-wire.ts`. */
import { describe, expect, test } from 'vitest';
import type { Wire, WireError } from '../../src/bot/teams/wire.ts';
import { startTeamsConnector } from './teams-connector.ts';
import { type TeamsFault, teamsFault } from './teams-fault.ts';
import { ana } from './teams-people.ts';
import { failing, type MakeWire, messageOf, type WirePeers, whereIn } from './teams-wire-part.ts';

/** Every verb that asks Teams for something. */
const verbs: Record<string, (wire: Wire, at: { url: string }) => Promise<unknown>> = {
  send: (wire, at) => wire.send(whereIn(at, 'a:9'), messageOf('A plan')),
  update: (wire, at) => wire.update(whereIn(at, 'a:9'), '1700', messageOf('A plan')),
  open: (wire, at) => wire.open(whereIn(at, ''), ana.id),
  member: (wire, at) => wire.member(whereIn(at, 'a:9'), ana.id),
  members: (wire, at) => wire.members(whereIn(at, 'a:9')),
};
const names = Object.keys(verbs);
const run = (verb: string, wire: Wire, at: { url: string }) =>
  verbs[verb]?.(wire, at) ?? Promise.reject(new Error(`No verb ${verb}`));

const answers: [string, TeamsFault, Partial<WireError>][] = [
  ['429', teamsFault.throttled(7), { status: 429, code: 'Throttled', retryMs: 7_000 }],
  ['429 without a time', teamsFault.throttled(), { status: 429, retryMs: undefined }],
  ['429 with none to wait', teamsFault.throttled(0), { status: 429, retryMs: 0 }],
  ['412', teamsFault.precondition(), { status: 412, code: 'PreconditionFailed' }],
  ['500', teamsFault.server(500), { status: 500, code: 'ServiceError' }],
  ['502', teamsFault.server(502), { status: 502 }],
  ['503', teamsFault.other(503, { 'retry-after': '0' }), { status: 503, retryMs: 0 }],
  ['504', teamsFault.server(504), { status: 504 }],
  ['403', teamsFault.notInRoster(), { status: 403, code: 'BotNotInConversationRoster' }],
  ['404', teamsFault.noConversation(), { status: 404, code: 'ConversationNotFound' }],
  ['413', teamsFault.tooBig(), { status: 413, code: 'MessageSizeTooBig' }],
  ['400', teamsFault.badArgument(), { status: 400, code: 'BadArgument' }],
  ['401', teamsFault.unauthorized(), { status: 401, code: 'BotNotRegistered' }],
  // The name of an error of Node's, as which libraries may read it.
  ['a strange code', teamsFault.other(500, {}, 'ECONNRESET'), { status: 500, code: 'ECONNRESET' }],
];

export function wireFaultContract(name: string, make: MakeWire, { teams, signer }: WirePeers) {
  const isTeams = (url: string) => url.startsWith(teams.url);
  const wire = make(signer, 5_000, isTeams);
  const hasty = make(signer, 100, isTeams);

  describe.each(names)(`${name}: what can go wrong in %s`, (verb) => {
    test.each(answers)('%s is said, and nothing is repeated', async (_, fault, about) => {
      teams.fail(fault, { times: 9 });
      expect(await failing(run(verb, wire, teams))).toMatchObject({ ...about, isUnsent: false });
      expect(teams.calls).toHaveLength(1);
    });

    test('an answer that does not come ends in time; it may have been taken', async () => {
      teams.fail(teamsFault.hang(), { times: 9 });
      const start = performance.now();
      expect(await failing(run(verb, hasty, teams))).toMatchObject({
        ...{ status: undefined, isUnsent: false },
      });
      expect(performance.now() - start).toBeLessThan(4_000);
      expect(teams.calls.length).toBeLessThan(2);
    });

    test('a connection that is cut may have been taken, and nothing is repeated', async () => {
      teams.fail(teamsFault.cut(), { times: 9 });
      expect(await failing(run(verb, wire, teams))).toMatchObject({
        ...{ status: undefined, isUnsent: false },
      });
      expect(teams.calls).toHaveLength(1);
    });

    test.each([301, 302, 307, 308])('a redirect by %i is not followed', async (status) => {
      const elsewhere = await startTeamsConnector();
      const location = `${elsewhere.url}v3/conversations/a:9/activities`;
      teams.fail(teamsFault.other(status, { location }), { times: 9 });
      await failing(run(verb, wire, teams));
      await elsewhere.close();
      expect(elsewhere.calls).toEqual([]);
      expect(teams.calls).toHaveLength(1);
    });

    test('nothing is sent to another address, and the token least', async () => {
      const elsewhere = await startTeamsConnector();
      const error = await failing(run(verb, wire, elsewhere));
      await elsewhere.close();
      expect(error).toMatchObject({ code: 'BadAddress', isUnsent: true });
      expect(elsewhere.calls).toEqual([]);
    });

    test('where nobody listens, nothing was sent', async () => {
      const gone = await startTeamsConnector();
      await gone.close();
      const error = await failing(
        run(
          verb,
          make(signer, 5_000, () => true),
          gone,
        ),
      );
      expect(error).toMatchObject({ status: undefined, isUnsent: true });
    });
  });

  test.each<[string, TeamsFault]>([
    ['502', teamsFault.server(502)],
    ['nothing', teamsFault.cut()],
  ])(`${name}: a message that stands is sent once, though %s is answered`, async (_, fault) => {
    teams.fail(teamsFault.taken(fault), { times: 9 });
    const before = teams.standingIn('a:9').length;
    expect(await failing(run('send', wire, teams))).toMatchObject({ isUnsent: false });
    expect(teams.standingIn('a:9')).toHaveLength(before + 1);
  });

  test.each(['send', 'open'])(`${name}: %s without an id in the answer fails`, async (verb) => {
    teams.fail(teamsFault.other(200));
    expect(await failing(run(verb, wire, teams))).toMatchObject({ isUnsent: false });
  });
}
