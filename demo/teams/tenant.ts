/** A company in Teams on this machine: its people, what they do, and what stands in their chats. */
import { randomUUID } from 'node:crypto';
import type { AdaptiveCard } from '../../src/bot/teams/element.ts';
import { startTeamsConnector } from '../../test/support/teams-connector.ts';
import type { Button, Shown } from './message.ts';

/** Who is there. Ana asks for things, Bob decides about workflows. */
export const people = {
  ana: {
    name: 'Ana',
    email: 'ana@store.example',
    objectId: '3f2b6f0e-5a1c-4d8e-9b7a-0c4d5e6f7a01',
  },
  bob: {
    name: 'Bob',
    email: 'bob@store.example',
    objectId: '3f2b6f0e-5a1c-4d8e-9b7a-0c4d5e6f7a02',
  },
} as const;
type Name = keyof typeof people;

export const tenantId = '7c1d2e3f-4a5b-4c6d-8e9f-0a1b2c3d4e5f';
const bot = { id: '28:5b6c7d8e-9f0a-4b1c-8d2e-3f4a5b6c7d8e', name: 'Factotum' };
const team = { id: '19:store-team@thread.tacv2', name: 'Phone store' };
const shop = { id: '19:store-orders@thread.tacv2', name: 'Orders' };

/** A chat with one person, or a thread of the channel. */
export type Room = { personal: Name } | { thread: string };
/** What an activity is answered with. */
type Answer = { status: number; body: { type?: string; value?: unknown } | undefined };

export type Tenant = Awaited<ReturnType<typeof openTenant>>;

const mriOf = (name: Name) => `29:1${name}`;

export async function openTenant() {
  const connector = await startTeamsConnector();
  connector.people.push(
    ...Object.entries(people).map(([key, { name, email, objectId }]) => ({
      ...{ id: mriOf(key as Name), aadObjectId: objectId, name, email, tenantId },
      userRole: 'user' as const,
    })),
  );
  /** Milliseconds, as Teams has them, and never the same twice. */
  let last = Date.now();
  const newId = () => String(++last);

  const idOf = (room: Room) =>
    'personal' in room
      ? connector.personalOf(mriOf(room.personal))
      : `${shop.id};messageid=${room.thread}`;
  const placeOf = (room: Room) => ({
    conversation: {
      ...{ id: idOf(room), tenantId },
      ...('personal' in room
        ? { conversationType: 'personal' }
        : { conversationType: 'channel', isGroup: true }),
    },
    channelData: {
      tenant: { id: tenantId },
      ...('personal' in room ? {} : { team, channel: shop }),
    },
  });
  /** To the program, as Teams posts it. */
  async function deliver(to: string, name: Name, about: object): Promise<Answer> {
    const activity = {
      ...{ id: newId(), timestamp: new Date().toISOString(), channelId: 'msteams' },
      ...{ serviceUrl: connector.url, localTimezone: 'Europe/Lisbon' },
      from: { id: mriOf(name), name: people[name].name, aadObjectId: people[name].objectId },
      recipient: bot,
      ...about,
    };
    const response = await fetch(to, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(activity),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`The program answers Teams with ${response.status}.`);
    return { status: response.status, body: text ? JSON.parse(text) : undefined };
  }
  const invoke = (
    ...[to, name, room, { id }, { verb, data }, trigger]: [
      ...[to: string, name: Name, room: Room, card: Shown],
      ...[button: Pick<Button, 'verb' | 'data'>, trigger: 'manual' | 'automatic'],
    ]
  ) =>
    deliver(to, name, {
      ...{ type: 'invoke', name: 'adaptiveCard/action', id: `f:${randomUUID()}` },
      ...{ replyToId: id, ...placeOf(room) },
      value: { action: { type: 'Action.Execute', verb, data }, trigger },
    });

  return {
    nameOf: (id: string) =>
      Object.values(people).find(({ objectId }) => objectId === id.toLowerCase())?.name ?? id,
    mriOf,
    overruns: connector.overruns,
    /** Somebody adds the app to the team. */
    add: (to: string, name: Name) =>
      deliver(to, name, {
        ...{ type: 'conversationUpdate', membersAdded: [{ id: bot.id }] },
        conversation: { id: team.id, tenantId, conversationType: 'channel', isGroup: true },
        channelData: { tenant: { id: tenantId }, team, eventType: 'teamMemberAdded' },
      }),
    /** With a mention; begins a thread in the channel. */
    async mention(to: string, name: Name, text: string): Promise<Room> {
      const thread = newId();
      const mentioned = { type: 'mention', text: '<at>Factotum</at>', mentioned: bot };
      await deliver(to, name, {
        ...{ type: 'message', text: `<at>Factotum</at> ${text}`, entities: [mentioned] },
        ...{ id: thread, ...placeOf({ thread }) },
      });
      return { thread };
    },
    say: (to: string, name: Name, room: Room, text: string) =>
      deliver(to, name, { type: 'message', text, ...placeOf(room) }),
    /** @returns the words, or the card, that this person alone gets for it */
    async press(to: string, name: Name, room: Room, card: Shown, button: Button) {
      const { body } = await invoke(to, name, room, card, button, 'manual');
      return readAnswer(body?.value);
    },
    /** What the client of this person does by itself, if the card names them for it. */
    async see(to: string, name: Name, room: Room, card: Shown): Promise<AdaptiveCard> {
      const { refresh } = card.card;
      if (!refresh?.userIds.includes(mriOf(name))) return card.card;
      const { body } = await invoke(to, name, room, card, refresh.action, 'automatic');
      const seen = readAnswer(body?.value);
      return typeof seen === 'string' ? card.card : seen;
    },
    read: (room: Room): Shown[] =>
      connector.standingIn(idOf(room)).map(({ id, card }) => ({ id, card: card as Shown['card'] })),
    close: () => connector.close(),
  };
}

const readAnswer = (value: unknown): string | AdaptiveCard =>
  typeof value === 'string' ? value : (value as AdaptiveCard);
