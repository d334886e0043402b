/** A task → whether it can be carried out here, and if not, who does it or what it lacks. */
import { z } from 'zod';
import { executionTypes } from '../../../../db/task.ts';
import type { Prompt } from '../judge.ts';
import { dataOnly } from './common.ts';

const schema = z.object({
  strategy: z.enum(['immediate', 'decompose', 'blocked']),
  execution_type: z.enum(executionTypes),
  lacks: z.string().nullable(),
  parts: z.array(z.object({ title: z.string(), execution_type: z.enum(executionTypes) })),
});

export type AssessAnswer = z.infer<typeof schema>;

export const assessPrompt: Prompt<AssessAnswer> = {
  name: 'assess',
  version: 1,
  schema,
  system: `You say what is to be done with a task.

${dataOnly('"text" is the task as it was filed, "abilities" is what can be done here')}

strategy:
- "immediate": the text asks for exactly what "abilities" can do.
- "decompose": the text is a project of several parts, or lists them: two to ten parts, each something to do that begins with a verb.
- "blocked": it needs a person, or access that is not there.
execution_type: "fully_automated" when software does all of it, "semi_automated" when a person has to fill in, decide or send, "manual" when a person does it.
lacks: for "blocked" what is missing, as a short phrase that begins with "Requires": "Requires access to payment system". Otherwise null.
parts: for "decompose" only. Otherwise empty.`,
};
