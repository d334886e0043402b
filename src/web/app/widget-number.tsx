/** One number, and how it compares with the time span before. */
import type { WidgetData } from '../../apps/dashboard.ts';
import { Icon } from '../ui/icon.tsx';

type Data = Extract<WidgetData, { kind: 'number' }>;

/** A tile. */
export function NumberWidget({ data }: { data: Data }) {
  const { widget, value, compare } = data;
  return (
    <section class="tile" aria-label={widget.label}>
      <h2 class="tile-label" dir="auto">
        {widget.label}
      </h2>
      <p class="tile-value">{value}</p>
      {compare ? (
        <Comparison {...compare} days={widget.days} />
      ) : (
        <p class="tile-note">{spanOf(widget.days)}</p>
      )}
    </section>
  );
}

function Comparison({
  value,
  change,
  days,
}: {
  value: string;
  change: number;
  days: number | undefined;
}) {
  const percent = Math.round(Math.abs(change) * 100);
  const direction = percent === 0 || !Number.isFinite(change) ? 'same' : change > 0 ? 'up' : 'down';
  const icon = { same: 'minus', up: 'trending-up', down: 'trending-down' }[direction];
  const before =
    days === 1 ? 'yesterday' : days === undefined ? 'before' : `the ${days} days before`;
  return (
    <p class="tile-note" title={`${value} ${before}`}>
      <span class="change" data-direction={direction}>
        <Icon name={icon} label={{ same: 'unchanged', up: 'up', down: 'down' }[direction]} />
        {direction === 'same' ? 'Same' : `${percent.toLocaleString('en')}%`}
      </span>
      <span>
        {direction === 'same' ? 'as' : 'vs'} {before}
      </span>
    </p>
  );
}

function spanOf(days: number | undefined): string {
  if (days === undefined) return 'Right now';
  return days === 1 ? 'Today' : `Last ${days} days`;
}
