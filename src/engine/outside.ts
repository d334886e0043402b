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

export type Recorder = Outside & { sent: { to: string; text: string }[] };

/** Checks and writes down what would have been said. */
export function createRecorder(): Recorder {
  const sent: Recorder['sent'] = [];
  return {
    sent,
    async send({ to, text }) {
      placeOf(to);
      sent.push({ to, text });
    },
  };
}

/** Lets through only what the dry run showed, before it goes out, and notes what went out. */
export function expectRehearsed(real: Outside, shown: StepEffect, recorder: Recorder): Outside {
  return {
    async send(message) {
      const { to, text } = message;
      if (!shown.sent.some((seen) => seen.to === to && seen.text === text)) {
        throw new FactotumError(
          'CONFLICT',
          `This differs from what you saw in the dry run: it would say something else to ${to}. Nothing was sent.`,
        );
      }
      await real.send(message);
      await recorder.send(message);
    },
  };
}
