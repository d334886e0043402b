/** Groups compared by length: the number stands beside the bar, so the bar is decoration. */
import type { WidgetData } from '../../apps/dashboard.ts';

type Data = Extract<WidgetData, { kind: 'bars' }>;

/** A panel of bars. */
export function BarsWidget({ data }: { data: Data }) {
  const { widget, bars } = data;
  const largest = Math.max(...bars.map((bar) => bar.value), 0);
  return (
    <section class="panel" aria-label={widget.label}>
      <h2 class="panel-title" dir="auto">
        {widget.label}
      </h2>
      {bars.length === 0 ? <p class="quiet">Nothing to compare yet.</p> : null}
      <dl class="bars">
        {bars.map((bar) => (
          <div class="bar" data-tone={bar.tone}>
            <dt dir="auto">
              {bar.tone ? <span class="dot" data-tone={bar.tone} aria-hidden="true"></span> : null}
              {bar.label}
            </dt>
            <dd>{bar.printed}</dd>
            <svg class="bar-line" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
              <rect width={share(bar.value, largest)} height="1" />
            </svg>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Percent of the largest; what is not nothing is seen. */
function share(value: number, largest: number): number {
  if (value <= 0 || largest <= 0) return 0;
  return Math.max(1, Math.round((value / largest) * 1000) / 10);
}
