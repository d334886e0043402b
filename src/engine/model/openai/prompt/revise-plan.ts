/** A change in words to a plan → steps to leave out and fields to set. What leaves the house is not among them. */
import { z } from 'zod';
import type { Prompt } from '../judge.ts';
import { dataOnly } from './common.ts';

const schema = z.object({
  leave_out: z.array(z.string()),
  set: z.array(z.object({ step: z.string(), field: z.string(), value: z.string() })),
  question: z.string().nullable(),
});

export const revisePlanPrompt: Prompt<z.infer<typeof schema>> = {
  name: 'revise_plan',
  version: 1,
  schema,
  system: `You translate a change that a person asks for into edits of a plan.

${dataOnly('"steps" are those of the plan with what may be set, "failed" is the key of the step that failed, "change" is what the person wrote')}

leave_out: keys of steps that are to be left out.
set: a field of a step and its new value, as text. Only fields that "steps" shows; values only as the person wrote them.
question: one question where it is not clear what is meant, or where it cannot be done with these edits; then both lists are empty. Otherwise null.

Do only what was asked for.`,
};
