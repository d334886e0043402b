/** An event as it goes by way of Redis: one JSON text. What comes from there is believed no more than its form. */
import { z } from 'zod';
import type { WorkflowEvent } from '../../db/workflow-event.ts';

/** In characters: a payload of the longest kind with what stands around it. */
const longestMessage = 128 * 1024;

const Id = z.string().min(1).max(200);
const Message = z.object({
  v: z.literal(1),
  /** Which installation has published it; other programs name themselves as they like. */
  origin: Id,
  /** The same id of one origin is the same event. */
  id: Id,
  name: z.string().max(200),
  payload: z.record(z.string(), z.unknown()).default({}),
  /** The first event of its chain, and how many lie before this one. */
  chain: Id.optional(),
  depth: z.int().min(0).max(10_000).default(0),
});
export type EventMessage = z.infer<typeof Message>;

export function printMessage(
  origin: string,
  { id, name, payload, chainId, depth }: WorkflowEvent,
): string {
  return JSON.stringify({ v: 1, origin, id, name, payload, chain: chainId, depth });
}

/** The message, or why it is none. */
export function parseMessage(text: string): EventMessage | { problem: string } {
  if (text.length > longestMessage)
    return { problem: `It has ${text.length} characters; at most ${longestMessage} are read.` };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: 'It is no JSON.' };
  }
  const parsed = Message.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return { problem: `${issue?.path.join('.') || 'The message'}: ${issue?.message}` };
}
