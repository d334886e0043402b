/** What every channel promises, whatever stands behind it. */
import { expect, test } from 'vitest';
import type { Channel, PostedCard } from '../../src/bot/bot.ts';
import { Card } from '../../src/bot/card.ts';

/** What a person would see in the conversation: the texts of its messages, oldest first. */
export type Seen = (conversation: string) => Promise<string[]>;

export function channelConformance(name: string, channel: Channel, seen: Seen): void {
  const place = (conversation: string) => ({ workspaceId: 'wsp_local', conversation });
  const posted = (id: string, version: number, text: string): PostedCard => ({
    id,
    version,
    card: Card.parse({ kind: 'progress', title: text, text }),
  });

  test(`${name}: a posted card is seen once, however often it is posted`, async () => {
    const first = await channel.post(place('once'), posted('crd_once', 1, 'one'));
    const again = await channel.post(place('once'), posted('crd_once', 1, 'one'));
    expect(again).toBe(first);
    expect(await seen('once')).toEqual(['one']);
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
    const versions = Array.from({ length: 50 }, (_, index) => index + 2).sort(
      () => Math.random() - 0.5,
    );
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
