/** What was spent, in words. Pure. */
import type { Sum } from '../db/reservation.ts';
import { boundText, moneyText } from '../engine/budget/envelope.ts';
import { count } from '../engine/tools/preview.ts';

export const isNothing = ({ calls, messages }: Sum) => calls === 0 && messages === 0;

/** "$0.40 for 12 calls of the language model (20,000 tokens, 2 of them estimated), and 3 messages". */
export function costText(sum: Sum): string {
  const { calls, messages, estimates, microdollars } = sum;
  const guessed = estimates > 0 ? `, ${estimates === calls ? 'all' : estimates} estimated` : '';
  const tokens = boundText('tokens', sum.tokensIn + sum.tokensOut);
  const parts = [
    ...(calls > 0
      ? [
          `${moneyText(microdollars)} for ${count(calls, 'call')} of the language model (${tokens}${guessed})`,
        ]
      : []),
    ...(messages > 0 ? [boundText('messages', messages)] : []),
  ];
  return parts.join(', and ');
}
