/** What has to hold of the port where people are looked for; a part of `teams-wire.ts`. */
import { describe, expect, test } from 'vitest';
import { ana, ben, botId, channel, dov, tenantId } from './teams-people.ts';
import { failing, type MakeWire, type WirePeers, whereIn } from './teams-wire-part.ts';

export function wireFindContract(name: string, make: MakeWire, { teams, signer }: WirePeers) {
  const wire = make(signer, 5_000, (url) => url.startsWith(teams.url));
  const where = (conversation: string) => whereIn(teams, conversation);
  const { conversation: _, ...apart } = where('');

  describe(`${name} finds`, () => {
    test.each([
      ['29:', ben.id],
      ['object id', ben.aadObjectId],
    ])('the personal chat with somebody by %s, and it is the same again', async (_, person) => {
      const opened = [await wire.open(apart, person), await wire.open(apart, person)];
      expect(opened).toEqual([teams.personalOf(ben.id), teams.personalOf(ben.id)]);
      expect(teams.calls).toHaveLength(2);
      expect(teams.calls[0]?.body).toMatchObject({
        ...{ isGroup: false, tenantId, bot: { id: botId }, members: [{ id: person }] },
        channelData: { tenant: { id: tenantId } },
      });
    });

    test('no personal chat with a stranger', async () => {
      expect(await failing(wire.open(apart, '29:nobody'))).toMatchObject({ status: 400 });
    });

    test.each([
      ['29:', ana.id],
      ['object id', ana.aadObjectId.toUpperCase()],
    ])('somebody in a conversation by %s', async (_, person) => {
      expect(await wire.member(where(channel.id), person)).toEqual({
        ...{ mri: ana.id, personId: ana.aadObjectId, name: 'Ana', email: 'ana@shop.example' },
        isGuest: false,
      });
      expect(teams.calls).toHaveLength(1);
    });

    test('guests as guests', async () => {
      expect(await wire.member(where(channel.id), dov.id)).toMatchObject({ isGuest: true });
    });

    test('nobody by 404', async () => {
      const error = await failing(wire.member(where(channel.id), '29:nobody'));
      expect(error).toMatchObject({ status: 404, isUnsent: false });
    });

    test('everybody in a channel, a page at a time', async () => {
      const everybody = Array.from({ length: 450 }, (_, at) => ({
        ...{ id: `29:${at}`, name: `No. ${at}` },
        aadObjectId: `9b0c7d1e-0000-4000-8000-${String(at).padStart(12, '0')}`,
      }));
      teams.setRoster(channel.id, everybody);
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await wire.members(where(channel.id), cursor);
        found.push(...page.members.map(({ mri }) => mri));
        cursor = page.next;
      } while (cursor !== undefined && teams.calls.length < 10);
      expect(found).toEqual(everybody.map(({ id }) => id));
      expect(teams.calls.length).toBeGreaterThan(1);
      expect(new Set(teams.calls.map(({ kind }) => kind))).toEqual(new Set(['members']));
    });
  });
}
