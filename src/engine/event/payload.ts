/** What an event may be: its name and its payload, whoever publishes it. */
import { z } from 'zod';
import type { EventPayload } from '../../db/workflow-event.ts';
import { FactotumError, invalid } from '../../errors.ts';
import { assertStorable } from '../../storable.ts';
import { mostFields } from './key.ts';

/** Of a payload as JSON, in bytes. */
const longestPayload = 64 * 1024;
const longestName = 120;

/** Any identifier (R18): "workflow_completed", "order.paid", "zahlung-eingegangen". */
const identifier = /^[\p{L}_][\p{L}\p{M}\p{N}_.:-]*$/u;

/** @throws INVALID with how a name is written */
export function checkName(name: unknown): string {
  const text = typeof name === 'string' ? name.trim().normalize('NFC') : '';
  if (identifier.test(text) && text.length <= longestName) return text;
  const shown =
    typeof name === 'string' && name.trim() !== '' ? `"${name.trim().slice(0, 60)}"` : 'This';
  throw invalid(
    `${shown} is no name of an event. Take a letter, then up to ${longestName - 1} letters, digits, or one of _ . : -, for example order_paid.`,
  );
}

const Payload = z.record(z.string(), z.unknown());

/**
 * @param payload a record; nothing counts as an empty one
 * @throws INVALID when it cannot be stored, LIMIT when it is too large
 */
export function checkPayload(payload: unknown): EventPayload {
  const parsed = Payload.safeParse(payload ?? {});
  if (!parsed.success)
    throw invalid('The payload of an event is a record of fields, for example {"id": 7}.');
  assertStorable(parsed.data);
  const fields = Object.keys(parsed.data).length;
  if (fields > mostFields)
    throw new FactotumError(
      'LIMIT',
      `The payload has ${fields} fields; at most ${mostFields} are kept. Put lists of things into one field.`,
    );
  const text = JSON.stringify(parsed.data);
  const bytes = Buffer.byteLength(text);
  if (bytes > longestPayload)
    throw new FactotumError(
      'LIMIT',
      `The payload has ${bytes.toLocaleString('en')} bytes; at most ${longestPayload.toLocaleString('en')} are kept. Publish where it can be found instead.`,
    );
  // As it will be read again.
  return JSON.parse(text);
}
