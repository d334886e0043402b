/**
 * A person at the web chat. They look at the conversation and act on what stands there; what was not
 * acknowledged they do again, and nothing else. Their memory outlives the program.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Card } from '../src/bot/card.ts';
import type { MessageView } from '../src/bot/message.ts';

/** What the program has acknowledged: it must never be lost. */
export type Memory = { said: string[]; ordered: string[]; pressed: string[] };

export type Person = {
  memory: Memory;
  /** Says something once: it is repeated with the same id until it is acknowledged. */
  say(conversation: string, id: string, text: string): Promise<void>;
  /** Files a task with a plan; the same id is one task. */
  order(id: string, body: Record<string, unknown>): Promise<void>;
  /** A request that may be repeated: sent until it is acknowledged, and never again. */
  request(id: string, method: 'POST' | 'PUT' | 'PATCH', path: string, body: object): Promise<void>;
  /** Accepts and approves what they are asked in the conversation, until the result is delivered. */
  attend(conversation: string): Promise<void>;
  /** Looks until the text stands in the conversation. */
  expect(conversation: string, text: string): Promise<void>;
  /** Looks until a step of that name has begun there, or is over. */
  expectStep(conversation: string, name: string): Promise<void>;
};

/** Who somebody at the web chat is. */
export const me = 'you';

/** The work has come to a stop that nothing but a person's judgement would get it out of. */
export class Stop extends Error {}

const lookMs = 25;
const agreeing = ['Accept', 'Approve', 'Ask again'];

/** @param signal aborted when they have waited long enough */
export function createPerson(address: string, memory: Memory, signal: AbortSignal): Person {
  const request = async <T>(path: string, body?: unknown, method = 'POST'): Promise<T> => {
    const response = await fetch(address + path, {
      signal,
      ...(body === undefined
        ? {}
        : {
            method,
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify(body),
          }),
    });
    const text = await response.text();
    if (!response.ok) throw new Stop(`${path} answered ${response.status}: ${text}`);
    return JSON.parse(text) as T;
  };
  const look = async (conversation: string): Promise<MessageView[]> => {
    const path = `/api/conversations/${conversation}`;
    return (await request<{ messages: MessageView[] }>(path)).messages;
  };
  const once = async (known: string[], id: string, work: () => Promise<unknown>): Promise<void> => {
    if (known.includes(id)) return;
    await work();
    known.push(id);
  };
  const press = async (action: Card['actions'][number]): Promise<void> => {
    const { outcome } = await request<{ outcome: string }>('/api/actions', { id: action.id });
    if (outcome === 'done') memory.pressed.push(action.id);
  };

  return {
    memory,
    say: (conversation, id, text) =>
      once(memory.said, id, () => request('/api/messages', { conversation, id, text })),
    order: (id, body) => once(memory.ordered, id, () => request('/api/tasks', { id, ...body })),
    request: (id, method, path, body) =>
      once(memory.ordered, id, () => request(path, body, method)),
    async attend(conversation) {
      for (;;) {
        const cards = (await look(conversation)).flatMap((message) => message.card ?? []);
        const error = cards.findLast((card) => card.kind === 'error');
        if (error) throw new Stop(error.text);
        if (cards.some((card) => card.kind === 'delivery')) return;
        const asked = cards
          .filter(isMine)
          .flatMap((card) => card.actions)
          .find((action) => agreeing.includes(action.label) && !memory.pressed.includes(action.id));
        if (asked) await press(asked);
        else await sleep(lookMs, undefined, { signal });
      }
    },
    async expect(conversation, text) {
      for (;;) {
        if ((await look(conversation)).some((message) => message.text.includes(text))) return;
        await sleep(lookMs, undefined, { signal });
      }
    },
    async expectStep(conversation, name) {
      for (;;) {
        const steps = (await look(conversation)).flatMap((message) => message.card?.steps ?? []);
        if (steps.some((step) => step.name === name && step.status !== 'pending')) return;
        await sleep(lookMs, undefined, { signal });
      }
    },
  };
}

/** Whether what a card asks is for them to decide. */
function isMine({ fields }: Card): boolean {
  const deciders = fields.find(({ label }) => label === 'Who decides')?.value;
  return deciders === undefined || !deciders.includes('@') || deciders.split(', ').includes(me);
}
