/** The whole program on a test database, reached over real HTTP on a port of its own. */
import { afterAll } from 'vitest';
import type { Card } from '../../src/bot/card.ts';
import type { MessageView } from '../../src/bot/message.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { type Factotum, start } from '../../src/start.ts';
import { testDatabase } from './database.ts';

export type Program = Factotum & {
  post(path: string, body: unknown): Promise<{ status: number; body: Record<string, unknown> }>;
  get<T = Record<string, unknown>>(path: string): Promise<T>;
  say(conversation: string, text: string): Promise<void>;
  /** Waits until the newest card of that kind is there (and satisfies `accept`). */
  card(conversation: string, kind: Card['kind'], accept?: (card: Card) => boolean): Promise<Card>;
  press(
    card: Card,
    label: string,
    input?: { text: string },
  ): Promise<{ outcome: string; message: string }>;
};

/** @param environment settings besides, or other ones, such as the DATABASE_URL of an earlier program */
export async function testProgram(environment: Record<string, string> = {}): Promise<Program> {
  const DATABASE_URL = environment['DATABASE_URL'] ?? (await testDatabase()).url;
  const base = { DATABASE_URL, PORT: '0', FACTOTUM_TIMEZONE: 'UTC' };
  const config = readConfig({ ...base, ...environment }, []);
  const factotum = await start(config, createLog({ quiet: true }));
  afterAll(() => factotum.stop());
  return { ...factotum, ...client(factotum.address) };
}

/** What a person or a program can do over HTTP. */
export function client(address: string): Omit<Program, keyof Factotum> {
  const get = async <T>(path: string) => (await fetch(address + path)).json() as Promise<T>;
  const post = async (path: string, body: unknown) => {
    const response = await fetch(address + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const card = async (
    conversation: string,
    kind: Card['kind'],
    accept: (card: Card) => boolean = () => true,
  ): Promise<Card> => {
    const deadline = Date.now() + 60_000;
    let seen: string[] = [];
    while (Date.now() < deadline) {
      // While the database is away the answer is an error: not yet.
      const { messages = [] } = await get<{ messages?: MessageView[] }>(
        `/api/conversations/${conversation}`,
      );
      const found = messages.findLast(
        (message) => message.card?.kind === kind && accept(message.card),
      );
      if (found?.card) return found.card;
      seen = messages.map(
        (message) =>
          `${message.author}: ${message.card?.kind ?? 'text'} ${message.text.slice(0, 120)}`,
      );
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`No ${kind} card came. The conversation:\n${seen.join('\n')}`);
  };
  return {
    get,
    post,
    card,
    async say(conversation, text) {
      const { status, body } = await post('/api/messages', { conversation, text });
      if (status !== 202)
        throw new Error(`The message was answered with ${status}: ${JSON.stringify(body)}`);
    },
    async press(shown, label, input) {
      const action = shown.actions.find((candidate) => candidate.label === label);
      if (!action)
        throw new Error(
          `The card has no ${label}: ${shown.actions.map((known) => known.label).join(', ')}`,
        );
      const { body } = await post('/api/actions', { id: action.id, ...(input ? { input } : {}) });
      return body as { outcome: string; message: string };
    },
  };
}
