/** A dashboard: numbers on top, then lines, bars and lists. */
import { readWidget, type WidgetData } from '../../apps/dashboard.ts';
import type { DashboardView } from './address.ts';
import type { Context, PageResponse } from './request.ts';
import { AppPage } from './shell.tsx';
import { BarsWidget } from './widget-bars.tsx';
import { NumberWidget } from './widget-number.tsx';
import { RecordsWidget } from './widget-records.tsx';
import { SeriesWidget } from './widget-series.tsx';

/** Reads all widgets at once. One that fails leaves the others standing. */
export async function answerDashboard(
  context: Context,
  view: DashboardView,
): Promise<PageResponse> {
  const { db, app, now } = context;
  const read = await Promise.allSettled(
    view.widgets.map((widget) => readWidget(db, app, widget, now)),
  );
  const failed = read.find((result) => result.status === 'rejected');
  if (failed && read.every((result) => result.status === 'rejected')) throw failed.reason;
  const data = read.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  return {
    kind: 'page',
    status: 200,
    page: <DashboardPage context={context} view={view} data={data} />,
  };
}

function DashboardPage({
  context,
  view,
  data,
}: {
  context: Context;
  view: DashboardView;
  data: WidgetData[];
}) {
  const numbers = data.filter((item) => item.kind === 'number');
  const panels = data.filter((item) => item.kind !== 'number');
  return (
    <AppPage context={context} title={view.label} view={view}>
      {data.length < view.widgets.length ? (
        <p class="banner">Some of the figures could not be read. Reload the page to try again.</p>
      ) : null}
      {numbers.length > 0 ? (
        <div class="tiles">
          {numbers.map((item) => (
            <NumberWidget data={item} />
          ))}
        </div>
      ) : null}
      <div class="panels">
        {panels.map((item) => (
          <PanelWidget context={context} data={item} />
        ))}
      </div>
    </AppPage>
  );
}

function PanelWidget({
  context,
  data,
}: {
  context: Context;
  data: Exclude<WidgetData, { kind: 'number' }>;
}) {
  switch (data.kind) {
    case 'series':
      return <SeriesWidget context={context} data={data} />;
    case 'bars':
      return <BarsWidget data={data} />;
    case 'records':
      return <RecordsWidget context={context} data={data} />;
  }
}
