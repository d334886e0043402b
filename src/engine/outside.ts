/**
 * How tools reach out of the database. The real one puts what is said into the outbox, where it is
 * posted from after the commit; the one of a dry run only writes it down, and the real one is then
 * not even made (PAINS 24).
 */
import { cardOfCall, insertCard } from '../db/card.ts';
import { type Database, type Scope, transaction } from '../db/client.ts';
import { addJob } from '../db/job.ts';
import type { StepEffect } from '../db/step.ts';
import { lockTask } from '../db/task.ts';
import { FactotumError, invalid } from '../errors.ts';
import { Overtaken } from './step-outcome.ts';
import type { Outside } from './tools/tool.ts';

/** "web:shop" → channel "web", conversation "shop". */
function placeOf(to: string): { channel: string; conversation: string } {
  const [, channel, conversation] = /^([a-z]+):(.+)$/.exec(to) ?? [];
  if (!channel || !conversation)
    throw invalid(
      `"${to}" is no place to post to. Name one as channel:conversation, for example web:shop.`,
    );
  return { channel, conversation };
}

/** Posts through the outbox: the card row is unique by the call's key, so a repetition finds it there. */
export function createOutside(db: Database, scope: Scope, taskId: string): Outside {
  return {
    async send({ key, to, text }) {
      const place = placeOf(to);
      await transaction(db, scope, async (tx) => {
        // Under the lock that a cancellation takes: after it nothing more goes out, from any program.
        const task = await lockTask(tx, taskId);
        if (!task || task.status === 'cancelled' || task.status === 'failed') throw new Overtaken();
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
  return {
    sent,
    async send({ key, to, text }) {
      placeOf(to);
      if (sent.some((said) => said.key === key)) return;
      sent.push({ key, to, text });
      await keep(sent);
    },
  };
}

/**
 * Lets through only what the dry run showed, no more often than it was shown, before it goes out; and
 * notes what went out. One at a time, since two that are the same could pass side by side.
 */
export function expectRehearsed(real: Outside, shown: Sent, recorder: Recorder): Outside {
  let last: Promise<unknown> = Promise.resolve();
  const sendNext: Outside['send'] = async (message) => {
    const isRepeated = recorder.sent.some((said) => said.key === message.key);
    if (!isRepeated && countOf(recorder.sent, message) >= countOf(shown, message)) {
      throw new FactotumError(
        'CONFLICT',
        `This differs from what you saw in the dry run: it would say something else to ${message.to}. It was not sent. Change the plan and rehearse it again, or cancel.`,
      );
    }
    await real.send(message);
    await recorder.send(message);
  };
  return {
    send(message) {
      const sending = last.then(() => sendNext(message));
      last = sending.catch(() => {});
      return sending;
    },
  };
}

const countOf = (sent: Sent, { to, text }: { to: string; text: string }): number =>
  sent.filter((said) => said.to === to && said.text === text).length;
