/** Plans of drafts: one step that keeps the text, and one that sends a version of it. */
import type { Draft, DraftWish } from './model/draft.ts';
import { writeDraftTool } from './tools/write-draft.ts';
import { Plan, type ToolStep } from './workflow/plan.ts';

const stepBase = { kind: 'tool' as const, priority: 'high' as const, substeps: [] };
const quick = { risk: 'low' as const, estimatedMs: 100 };

/** Keeps the text. What it was made of stays with the plan, so that later changes can be checked against it. */
export function planDraft(draft: Draft, { lead, source }: DraftWish): Plan {
  const { artifact, title, recipient, subject, text, unverified, confidence, note } = draft;
  const input = {
    kind: artifact,
    title,
    recipient: recipient ?? null,
    subject: subject ?? null,
    text,
    unverified,
  };
  const step: ToolStep = {
    ...stepBase,
    key: 'write',
    name: 'Write the draft',
    completedLabel: 'Draft written',
    detail: title.slice(0, 600),
    tool: writeDraftTool,
    input,
  };
  return Plan.parse({
    ...quick,
    title,
    creates: [{ icon: '📝', text: title }],
    confidence,
    understood: [`Asked for: ${lead.slice(0, 300)}`],
    guessed: note ? [note] : [],
    steps: [step],
    checks: [
      {
        id: 'written',
        label: 'The draft is kept, word for word',
        step: 'write',
        kind: 'artifact_written',
        text,
      },
    ],
    subject: { kind: 'draft', lead, source },
  });
}

/** Sends exactly these words to one conversation. */
export function planSend({ title, to, text }: { title: string; to: string; text: string }): Plan {
  const step: ToolStep = {
    ...stepBase,
    key: 'send',
    name: 'Send the message',
    completedLabel: 'Message sent',
    detail: `To ${to}`.slice(0, 600),
    tool: 'send_message',
    input: { to, text },
  };
  return Plan.parse({
    ...quick,
    title: title.slice(0, 200),
    creates: [{ icon: '✉️', text: `1 message to ${to}` }],
    confidence: 1,
    understood: [],
    steps: [step],
    checks: [
      {
        id: 'sent',
        label: `The message is out, word for word`,
        step: 'send',
        kind: 'message_sent',
        to,
        text,
      },
    ],
    subject: null,
  });
}

/** Whether a plan does no more than to keep or send a text: it is shown by the text, not as a plan. */
export const isTextPlan = (plan: Plan): boolean =>
  plan.checks.every(({ kind }) => kind === 'artifact_written' || kind === 'message_sent') &&
  plan.steps.length === 1;

/** What a draft was made of; empty for a plan that is none. */
export function sourceOf(plan: Plan | undefined): string {
  const { subject } = plan ?? {};
  if (typeof subject !== 'object' || subject === null || !('lead' in subject)) return '';
  const { lead, source } = subject as { lead?: unknown; source?: unknown };
  return [lead, source].filter((part) => typeof part === 'string').join('\n');
}
