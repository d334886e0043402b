import { expect, test } from 'vitest';
import { stepOf, viewOf } from '../../test/support/view.ts';
import { errorCard } from './stop-card.ts';

/** The card of a step that was kept from saying something. */
const cardOf = (text: string) => {
  const wanted = { to: 'web:shop', text };
  const error = { message: 'Stopped.', reason: 'It differs.', kind: 'unsaid' as const, wanted };
  const steps = [stepOf(1, 'Send it', { status: 'failed', error })];
  return errorCard(viewOf({ status: 'blocked', blockedKind: 'error' }, { steps, currentStep: 1 }));
};

test('what a step was kept from saying is shown, and the button is for these words alone', () => {
  const card = cardOf('Hello, Eva');
  expect(card.fields).toContainEqual({ label: 'To web:shop', value: 'Hello, Eva' });
  const button = ({ actions }: typeof card) => actions?.find(({ verb }) => verb === 'confirm');
  expect(button(card)).toMatchObject({ label: 'Send it like that' });
  expect(button(card)).toEqual(button(cardOf('Hello, Eva')));
  expect(button(card)?.subject).not.toEqual(button(cardOf('Hello, thief'))?.subject);
});
