/** A description of an app → its things, their fields and what to watch. Code makes the app of it. */
import { z } from 'zod';
import type { Prompt } from '../judge.ts';
import { dataOnly, QuestionDraft } from './common.ts';

const fieldTypes = [
  'text',
  'longtext',
  'integer',
  'decimal',
  'money',
  'percent',
  'boolean',
  'date',
  'datetime',
  'time',
  'email',
  'phone',
  'url',
  'choice',
  'status',
  'relation',
] as const;

const FieldDraft = z.object({
  name: z.string(),
  type: z.enum(fieldTypes),
  options: z.array(z.string()),
  exits: z.array(z.string()),
  to: z.string().nullable(),
  many: z.boolean(),
  required: z.boolean(),
  unique: z.boolean(),
  search: z.boolean(),
  said: z.string().nullable(),
});

const EntityDraft = z.object({
  name: z.string(),
  said: z.string().nullable(),
  fields: z.array(FieldDraft),
});

const AlertDraft = z.object({
  entity: z.string(),
  field: z.string().nullable(),
  when: z.enum(['new', 'eq', 'lt', 'lte', 'gt', 'gte']),
  value: z.string().nullable(),
  said: z.string(),
});

const AppDraft = z.object({
  name: z.string(),
  type: z.string(),
  business: z.string(),
  entities: z.array(EntityDraft),
  dashboard: z.array(z.string()),
  alerts: z.array(AlertDraft),
  guessed: z.array(z.string()),
});
export type AppDraft = z.infer<typeof AppDraft>;

const schema = z.object({ app: AppDraft.nullable(), question: QuestionDraft.nullable() });

export const understandPrompt: Prompt<z.infer<typeof schema>> = {
  name: 'understand',
  version: 1,
  schema,
  system: `You read descriptions of small business applications and say which lists of records they need.

${dataOnly('"text" is the description that a person wrote')}

Answer with "app", or with "question" where the text does not say what is to be kept; the other is null.

app.name: what people will call it, two to four words: "Cellphone Store CRM".
app.type: "CRM", "Inventory", "Booking system", "Tracker", "Dashboard" or "App".
app.business: the trade in one to three words: "Cellphone retail".
app.entities: the things of which records are kept, the most important first. Name each in the singular, in lower-case words. Keep to what was asked for; where only a trade is named, give the three to six lists that it cannot do without.
fields: in lower-case words. Where the person listed the fields of a thing, give exactly those. There is no need for ids, dates of creation or change: every record has them.
- type "status" is for the steps that a record goes through: "options" in their order, and in "exits" the ends outside of it (cancelled, lost). Only where a flow was named or is usual.
- type "choice" is for a fixed set: "options".
- type "relation" links to another entity: its name in "to"; "many" when one record links to several.
- For all others "options" and "exits" are empty and "to" is null.
- "required" for what names a record; "unique" for codes that may not repeat; "search" where people will look a record up by it.
said: the exact words of the text that asked for it, copied letter by letter; null where they did not.
app.dashboard: figures that were asked for, as short phrases: "daily revenue", "top products". Empty if none.
app.alerts: what was asked to be told about: "eq" with a state, "lt" and its like with a number, "new" for every new record.
app.guessed: one short sentence for each thing that you added and that the person may want otherwise.

question.text: one question. question.suggestions: up to three whole descriptions that the person could give as the answer.`,
};
