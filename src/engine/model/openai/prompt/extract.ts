/** A message, a thread, notes or a mail → the tasks in it. The model names words of the text; what they mean is read by the rules. */
import { z } from 'zod';
import { executionTypes, priorities } from '../../../../db/task.ts';
import type { Prompt } from '../judge.ts';
import { dataOnly } from './common.ts';

const FoundDraft = z.object({
  quote: z.string(),
  title: z.string(),
  assignee: z.string().nullable(),
  due: z.string().nullable(),
  urgency: z.enum(priorities).nullable(),
  execution_type: z.enum(executionTypes),
  confidence: z.number(),
});
export type FoundDraft = z.infer<typeof FoundDraft>;

const rules = `A task is asked for, promised, agreed or listed as to be done. Questions to be answered at once, wishes, news, what is done already, and examples are none. The same task once, in the order of the text.

quote: the words of the text that say it, copied letter by letter, one sentence or line at most.
title: what is to be done in a few words, in the language of the text, beginning with a verb, without person and date.
assignee: who is to do it, copied from the text; the author for what they promise; null where nobody is named.
due: the words of the text that say until when, copied ("by Friday noon"), or null.
urgency: only where the words say it, otherwise null.
execution_type: "fully_automated" when software can do all of it, "semi_automated" when a person has to fill in, decide or send, "manual" when a person does it.
confidence: 0 to 1, how sure it is that this is to be done.`;

const schema = z.object({ tasks: z.array(FoundDraft) });

export const extractPrompt: Prompt<z.infer<typeof schema>> = {
  name: 'extract',
  version: 1,
  schema,
  system: `You find the tasks in what somebody wrote: what is still to be done, by whom and until when.

${dataOnly('"text" is what was written, "author" is who wrote it, where that is known')}

${rules}`,
};

const FoundInThread = FoundDraft.extend({ message: z.number() });

const threadSchema = z.object({ tasks: z.array(FoundInThread) });

export const threadPrompt: Prompt<z.infer<typeof threadSchema>> = {
  name: 'extract-thread',
  version: 1,
  schema: threadSchema,
  system: `You find the tasks in what several people wrote to each other: what is still to be done, by whom and until when.

${dataOnly('"messages" are what was written, in its order: "number" is which one it is, "author" who wrote it, where that is known, "text" what they wrote')}

message: the number of the message that says it. What is copied is copied from the text of that message.
${rules}`,
};
