/** Text that the API takes in: what Postgres can hold, in texts and in JSON. */
import { z } from 'zod';

/** @param most how many UTF-16 units it may have */
export const text = (most: number) =>
  z
    .string()
    .max(most, `must have at most ${most} characters`)
    .regex(/^[^\0]*$/, 'must have no null character')
    .refine((value) => !/[\ud800-\udfff]/u.test(value), 'has half of a character');

/** A person as the channel names them, a tool, or another short name. */
export const Name = text(200)
  .transform((value) => value.trim())
  .refine((value) => value !== '', 'must not be empty');
