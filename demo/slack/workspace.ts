/** A Slack workspace on this machine: the emulator, its people, and what they do. */
import { createEmulator } from 'emulate';
import { scopes } from '../../src/bot/slack/surface.ts';
import { clickOf, deliver, eventOf, type Receiver } from './delivery.ts';
import { buttonsOf, type Message } from './message.ts';
import { openWire, type Whisper } from './wire.ts';

const app = 'A0FACTOTUM';
const bot = 'U0FACTOTUM';
export const botToken = 'xoxb-1111-2222-abcdefgh';
export const signingSecret = '8f742231b10e8888abcd99aaabbb85a5';

/** Who is there. Ana asks for things, Bob decides about workflows. */
export const people = { ana: 'ana@store.example', bob: 'bob@store.example' } as const;
type Name = keyof typeof people;

export type Room = { channel: string; thread?: string | undefined };
export type Workspace = {
  /** For SLACK_API_URL. */
  apiUrl: string;
  team: string;
  /** The channel where people talk. */
  store: string;
  whispers: Whisper[];
  nameOf(user: string): string;
  idOf(name: Name): string;
  /** @returns the message's `ts` */
  say(to: Receiver, name: Name, text: string, room: Room): Promise<string>;
  press(to: Receiver, name: Name, room: Room, message: Message, label: string): Promise<void>;
  /** The direct messages between somebody and the app. */
  direct(name: Name): Promise<string>;
  read(room: Room): Promise<Message[]>;
  mention: string;
  close(): Promise<void>;
};

const tokenOf = (name: Name) => `xoxp-${name}-token`;

export async function openWorkspace(): Promise<Workspace> {
  const names = Object.keys(people) as Name[];
  const emulator = await createEmulator({
    service: 'slack',
    port: 0,
    seed: {
      slack: {
        team: { name: 'Phone store', domain: 'store' },
        strict_scopes: true,
        users: names.map((name) => ({ name, email: people[name] })),
        channels: [{ name: 'store' }],
        oauth_apps: [
          {
            ...{ app_id: app, client_id: '1.2', client_secret: 'none', name: 'Factotum' },
            ...{ bot_id: 'B0FACTOTUM', bot_user_id: bot, bot_name: 'factotum' },
            redirect_uris: [],
            scopes: Object.keys(scopes),
          },
        ],
        tokens: [
          {
            ...{ token: botToken, type: 'bot', user_id: bot, bot_user_id: bot },
            ...{ bot_id: 'B0FACTOTUM', app_id: app, scopes: Object.keys(scopes) },
          },
          ...names.map((name) => ({ token: tokenOf(name), type: 'user', user: name })),
        ],
      },
    },
  });
  const wire = await openWire(emulator.url, Object.keys(scopes));
  const call = async (token: string, method: string, values: Record<string, string> = {}) => {
    const response = await fetch(`${emulator.url}/api/${method}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: new URLSearchParams(values),
    });
    const answer = (await response.json()) as Record<string, unknown> & { ok: boolean };
    if (!answer.ok) throw new Error(`${method}: ${answer['error']}`);
    return answer;
  };
  const { members } = (await call(tokenOf('ana'), 'users.list')) as unknown as {
    members: { id: string; name: string; team_id: string }[];
  };
  const { channels } = (await call(tokenOf('ana'), 'conversations.list')) as unknown as {
    channels: { id: string; name: string }[];
  };
  const idOf = (name: string) => members.find((member) => member.name === name)?.id ?? '';
  const team = members[0]?.team_id ?? '';
  const sender = { team, app, bot };

  return {
    apiUrl: `${wire.url}/api/`,
    team,
    store: channels.find(({ name }) => name === 'store')?.id ?? '',
    whispers: wire.whispers,
    mention: `<@${bot}>`,
    idOf,
    nameOf: (user) => members.find(({ id }) => id === user)?.name ?? user,
    async say(to, name, text, { channel, thread }) {
      const about = { channel, text, ...(thread ? { thread_ts: thread } : {}) };
      const { ts } = await call(tokenOf(name), 'chat.postMessage', about);
      const event = {
        ...{ user: idOf(name), ts, team, ...about },
        ...{ client_msg_id: crypto.randomUUID(), channel_type: 'channel' },
      };
      // Slack tells of a mention twice, under two event ids.
      if (text.includes(`<@${bot}>`))
        await deliver(to, eventOf(sender, { ...event, type: 'app_mention' }));
      await deliver(to, eventOf(sender, { ...event, type: 'message' }));
      return String(ts);
    },
    async press(to, name, { channel }, message, label) {
      const button = buttonsOf(message).find((one) => one.label === label);
      if (!button) throw new Error(`There is no ${label} on: ${message.text}`);
      const user = idOf(name);
      const { trigger_id } = await call(botToken, 'views.generateTriggerId', { user_id: user });
      const trigger = String(trigger_id);
      await deliver(to, clickOf(sender, { user, channel, message, button, trigger }));
    },
    async direct(name) {
      const { channel } = await call(tokenOf(name), 'conversations.open', { users: bot });
      return (channel as { id: string }).id;
    },
    async read({ channel, thread }) {
      const method = thread ? 'conversations.replies' : 'conversations.history';
      const values = { channel, limit: '200', ...(thread ? { ts: thread } : {}) };
      // The app itself sees both: the channel, and its direct messages with each person.
      const { messages } = await call(botToken, method, values);
      const found = messages as Message[];
      return thread ? found : found.toReversed();
    },
    async close() {
      await wire.close();
      await emulator.close();
    },
  };
}
