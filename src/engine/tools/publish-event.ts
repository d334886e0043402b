/** Publishes an event: whoever waits for it goes on. The same call publishes it once. */
import { z } from 'zod';
import { checkName, checkPayload } from '../event/payload.ts';
import { defineTool } from './tool.ts';

export const publishEventTool = defineTool({
  name: 'publish_event',
  description: 'Publishes an event that other workflows may wait for.',
  effect: 'write',
  idempotent: true,
  // Others hear of it, so it is not among the calls that are written down together with what they gave.
  unitMs: 60,
  input: z.object({
    /** Any identifier: "order_paid". */
    name: z.string().transform((name) => checkName(name)),
    payload: z.unknown().transform((payload) => checkPayload(payload)),
  }),
  output: z.object({
    name: z.string(),
    /** Null in a dry run, where nobody is told. */
    id: z.string().nullable(),
  }),
  preview: ({ name, payload }) => ({
    lines: [`This will publish the event ${name}: ${clip(JSON.stringify(payload))}`],
    impact: null,
  }),
  // What is published depends on nothing but the input.
  basis: (input) => input,
  undo: { can: false, why: 'Cannot be undone: it was published.' },
  async run({ outside, idempotencyKey }, { name, payload }) {
    return { name, id: await outside.publish({ key: idempotencyKey, name, payload }) };
  },
});

const clip = (text: string) => (text.length > 400 ? `${text.slice(0, 399)}…` : text);
