/** What everything that carries out the port of `bot/teams/wire.ts` has to do, whichever SDK it is made of. */
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { personalMessage } from './teams-activity.ts';
import { startTeamsConnector } from './teams-connector.ts';
import { startTeamsEndpoint } from './teams-endpoint.ts';
import { ana, appId, ben, channel, dov, serviceUrl } from './teams-people.ts';
import { startTeamsSigner } from './teams-signer.ts';
import { wireFaultContract } from './teams-wire-fault.ts';
import { wireFindContract } from './teams-wire-find.ts';
import { failing, type MakeWire, messageOf, whereIn } from './teams-wire-part.ts';

export async function wireContract(name: string, make: MakeWire): Promise<void> {
  const teams = await startTeamsConnector();
  const signer = await startTeamsSigner(appId, serviceUrl);
  const wire = make(signer, 5_000, (url) => url.startsWith(teams.url));
  const where = (conversation: string) => whereIn(teams, conversation);
  beforeEach(() => {
    teams.calls.length = 0;
    teams.mend();
  });
  afterAll(async () => {
    await teams.close();
    await signer.close();
  });
  teams.people.push(ana, ben, dov);

  describe(`${name} sends`, () => {
    test('a card, once, signed, and says its id', async () => {
      const id = await wire.send(where('a:1'), messageOf('A plan'));
      const [call, ...others] = teams.calls;
      expect(others).toEqual([]);
      expect(call).toMatchObject({ kind: 'post', conversation: 'a:1', target: undefined });
      expect(call?.headers.authorization).toBe(`Bearer ${signer.ourToken}`);
      const [standing] = teams.standingIn('a:1');
      expect(standing).toMatchObject({ id, activity: { type: 'message', summary: 'A plan' } });
      expect(standing?.card).toEqual(messageOf('').card);
    });

    test('into a thread and into its channel', async () => {
      const first = await wire.send(where(channel.id), messageOf('A plan'));
      const thread = `${channel.id};messageid=${first}`;
      const answer = await wire.send(where(thread), messageOf('An answer'));
      expect(teams.standingIn(thread).map(({ id }) => id)).toEqual([first, answer]);
    });

    test('many at a time, each to where it belongs', async () => {
      const rooms = Array.from({ length: 20 }, (_, at) => `a:many-${at}`);
      const ids = await Promise.all(rooms.map((to) => wire.send(where(to), messageOf(to))));
      const found = rooms.map((room) =>
        teams.standingIn(room).map(({ id, activity }) => [id, activity.summary]),
      );
      expect(found).toEqual(rooms.map((room, at) => [[ids[at], room]]));
    });

    test('changes to a card that stands', async () => {
      const id = await wire.send(where('a:2'), messageOf('Before'));
      await wire.update(where('a:2'), id, messageOf('After'));
      expect(teams.callsOf('update')).toHaveLength(1);
      expect(teams.standingIn('a:2')).toMatchObject([
        { id, updates: 1, activity: { summary: 'After' } },
      ]);
    });

    test('no change to a card that was deleted', async () => {
      const id = await wire.send(where('a:3'), messageOf('Before'));
      teams.remove('a:3', id);
      const error = await failing(wire.update(where('a:3'), id, messageOf('After')));
      expect(error).toMatchObject({ status: 404, code: 'ActivityNotFoundInConversation' });
      expect(teams.standingIn('a:3')).toEqual([]);
    });
  });

  describe(`${name} takes`, () => {
    test('what Teams has signed, as it was sent, and nothing else', async () => {
      const endpoint = await startTeamsEndpoint(signer, 5_000, wire);
      const body = personalMessage('help');
      const authorization = `Bearer ${await signer.token()}`;
      expect(await endpoint.deliver({ body })).toMatchObject({ status: 401 });
      const wrong = `Bearer ${await signer.token({ aud: 'another' })}`;
      expect(await endpoint.deliver({ body, headers: { authorization: wrong } })).toMatchObject({
        status: 401,
      });
      endpoint.answerWith(async () => ({ status: 200, body: { statusCode: 200 } }));
      expect(await endpoint.deliver({ body, headers: { authorization } })).toMatchObject({
        ...{ status: 200, body: '{"statusCode":200}' },
      });
      expect(endpoint.heard).toEqual([body]);
      await endpoint.close();
    });
  });

  wireFindContract(name, make, { teams, signer });
  wireFaultContract(name, make, { teams, signer });
}
