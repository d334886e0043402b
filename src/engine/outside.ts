/**
 * How tools reach out of the database. The real one puts what is said into the outbox, where it is
 * posted from after the commit; the one of a dry run only writes it down, and the real one is then
 * not even made (PAINS 24).
 */
import { cardOfCall, insertCard } from '../db/card.ts';
import { type Database, transaction } from '../db/client.ts';
import { addJob } from '../db/job.ts';
import type { Scope } from '../db/opening.ts';
import type { StepEffect } from '../db/step.ts';
import { lockTask } from '../db/task.ts';
import type { Tx } from '../db/tx.ts';
import { findCause } from '../db/workflow-event.ts';
import { invalid } from '../errors.ts';
import { engineActor } from './context.ts';
import { checkName, checkPayload } from './event/payload.ts';
import { publishEvent } from './event/publish.ts';
import { Overtaken } from './step-outcome.ts';
import type { Outside } from './tools/tool.ts';
import { Unsaid } from './unsaid.ts';

/** "web:shop" → channel "web", conversation "shop". */
function placeOf(to: string): { channel: string; conversation: string } {
  const [, channel, conversation] = /^([a-z]+):(.+)$/.exec(to) ?? [];
  if (!channel || !conversation)
    throw invalid(
      `"${to}" is no place to post to. Name one as channel:conversation, for example web:shop.`,
    );
  return { channel, conversation };
}

/** Under the lock that a cancellation takes: after it nothing more goes out, from any program. */
async function assertGoingOn(tx: Tx, taskId: string): Promise<void> {
  const task = await lockTask(tx, taskId);
  if (!task || task.status === 'cancelled' || task.status === 'failed') throw new Overtaken();
}

/**
 * Posts through the outbox: the card row is unique by the call's key, so a repetition finds it there. So is an event.
 * @param at which step it is that reaches out, where that is known
 */
export function createOutside(
  db: Database,
  scope: Scope,
  taskId: string,
  at: { runId: string; stepId: string } | null = null,
): Outside {
  return {
    async send({ key, to, text }) {
      const place = placeOf(to);
      await transaction(db, scope, async (tx) => {
        await assertGoingOn(tx, taskId);
        const cardKey = `sent:${key}`;
        if (await cardOfCall(tx, taskId, cardKey)) return;
        const draft = { kind: 'text', title: '', text };
        const card = await insertCard(tx, {
          ...scope,
          taskId,
          key: cardKey,
          ...place,
          card: draft,
        });
        addJob(tx, 'post', { ...scope, cardId: card.id });
      });
    },
    publish({ key, name, payload }) {
      return transaction(db, scope, async (tx) => {
        await assertGoingOn(tx, taskId);
        const { event } = await publishEvent(tx, {
          ...{ ...scope, name, payload, source: 'task', publishedBy: engineActor },
          ...{ idempotencyKey: key, from: { taskId, runId: null, stepId: null, ...at } },
          cause: await findCause(tx, taskId),
        });
        return event.id;
      });
    },
  };
}

type Sent = StepEffect['sent'];
export type Recorder = Outside & { sent: Sent };

/** Sends nothing any more once `signal` is aborted, also for a tool that does not listen to it. */
export const until = (signal: AbortSignal, outside: Outside): Outside => ({
  async send(message) {
    signal.throwIfAborted();
    await outside.send(message);
  },
  async publish(event) {
    signal.throwIfAborted();
    return outside.publish(event);
  },
});

/** An event as it is written down beside messages. */
const asSent = ({
  key,
  name,
  payload,
}: Parameters<Outside['publish']>[0]): Required<Sent[number]> => ({
  ...{ key, to: `event:${checkName(name)}` },
  text: JSON.stringify(checkPayload(payload)),
});

/**
 * Checks and writes down what is said, or would have been; the same key once.
 * @param earlier what former tries of the step have said
 * @param keep stores what has been said so far, so that a next try knows
 */
export function createRecorder(
  earlier: Sent = [],
  keep: (sent: Sent) => Promise<void> = async () => {},
): Recorder {
  const sent = [...earlier];
  const note = async (message: Sent[number]) => {
    if (sent.some((said) => said.key === message.key)) return;
    sent.push(message);
    await keep(sent);
  };
  return {
    sent,
    async send({ key, to, text }) {
      placeOf(to);
      await note({ key, to, text });
    },
    async publish(event) {
      await note(asSent(event));
      return null;
    },
  };
}

/**
 * Lets through only what the dry run showed, no more often than it was shown, before it goes out; and
 * notes what went out. One at a time, since two that are the same could pass side by side.
 */
export function expectRehearsed(real: Outside, shown: Sent, recorder: Recorder): Outside {
  let last: Promise<unknown> = Promise.resolve();
  const next = <T>(message: Sent[number], go: () => Promise<T>): Promise<T> => {
    const going = last.then(async () => {
      const isRepeated = recorder.sent.some((said) => said.key === message.key);
      if (!isRepeated && countOf(recorder.sent, message) >= countOf(shown, message))
        throw new Unsaid(message);
      return go();
    });
    last = going.catch(() => {});
    return going;
  };
  return {
    send: (message) =>
      next(message, async () => {
        await real.send(message);
        await recorder.send(message);
      }),
    publish: async (event) =>
      next(asSent(event), async () => {
        const id = await real.publish(event);
        await recorder.publish(event);
        return id;
      }),
  };
}

const countOf = (sent: Sent, { to, text }: { to: string; text: string }): number =>
  sent.filter((said) => said.to === to && said.text === text).length;
