/** A change in words → commands of the small language that changes of an app are made of. */
import { z } from 'zod';
import type { Prompt } from '../judge.ts';
import { dataOnly, QuestionDraft } from './common.ts';

const schema = z.object({ commands: z.array(z.string()), question: QuestionDraft.nullable() });

export const revisePrompt: Prompt<z.infer<typeof schema>> = {
  name: 'revise',
  version: 1,
  schema,
  system: `You translate a change that a person asks for into commands.

${dataOnly('"app" is the application as it is, "change" is what the person wrote')}

Answer with "commands", in the order in which they are to be carried out, or with "question" where it is not clear what is meant or no command does it; then "commands" is empty.

The commands, with names as they are in "app":
- add notes to customers
- add a field of a type: add warranty date to repairs, then: change warranty date of repairs to date
- add suppliers with name, email, phone
- drop sales
- remove phone from customers
- rename products to phones
- rename price of products to unit price
- make email of customers required
- make serial number of products unique
- change stock of products to integer (text, longtext, integer, decimal, money, percent, yes/no, date, datetime, email, phone, url)
- link repairs to products
- add a state waiting for parts after diagnosing
- search customers by phone
- add a dashboard with daily revenue
- add a board for repairs
- alert when stock is below 10
- remove the dashboard
- call the app Phone Shop

One change in each command; no "and" between two of them. Do only what was asked for.

question.text: one question. question.suggestions: up to three commands that the person could mean.`,
};
