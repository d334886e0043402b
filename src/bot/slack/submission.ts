/** What people entered in a dialog. Slack's payload is checked: it comes from outside. */
import { z } from 'zod';
import { notifyChoices } from '../../db/person.ts';
import type { Metadata, Settings } from './modal.ts';

/** The part of a submitted view that is read. */
export type Submitted = {
  private_metadata: string;
  state: { values: Record<string, Record<string, unknown>> };
};

const Entered = z.object({
  value: z.string().nullish(),
  selected_time: z.string().nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
});
const Remembered = z.record(z.string(), z.union([z.string(), z.number()]));

/** The text of a text or describe dialog, trimmed; empty when nothing was written. */
export const readText = (view: Submitted): string => entered(view, 'text').value?.trim() ?? '';

/** What the dialog was opened with. */
export function readMetadata(view: Pick<Submitted, 'private_metadata'>): Metadata {
  try {
    return Remembered.parse(JSON.parse(view.private_metadata));
  } catch {
    // Not written by us: nothing is remembered, and the caller finds no action in it.
    return {};
  }
}

/** @returns the settings, or what is wrong with them by block id, as Slack wants it */
export function readSettings(view: Submitted): Settings | { errors: Record<string, string> } {
  const notify = z.enum(notifyChoices).safeParse(entered(view, 'notify').selected_option?.value);
  const quietFrom = entered(view, 'quiet_from').selected_time || null;
  const quietTo = entered(view, 'quiet_to').selected_time || null;
  if (!notify.success) return { errors: { notify: 'Choose one of these.' } };
  if (quietFrom && !quietTo) return { errors: { quiet_to: 'Say until when it is quiet.' } };
  if (quietTo && !quietFrom) return { errors: { quiet_from: 'Say from when it is quiet.' } };
  if (quietFrom && quietFrom === quietTo)
    return { errors: { quiet_to: 'This is the same time. Choose another.' } };
  return { notify: notify.data, quietFrom, quietTo };
}

function entered({ state }: Submitted, id: string): z.infer<typeof Entered> {
  const found = Entered.safeParse(state.values[id]?.[id]);
  return found.success ? found.data : {};
}
