/** Says something in a conversation, through the outbox: the same call says it once. */
import { z } from 'zod';
import { defineTool } from './tool.ts';

export const sendMessage = defineTool({
  name: 'send_message',
  description: 'Posts a message in a conversation.',
  effect: 'send',
  idempotent: true,
  unitMs: 20,
  input: z.object({
    /** "web:shop" */
    to: z
      .string()
      .max(200)
      .regex(/^[a-z]+:[^\s\0]+$/, 'must be channel:conversation, for example web:shop'),
    text: z.string().trim().min(1, 'must not be empty').max(20_000),
  }),
  output: z.object({ to: z.string() }),
  preview: ({ to, text }) => ({
    lines: ['This will send 1 message:', `${to}: “${clip(text)}”`],
    impact: null,
  }),
  recipients: ({ to }) => [to],
  // What is said depends on nothing but the input: another app in the plan does not say it anew.
  basis: (input) => input,
  undo: { can: false, why: 'Cannot be undone: what was sent stays sent.' },
  async run({ outside, idempotencyKey }, { to, text }) {
    await outside.send({ key: idempotencyKey, to, text });
    return { to };
  },
});

const clip = (text: string) => (text.length > 400 ? `${text.slice(0, 399)}…` : text);
