/** A short list of records that need somebody: low stock, repairs that are ready. */
import type { WidgetData } from '../../apps/dashboard.ts';
import { entityOf } from '../../apps/spec.ts';
import { Empty } from '../ui/empty.tsx';
import { Icon } from '../ui/icon.tsx';
import { Scroll } from '../ui/scroll.tsx';
import { hasPages, recordPath } from './address.ts';
import { Cells, isNumeric } from './cell.tsx';
import type { Context } from './request.ts';

type Data = Extract<WidgetData, { kind: 'records' }>;

/** A panel with a small table. */
export function RecordsWidget({ context, data }: { context: Context; data: Data }) {
  const { widget, rows } = data;
  const { app } = context;
  const entity = entityOf(app.spec, widget.entity);
  const columns = data.columns.filter((field) => !entity.title.includes(field.key));
  const open = hasPages(app.spec, entity.key);
  return (
    <section class="panel" aria-label={widget.label}>
      <h2 class="panel-title">
        <Icon name={entity.icon} />
        <span dir="auto">{widget.label}</span>
      </h2>
      {rows.length === 0 ? (
        <Empty icon="circle-check" title="Nothing to show">
          <p>No {entity.label.toLowerCase()} fit this list right now.</p>
        </Empty>
      ) : (
        <Scroll class="scroll-x" label={widget.label}>
          <table class="table table-small">
            <thead>
              <tr>
                <th scope="col">{entity.singular}</th>
                {columns.map((field) => (
                  <th scope="col" class={isNumeric(field) ? 'num' : undefined}>
                    {field.label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr>
                  <th scope="row" class="col-title">
                    {open ? (
                      <a class="row-link" dir="auto" href={recordPath(app, entity.key, row.id)}>
                        {row.title}
                      </a>
                    ) : (
                      <span dir="auto">{row.title}</span>
                    )}
                  </th>
                  <Cells context={context} entity={entity} row={row} columns={columns} />
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </section>
  );
}
