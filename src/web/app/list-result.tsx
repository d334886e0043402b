/** The part of a list that changes with search and filters: chips, table, pages. */
import type { Page } from '../../apps/query.ts';
import type { Row } from '../../apps/row.ts';
import type { Entity, Field, Rule } from '../../apps/spec.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Badge } from '../ui/badge.tsx';
import { ButtonLink } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { Icon } from '../ui/icon.tsx';
import { Scroll } from '../ui/scroll.tsx';
import { type ListView, newPath, recordPath } from './address.ts';
import { Cells, isNumeric, isPeople, Moment } from './cell.tsx';
import { FilterChips } from './list-filter.tsx';
import { type ListState, printListState } from './list-state.ts';
import type { Context } from './request.ts';
import { printTotal } from './total.ts';

export type Listing = {
  context: Context;
  view: ListView;
  entity: Entity;
  state: ListState;
  page: Page;
  rules: Map<string, Rule[]>;
  /** The list's own address, without what it shows. */
  path: string;
};

/** Replaced as one by htmx. */
export function ListResults(listing: Listing) {
  const { context, entity, state, page } = listing;
  const { spec } = context.app;
  const noun = page.total.count === 1 && !page.total.capped ? entity.singular : entity.label;
  return (
    <section id="results" class="results" aria-label="Results">
      <div class="results-bar">
        <FilterChips {...listing} />
        <p class="total" role="status">
          {printTotal(page.total, spec.locale)} {noun.toLocaleLowerCase(spec.locale)}
        </p>
      </div>
      {page.rows.length > 0 ? <Table {...listing} /> : <Nothing {...listing} />}
      {page.previous || page.next ? (
        <nav class="pager" aria-label="Pages">
          <PageLink
            to={page.previous && printListState(state, { before: page.previous })}
            {...listing}
            icon="chevron-left"
          >
            Previous
          </PageLink>
          <PageLink
            to={page.next && printListState(state, { after: page.next })}
            {...listing}
            icon="chevron-right"
          >
            Next
          </PageLink>
        </nav>
      ) : null}
    </section>
  );
}

function PageLink({
  to,
  path,
  icon,
  children,
}: Listing & { to: string | undefined; icon: string; children: string }) {
  if (to === undefined) return <span></span>;
  return (
    <a
      class="button button-secondary"
      href={path + to}
      rel={icon.endsWith('left') ? 'prev' : 'next'}
    >
      {icon.endsWith('left') ? <Icon name={icon} /> : null}
      <span>{children}</span>
      {icon.endsWith('right') ? <Icon name={icon} /> : null}
    </a>
  );
}

function Nothing({ context, entity, state, path }: Listing) {
  if (state.q || Object.keys(state.filters).length > 0) {
    return (
      <div class="panel">
        <Empty icon="search-x" title={`No ${entity.label.toLowerCase()} match`}>
          <p>{state.q ? `Nothing was found for “${state.q}”.` : 'No record fits these filters.'}</p>
          <ButtonLink href={path}>Clear search and filters</ButtonLink>
        </Empty>
      </div>
    );
  }
  return (
    <div class="panel">
      <Empty icon={entity.icon} title={`No ${entity.label.toLowerCase()} yet`}>
        <p>The first one you add appears here.</p>
        <ButtonLink kind="primary" icon="plus" href={newPath(context.app, entity.key)}>
          Add the first {entity.singular.toLowerCase()}
        </ButtonLink>
      </Empty>
    </div>
  );
}

function Table(listing: Listing) {
  const { entity, view, page } = listing;
  const columns = columnsOf(entity, view.columns);
  return (
    <Scroll class="table-frame" label={view.label}>
      <table class="table">
        <thead>
          <tr>
            <SortHeader {...listing} field={titleField(entity)} label={titleLabel(entity)} />
            {columns.map((field) => (
              <SortHeader {...listing} field={field} label={field.label} />
            ))}
            <th class="col-time" scope="col">
              Updated
            </th>
          </tr>
        </thead>
        <tbody>
          {page.rows.map((row) => (
            <TableRow {...listing} row={row} columns={columns} />
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function TableRow({
  context,
  entity,
  row,
  columns,
  rules,
}: Listing & { row: Row; columns: Field[] }) {
  return (
    <tr>
      <th scope="row" class="col-title">
        <span class="title-cell">
          {isPeople(entity) ? <Avatar name={row.title} /> : null}
          <a class="row-link" dir="auto" href={recordPath(context.app, entity.key, row.id)}>
            {row.title || `${entity.singular} ${row.id}`}
          </a>
          {(rules.get(row.id) ?? []).map((rule) => (
            <Badge tone="amber" icon="bell">
              {rule.label}
            </Badge>
          ))}
        </span>
      </th>
      <Cells context={context} entity={entity} row={row} columns={columns} />
      <td class="col-time" data-label="Updated">
        <Moment context={context} at={row.updatedAt} />
      </td>
    </tr>
  );
}

function SortHeader({
  field,
  label,
  state,
  path,
}: Listing & { field: Field | undefined; label: string }) {
  const numeric = field && isNumeric(field);
  if (!field || field.type === 'relation' || field.type === 'longtext')
    return <th scope="col">{label}</th>;
  const active = state.sort?.field === field.key ? state.sort.direction : undefined;
  // A second click turns the order around; numbers and dates start with the largest.
  const first = numeric || field.type === 'date' || field.type === 'datetime' ? 'desc' : 'asc';
  const next = active === undefined ? first : active === 'asc' ? 'desc' : 'asc';
  return (
    <th
      scope="col"
      class={numeric ? 'num' : undefined}
      aria-sort={active === undefined ? undefined : active === 'asc' ? 'ascending' : 'descending'}
    >
      <a
        class="sort"
        href={path + printListState(state, { sort: { field: field.key, direction: next } })}
      >
        <span>{label}</span>
        <Icon
          name={
            active === undefined ? 'chevrons-up-down' : active === 'asc' ? 'arrow-up' : 'arrow-down'
          }
        />
      </a>
    </th>
  );
}

/** The title has its own column; its parts are not repeated. */
function columnsOf(entity: Entity, keys: string[]): Field[] {
  return keys
    .filter((key) => !entity.title.includes(key))
    .flatMap((key) => entity.fields.find((field) => field.key === key) ?? []);
}

/** Sorting by a title of several fields sorts by its first. */
function titleField(entity: Entity): Field | undefined {
  return entity.fields.find((field) => field.key === entity.title[0]);
}

function titleLabel(entity: Entity): string {
  const labels = entity.title.flatMap(
    (key) => entity.fields.find((field) => field.key === key)?.label ?? [],
  );
  return labels.join(', ') || entity.singular;
}
