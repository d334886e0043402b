/** What every channel promises, whatever stands behind it. */
import { expect, test } from 'vitest';
import type { Channel, PostedCard } from '../../src/bot/bot.ts';
import { Card } from '../../src/bot/card.ts';

/** What a person would see in the conversation: the texts of its messages, oldest first. */
type Seen = (conversation: string) => Promise<string[]>;

type Kind = {
  name: string;
  /** The channel as a program makes it at its start. */
  start(): Channel;
  seen: Seen;
  /** A conversation of that name, as the platform writes it. */
  conversation?(name: string): string;
};

export function channelConformance({ name, start, seen: look, conversation }: Kind): void {
  const channel = start();
  const named = conversation ?? ((talk: string) => talk);
  const place = (talk: string) => ({ workspaceId: 'wsp_local', conversation: named(talk) });
  const seen = (talk: string) => look(named(talk));
  // Ids are unique over all channels of a database.
  const posted = (id: string, version: number, text: string): PostedCard => ({
    id: `${id}_${named('card').replace(/\W/g, '_')}`,
    version,
    card: Card.parse({ kind: 'progress', title: text, text }),
  });

  test(`${name}: a posted card is seen once, however often it is posted`, async () => {
    const first = await channel.post(place('once'), posted('crd_once', 1, 'one'));
    const again = await channel.post(place('once'), posted('crd_once', 1, 'one'));
    expect(again).toBe(first);
    expect(await seen('once')).toEqual(['one']);
  });

  test(`${name}: a program that was started again shows nothing twice`, async () => {
    const first = await channel.post(place('restart'), posted('crd_restart', 1, 'before'));
    const later = start();
    expect(await later.post(place('restart'), posted('crd_restart', 1, 'before'))).toBe(first);
    await later.update(place('restart'), first, posted('crd_restart', 2, 'after'));
    expect(await seen('restart')).toEqual(['after']);
  });

  test(`${name}: an update replaces the message in place`, async () => {
    const reference = await channel.post(place('place'), posted('crd_a', 1, 'a1'));
    await channel.post(place('place'), posted('crd_b', 1, 'b1'));
    await channel.update(place('place'), reference, posted('crd_a', 2, 'a2'));
    expect(await seen('place')).toEqual(['a2', 'b1']);
  });

  test(`${name}: a late update with an older version changes nothing`, async () => {
    const reference = await channel.post(place('late'), posted('crd_late', 1, 'first'));
    await channel.update(place('late'), reference, posted('crd_late', 3, 'third'));
    await channel.update(place('late'), reference, posted('crd_late', 2, 'second'));
    expect(await seen('late')).toEqual(['third']);
  });

  test(`${name}: 50 updates at once leave the newest`, async () => {
    const reference = await channel.post(place('many'), posted('crd_many', 1, 'v1'));
    // Each once, out of order.
    const versions = Array.from({ length: 50 }, (_, index) => ((index * 17) % 50) + 2);
    await Promise.all(
      versions.map((version) =>
        channel.update(place('many'), reference, posted('crd_many', version, `v${version}`)),
      ),
    );
    expect(await seen('many')).toEqual(['v51']);
  });

  test(`${name}: conversations do not see each other's messages`, async () => {
    await channel.post(place('mine'), posted('crd_mine', 1, 'mine'));
    expect(await seen('yours')).toEqual([]);
  });
}
