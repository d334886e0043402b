/** Records that point at this one: "Sales of this customer". */
import type { Linked } from '../../apps/query.ts';
import type { Row } from '../../apps/row.ts';
import type { Entity, Field } from '../../apps/spec.ts';
import { ButtonLink } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { entityPath, listViewOf, newPath, recordPath } from './address.ts';
import { Cells, isDue } from './cell.tsx';
import type { Context } from './request.ts';
import { printTotal } from './total.ts';

type Props = {
  context: Context;
  group: Linked;
  /** The record that they point at. */
  id: string;
  /** Where the form for a new one returns to. */
  back: string;
};

/** A panel with the newest of them, a way to all, and a button for one more. */
export function LinkedList({ context, group, id, back }: Props) {
  const { app } = context;
  const { entity, field, rows, total } = group;
  const columns = summaryFields(entity).filter((candidate) => candidate.key !== field.key);
  const others =
    entity.fields.filter(
      (f) => f.type === 'relation' && field.type === 'relation' && f.to === field.to,
    ).length > 1;
  return (
    <section class="panel linked" aria-label={entity.label}>
      <header class="panel-head">
        <h2 class="panel-title">
          <Icon name={entity.icon} />
          <span>
            {entity.label}
            {others ? <span class="quiet"> ({field.label.toLowerCase()})</span> : null}
          </span>
          <span class="count">{printTotal(total, app.spec.locale)}</span>
        </h2>
        <ButtonLink icon="plus" href={newPath(app, entity.key, { [field.key]: id, back })}>
          New {entity.singular.toLowerCase()}
        </ButtonLink>
      </header>
      {rows.length === 0 ? <p class="quiet">No {entity.label.toLowerCase()} yet.</p> : null}
      {rows.length > 0 ? (
        <div class="scroll-x">
          <table class="table table-small">
            <thead class="visually-hidden">
              <tr>
                <th scope="col">{entity.singular}</th>
                {columns.map((column) => (
                  <th scope="col">{column.label}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <LinkedRow context={context} entity={entity} row={row} columns={columns} />
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
      {(total.capped || total.count > rows.length) && listViewOf(app.spec, entity.key) ? (
        <a
          class="see-all"
          href={`${entityPath(app, entity.key)}?${new URLSearchParams({ [`f.${field.key}`]: id })}`}
        >
          See all {printTotal(total, app.spec.locale)}
          <Icon name="arrow-right" />
        </a>
      ) : null}
    </section>
  );
}

type RowProps = { context: Context; entity: Entity; row: Row; columns: Field[] };

function LinkedRow({ context, entity, row, columns }: RowProps) {
  return (
    <tr>
      <th scope="row" class="col-title">
        <a class="row-link" dir="auto" href={recordPath(context.app, entity.key, row.id)}>
          {row.title || `${entity.singular} ${row.id}`}
        </a>
      </th>
      <Cells context={context} entity={entity} row={row} columns={columns} />
    </tr>
  );
}

/** What says most about a record in one line: status, a link, money, a date. */
function summaryFields(entity: Entity): Field[] {
  const rest = entity.fields.filter((field) => !entity.title.includes(field.key));
  const first = (...types: Field['type'][]) => rest.find((field) => types.includes(field.type));
  const date = rest.find(isDue) ?? first('date', 'datetime');
  return [
    first('status', 'choice'),
    first('relation'),
    first('money', 'decimal', 'integer'),
    date,
  ].filter((field) => field !== undefined);
}
