/** What Teams delivers to the program when people talk, press and install, over HTTP; and what they see. */
import type { TeamsConnector } from './teams-connector.ts';
import type { TeamsMember } from './teams-roster.ts';

export const tenant = '5f1a3c5e-0000-4000-8000-000000000001';
export const botId = '28:0a0b0c0d-0000-4000-8000-00000000000b';
export const shop = '19:a1b2c3d4@thread.tacv2';

const somebody = (letter: string, name: string) => ({
  id: `29:1${name.toLowerCase()}`,
  aadObjectId: `9b0c7d1e-0000-4000-8000-0000000000${letter}${letter}`,
  name,
  email: `${name.toLowerCase()}@example.com`,
  tenantId: tenant,
});
export const ana = somebody('a', 'Ana');
export const ben = somebody('b', 'Ben');
/** Nobody has heard of her yet. */
export const cara = somebody('c', 'Cara');

type Button = { title: string; verb: string; data: Record<string, unknown> };
let count = 0;
const nextId = () => String(1_790_000_000_000 + ++count);

export function createTeamsDelivery(address: string, connector: TeamsConnector) {
  connector.people.push(ana, ben);
  const frame = (person: TeamsMember, about: object) => ({
    ...{ channelId: 'msteams', serviceUrl: connector.url, id: nextId() },
    timestamp: '2026-11-25T12:00:00.000Z',
    localTimezone: 'Europe/Lisbon',
    from: { id: person.id, name: person.name, aadObjectId: person.aadObjectId },
    recipient: { id: botId, name: 'Factotum' },
    channelData: { tenant: { id: tenant } },
    ...about,
  });
  const chat = (person: TeamsMember) => ({
    conversation: {
      ...{ conversationType: 'personal', tenantId: tenant, id: connector.personalOf(person.id) },
    },
  });
  /** @param thread the id of the message that began it; none for a new one */
  const channel = (thread: string) => ({
    conversation: {
      ...{ isGroup: true, conversationType: 'channel', tenantId: tenant },
      id: `${shop};messageid=${thread}`,
    },
    channelData: {
      ...{ tenant: { id: tenant }, team: { id: '19:team@thread.tacv2' } },
      channel: { id: shop, name: 'Shop' },
    },
  });
  // biome-ignore lint/suspicious/noExplicitAny: whatever Teams would read, looked at by each test
  async function send(activity: object): Promise<{ status: number; body: any }> {
    const response = await fetch(new URL('/api/messages/teams', address), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(activity),
    });
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : undefined };
  }
  /** The cards that stand in a conversation, and their words. */
  const cards = (conversation: string) =>
    connector.standingIn(conversation).map(({ id, card }) => ({
      id,
      card: card as Record<string, unknown>,
      words: wordsOf(card),
      buttons: buttonsOf(card),
      mentions: mentionsOf(card),
      /** @throws when there is no such button */
      button(label: string): Button {
        const found = buttonsOf(card).find(({ title }) => title === label);
        if (!found) throw new Error(`No ${label} on: ${wordsOf(card)}`);
        return found;
      },
    }));
  return {
    ...{ send, frame, chat, channel, nextId, cards },
    say: (person: TeamsMember, text: string) =>
      send(frame(person, { type: 'message', text, ...chat(person) })),
    /** With a mention in a channel; returns the conversation. */
    async mention(person: TeamsMember, text: string, thread = nextId()) {
      const mention = {
        ...{ type: 'mention', text: '<at>Factotum</at>' },
        mentioned: { id: botId, name: 'Factotum' },
      };
      const said = { type: 'message', text: `<at>Factotum</at> ${text}`, entities: [mention] };
      const about = { ...said, ...channel(thread), id: thread };
      await send(frame(person, about));
      return `${shop};messageid=${thread}`;
    },
    /** A card of a conversation with such words, once it stands there; none of those that are `known`. */
    async card(conversation: string, words: RegExp, known: string[] = []) {
      const deadline = Date.now() + 20_000;
      for (;;) {
        const found = cards(conversation).findLast(
          ({ id, words: shown }) => words.test(shown) && !known.includes(id),
        );
        if (found) return found;
        if (Date.now() > deadline)
          throw new Error(
            `No ${words} in:\n${cards(conversation)
              .map((one) => one.words)
              .join('\n')}`,
          );
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    /** A button of a card. */
    press: (
      person: TeamsMember,
      where: object,
      replyToId: string,
      { verb, data }: Button,
      said: object = {},
    ) =>
      send(
        frame(person, {
          ...{ type: 'invoke', name: 'adaptiveCard/action', replyToId, ...where },
          value: {
            action: { type: 'Action.Execute', verb, data: { ...data, ...said } },
            trigger: 'manual',
          },
        }),
      ),
  };
}
export type TeamsCard = ReturnType<TeamsDelivery['cards']>[number];
export type TeamsDelivery = ReturnType<typeof createTeamsDelivery>;

/** All that is to be read on a card. */
function wordsOf(part: unknown): string {
  if (Array.isArray(part)) return part.map(wordsOf).join('\n');
  if (typeof part !== 'object' || part === null) return '';
  return Object.entries(part)
    .map(([key, value]) =>
      ['text', 'title', 'label'].includes(key) && typeof value === 'string'
        ? value
        : wordsOf(value),
    )
    .filter((words) => words !== '')
    .join('\n');
}

const mentionsOf = (card: unknown): unknown[] => {
  const { msteams } = card as { msteams?: { entities?: { mentioned: object }[] } };
  return (msteams?.entities ?? []).map(({ mentioned }) => mentioned);
};

function buttonsOf(part: unknown): Button[] {
  if (Array.isArray(part)) return part.flatMap(buttonsOf);
  if (typeof part !== 'object' || part === null) return [];
  const own = 'type' in part && part.type === 'Action.Execute' ? [part as unknown as Button] : [];
  const { fallback, refresh, ...rest } = part as Record<string, unknown>;
  return [...own, ...Object.values(rest).flatMap(buttonsOf)];
}
