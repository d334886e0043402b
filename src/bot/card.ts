/**
 * The neutral card: what every channel renders, as data. Cards are made from a task's view by
 * pure functions; a button carries a verb here and an opaque id once it is posted.
 */
import { z } from 'zod';
import { stepStatuses } from '../db/step.ts';
import { priorities } from '../db/task.ts';

const cardKinds = [
  'text',
  'question',
  'plan',
  'progress',
  'approval',
  'human',
  'error',
  'delivery',
  'status',
  'list',
  'details',
  'dry_run',
  'undo',
] as const;
const actionStyles = ['primary', 'secondary', 'danger', 'link'] as const;

const CardStep = z.object({
  order: z.number(),
  name: z.string(),
  priority: z.enum(priorities),
  detail: z.string(),
  status: z.enum(stepStatuses),
  percent: z.number(),
  substeps: z.array(z.object({ name: z.string(), done: z.boolean(), running: z.boolean() })),
  note: z.string().optional(),
});
export type CardStep = z.infer<typeof CardStep>;

const CardCheck = z.object({
  label: z.string(),
  before: z.boolean().optional(),
  after: z.boolean().optional(),
  evidence: z.string().optional(),
});
export type CardCheck = z.infer<typeof CardCheck>;

const ActionBase = z.object({
  label: z.string(),
  style: z.enum(actionStyles),
  /** Where a link button leads. */
  url: z.string().optional(),
  /** The button first asks for a text. */
  input: z
    .object({
      label: z.string(),
      placeholder: z.string(),
      /** What stands in the field before anybody writes. */
      initial: z.string().optional(),
    })
    .optional(),
});

const CardBody = z.object({
  kind: z.enum(cardKinds),
  title: z.string(),
  /** The whole card as plain text: notices, screen readers, channels that cannot show cards. */
  text: z.string(),
  fields: z.array(z.object({ label: z.string(), value: z.string() })).default([]),
  steps: z.array(CardStep).default([]),
  progress: z
    .object({ percent: z.number(), label: z.string(), eta: z.string().optional() })
    .optional(),
  sections: z
    .array(
      z.object({
        title: z.string(),
        items: z.array(z.string()),
        /** The address behind each item, in their order, where the platform has one: a message. Empty for none. */
        links: z.array(z.string()).optional(),
        /** For whoever wants to know exactly: closed until it is opened. */
        quiet: z.boolean().optional(),
        /** The lines are one text, word for word; here it is as a file. A channel may let people copy it. */
        file: z.string().optional(),
      }),
    )
    .default([]),
  checks: z.array(CardCheck).default([]),
  /** One line for desktop notices and channels that ring: what is new since the version before. */
  notice: z.string().optional(),
  /** The last line, small: why nothing can be pressed any more. */
  note: z.string().optional(),
});

/** A card as wanted: buttons name what they do. */
export type CardDraft = z.input<typeof CardBody> & { actions?: ActionDraft[] };
export type ActionDraft = z.infer<typeof ActionBase> & {
  verb: Verb;
  /** What it is about besides the task: a plan version, an approval, a step, a text. */
  subject?: Record<string, string | number | boolean>;
  /** May be pressed more than once. */
  repeatable?: boolean;
};

const verbs = [
  'accept',
  'modify',
  'cancel',
  'pause',
  'resume',
  'retry',
  'skip',
  'add_budget',
  'finish_cheaper',
  'stop_and_deliver',
  'confirm',
  'approve',
  'reject',
  'ask_again',
  'start_over',
  'finish_step',
  'undo',
  'undo_confirm',
  'undo_keep',
  'execute',
  'complete',
  'open_app',
  'details',
  'another',
  'say',
  'make_tasks',
  'not_tasks',
  'save_workflow',
  'forget_memory',
  'edit_draft',
  'send_draft',
] as const;
export type Verb = (typeof verbs)[number];

/** A card as posted: buttons carry opaque ids. This is what the API returns. */
export const Card = CardBody.extend({
  actions: z.array(ActionBase.extend({ id: z.string() })).default([]),
});
export type Card = z.infer<typeof Card>;

/** A card of the past, which only loses its buttons: not worth a message somewhere else. */
export const isPast = ({ actions, kind }: Card): boolean =>
  actions.length === 0 && !['progress', 'delivery', 'error'].includes(kind);
