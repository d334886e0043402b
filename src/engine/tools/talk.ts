/** Says something where the task was asked for: where its cards stand, so nobody is asked first. */
import { z } from 'zod';
import { transaction } from '../../db/client.ts';
import { findTask } from '../../db/task.ts';
import { notFound } from '../../errors.ts';
import { defineTool } from './tool.ts';

export const talk = defineTool({
  name: 'talk',
  description: 'Says something in the conversation that the task was asked for in.',
  effect: 'write',
  idempotent: true,
  // As long as a message: its transaction needs the lock of the task, so it is not made within another.
  unitMs: 60,
  input: z.object({ text: z.string().trim().min(1, 'must not be empty').max(20_000) }),
  output: z.object({ to: z.string() }),
  preview: ({ text }) => ({
    lines: ['This will say here:', `“${text.length > 400 ? `${text.slice(0, 399)}…` : text}”`],
    impact: null,
  }),
  basis: (input) => input,
  undo: { can: false, why: 'Cannot be undone: what was said stays said.' },
  async run({ db, scope, taskId, outside, idempotencyKey }, { text }) {
    const task = await transaction(db, scope, (tx) => findTask(tx, taskId));
    if (!task) throw notFound('The task is gone.');
    const to = `${task.channel}:${task.conversation}`;
    await outside.send({ key: idempotencyKey, to, text });
    return { to };
  },
});
