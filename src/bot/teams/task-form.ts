/** The form of “Make this a task”: what it asks, and what comes back. Pure. */
import { z } from 'zod';
import type { AdaptiveCard } from './element.ts';
import { limits } from './limits.ts';
import { cut, ours, tidy } from './text.ts';

type Form = Omit<AdaptiveCard, 'actions' | 'msteams'> & {
  actions: { type: 'Action.Submit'; title: string; data: object }[];
};

/** @param message the platform's id of the message that it came from */
export function taskForm(text: string, message: string): Form {
  const value = cut(tidy(text).trim(), limits.inputText);
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.5',
    body: [
      ours('Say what is to be done. You get a plan first; nothing happens before you accept it.'),
      {
        ...{ type: 'Input.Text', id: 'text', label: 'What do you need?', isMultiline: true },
        ...{ placeholder: 'Create a CRM for my bakery', maxLength: limits.inputText },
        ...{ isRequired: true, errorMessage: 'Write it here first.' },
        ...(value ? { value } : {}),
      },
    ],
    actions: [{ type: 'Action.Submit', title: 'Plan it', data: { message } }],
    fallbackText: 'Say what is to be done.',
    speak: 'Say what is to be done.',
  };
}

const Sent = z.object({
  commandId: z.string().nullish(),
  data: z.object({ text: z.string(), message: z.string().max(200).catch('') }),
});

/** Undefined where nothing is said. */
export function wishIn(value: unknown): { text: string; message: string } | undefined {
  const data = Sent.safeParse(value).data?.data;
  const text = tidy(data?.text ?? '')
    .trim()
    .slice(0, limits.inputText);
  return data && text !== '' ? { text, message: data.message } : undefined;
}
