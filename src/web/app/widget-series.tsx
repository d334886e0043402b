/**
 * A line over time, drawn on the server. The drawing stretches with its panel, so
 * everything that must not be distorted is HTML around it: the scale, the dates, and
 * the values that appear under the pointer. The same numbers stand in a table below.
 */
import type { WidgetData } from '../../apps/dashboard.ts';
import { numberFormat } from '../../apps/locale.ts';
import { entityOf } from '../../apps/spec.ts';
import { Scroll } from '../ui/scroll.tsx';
import type { Context } from './request.ts';

type Data = Extract<WidgetData, { kind: 'series' }>;

const height = 100;
/** Labels below the line; more would touch each other on a phone. */
const mostLabels = 6;

/** A panel with the line and "Show as table". */
export function SeriesWidget({ context, data }: { context: Context; data: Data }) {
  const scale = scaleOf(context, data.widget);
  const { widget, points, total } = data;
  const top = niceTop(Math.max(...points.map((point) => point.value), 0));
  const isEmpty = points.every((point) => point.value === 0);
  return (
    <section class="panel" aria-label={widget.label}>
      <header class="panel-head">
        <h2 class="panel-title" dir="auto">
          {widget.label}
        </h2>
        <p class="panel-note">
          Last {widget.span} {widget.by}s · <strong>{total}</strong>
        </p>
      </header>
      {isEmpty ? <p class="quiet">Nothing in this time yet.</p> : null}
      <div class="chart" aria-hidden="true">
        <div class="chart-scale">
          {[4, 3, 2, 1, 0].map((step) => (
            <span>{scale.format((top * step) / 4)}</span>
          ))}
        </div>
        <div class="chart-plot">
          <svg
            class="chart-lines"
            viewBox={`0 0 ${points.length} ${height}`}
            preserveAspectRatio="none"
            aria-hidden="true"
          >
            {[0, 25, 50, 75, 100].map((y) => (
              <path class="chart-grid" d={`M0 ${y}H${points.length}`} />
            ))}
            <path class="chart-area" d={`${line(points, top)}V${height}H0.5Z`} />
            <path class="chart-line" d={line(points, top)} />
          </svg>
          <div class="chart-points">
            {points.map((point) => (
              <span class="chart-point">
                <svg viewBox={`0 0 1 ${height}`} preserveAspectRatio="none" aria-hidden="true">
                  <path class="chart-dot" d={`M0.5 ${round(yOf(point.value, top))}h0`} />
                </svg>
                <span class="chart-tip">
                  {point.label} · <strong>{point.printed}</strong>
                </span>
              </span>
            ))}
          </div>
        </div>
        <div class="chart-dates">
          {labelled(points).map((point) => (
            <span>{point.label}</span>
          ))}
        </div>
      </div>
      <details class="as-table">
        <summary>Show as table</summary>
        <Scroll class="scroll-y" label={`${widget.label} as a table`}>
          <table class="table table-small">
            <thead>
              <tr>
                <th scope="col">{{ day: 'Day', week: 'Week', month: 'Month' }[widget.by]}</th>
                <th scope="col" class="num">
                  {widget.label}
                </th>
              </tr>
            </thead>
            <tbody>
              {points.map((point) => (
                <tr>
                  <th scope="row">{point.label}</th>
                  <td class="num">{point.printed}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </details>
    </section>
  );
}

const round = (value: number) => Math.round(value * 100) / 100;
const yOf = (value: number, top: number) => height - (Math.max(0, value) / top) * height;

/** A line through all points that never overshoots them: control points lie level with their ends. */
function line(points: Data['points'], top: number): string {
  return points
    .map((point, index) => {
      const y = round(yOf(point.value, top));
      if (index === 0) return `M0.5 ${y}`;
      const before = round(yOf(points[index - 1]?.value ?? 0, top));
      return `C${index} ${before} ${index} ${y} ${index + 0.5} ${y}`;
    })
    .join('');
}

/** The next of 1, 2, 4, 5, 8, 10 × 10ⁿ: the scale has four equal steps that read well. */
function niceTop(largest: number): number {
  if (largest <= 0) return 4;
  const power = 10 ** Math.floor(Math.log10(largest));
  const step = [1, 2, 4, 5, 8, 10].find((candidate) => candidate * power >= largest) ?? 10;
  return Math.max(step * power, 4);
}

/** "$30K" beside the lines; the exact values are in the tips and in the table. */
function scaleOf(
  { app: { spec } }: Context,
  { entity, op, field }: Data['widget'],
): Intl.NumberFormat {
  const summed =
    op === 'count' ? undefined : entityOf(spec, entity).fields.find(({ key }) => key === field);
  const money =
    summed?.type === 'money' ? { style: 'currency' as const, currency: spec.currency } : {};
  return numberFormat(spec, {
    ...money,
    notation: 'compact',
    minimumFractionDigits: 0,
    maximumFractionDigits: 1,
  });
}

function labelled(points: Data['points']): Data['points'] {
  if (points.length <= mostLabels) return points;
  const step = (points.length - 1) / (mostLabels - 1);
  return Array.from({ length: mostLabels }, (_, index) => points[Math.round(index * step)]).filter(
    (point) => point !== undefined,
  );
}
