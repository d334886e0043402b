/** What a step was kept from saying, because the dry run of its plan had shown something else. */
import type { StepEffect } from '../db/step.ts';
import { FactotumError } from '../errors.ts';
import { redact } from '../redact.ts';
import { codeOf, digestOf } from './digest.ts';

type Said = NonNullable<StepEffect['allowed']>[number];

/** Stops before something is said that the dry run did not show. What it is goes to the card, never into logs. */
export class Unsaid extends FactotumError {
  readonly wanted: { to: string; text: string };

  constructor({ to, text }: Said) {
    super(
      'CONFLICT',
      `This differs from what you saw in the dry run: it would say something else to ${to}. It was not sent. Say that it is fine, and it is sent like that; or change the plan, or cancel.`,
    );
    this.wanted = { to, text };
  }
}

/** Which words a button has shown: others are not sent by it. As they are shown, without secrets. */
export const saidCode = (wanted: Said): string => codeOf(digestOf(redact(wanted)));

/** What the dry run showed, with what somebody has allowed since in the place of what was to go there. */
export function withAllowed(shown: StepEffect, allowed: Said[] = []): StepEffect {
  const sent = [...shown.sent];
  for (const message of allowed) {
    const at = sent.findIndex(
      ({ to, text }) => to === message.to && !allowed.some((one) => one.text === text),
    );
    if (at < 0) sent.push(message);
    else sent[at] = message;
  }
  return { ...shown, sent };
}
