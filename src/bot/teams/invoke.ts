/** What the buttons of our cards say when they are pressed: one printer and one parser. Pure. */
import { z } from 'zod';
import type { ActionStyle, Execute } from './element.ts';
import { limits } from './limits.ts';
import { cut, tidy } from './text.ts';

/** Of which card, in which version. */
export type CardRef = { card: string; version: number };

/** `act` performs a card's action; the others show the same card to one person. */
const verbs = ['act', 'view', 'refresh', 'page'] as const;
type Verb = (typeof verbs)[number];

export function execute(
  verb: Verb,
  title: string,
  data: CardRef & { action?: string; page?: number },
  style?: ActionStyle,
): Execute {
  const shown = { title: buttonText(title), ...(style ? { style } : {}) };
  return {
    type: 'Action.Execute',
    verb,
    ...shown,
    data,
    fallback: { type: 'Action.Submit', ...shown, data: { ...data, verb } },
  };
}

/** A button has one line. */
export const buttonText = (label: string): string =>
  cut(tidy(label).replace(/\s+/g, ' ').trim(), limits.buttonText) || '–';

/** Where a card asks for a text, the answer comes under this name. */
export const inputIdOf = (action: string): string => `text_${action}`;

export type Pressed = CardRef &
  (
    | { kind: 'act'; action: string; text: string | undefined }
    | { kind: 'view'; isAutomatic: boolean }
    | { kind: 'page'; page: number; isAutomatic: boolean }
  );

const Data = z.looseObject({
  verb: z.enum(verbs).optional(),
  card: z.string().regex(/^crd_[0-9a-z]{1,40}$/),
  version: z.int().min(0),
  action: z
    .string()
    .regex(/^act_[0-9a-z]{1,40}$/)
    .optional(),
  page: z.int().min(0).max(10_000).optional(),
});
const Invoked = z.object({
  action: z.object({ verb: z.string(), data: z.unknown() }),
  trigger: z.string().optional(),
});

/**
 * @param value `activity.value` of an `adaptiveCard/action` invoke, or of the message that older
 *   clients send for the fallback. Teams signs the delivery, not what a person put into it.
 * @returns undefined for anything that our buttons do not say
 */
export function parsePressed(value: unknown): Pressed | undefined {
  const invoked = Invoked.safeParse(value);
  const found = Data.safeParse(invoked.success ? invoked.data.action.data : value);
  if (!found.success) return undefined;
  const { card, version, action, page } = found.data;
  const verb = invoked.success ? invoked.data.action.verb : found.data.verb;
  // Absent is a press: only what Teams does by itself is marked.
  const isAutomatic = invoked.success && invoked.data.trigger === 'automatic';
  switch (verb) {
    case 'act': {
      if (!action || isAutomatic) return undefined;
      const said = found.data[inputIdOf(action)];
      const text = typeof said === 'string' ? tidy(said).trim().slice(0, limits.inputText) : '';
      return { kind: 'act', card, version, action, text: text === '' ? undefined : text };
    }
    case 'view':
    case 'refresh':
      return { kind: 'view', card, version, isAutomatic };
    case 'page':
      return page === undefined ? undefined : { kind: 'page', card, version, page, isAutomatic };
    default:
      return undefined;
  }
}
