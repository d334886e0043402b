/** Counts that stop somewhere: counting a big table exactly would cost more than it tells. */
import type { Total } from '../../apps/query.ts';

/** "34", or "1,000+" where counting stopped. */
export function printTotal(total: Total, locale: string): string {
  return `${total.count.toLocaleString(locale)}${total.capped ? '+' : ''}`;
}
