/** The list page of an entity: search, filters, sorting, pages, export. */
import { exportCsv } from '../../apps/csv.ts';
import { listRecords } from '../../apps/query.ts';
import { rulesHolding } from '../../apps/rule.ts';
import { type Entity, entityOf } from '../../apps/spec.ts';
import { ButtonLink } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { entityPath, type ListView, newPath, viewPath } from './address.ts';
import { FilterCount, Filters } from './list-filter.tsx';
import { type Listing, ListResults } from './list-result.tsx';
import { type ListState, printListState, readListState, toQuery } from './list-state.ts';
import { resolveFilterTexts } from './picker-state.ts';
import type { Context, PageResponse } from './request.ts';
import { AppPage } from './shell.tsx';

/** Id of the part that htmx replaces while somebody types. */
const resultsId = 'results';

/** The whole page, or its results alone for htmx. */
export async function answerList(context: Context, view: ListView): Promise<PageResponse> {
  const { db, app, request } = context;
  const entity = entityOf(app.spec, view.entity);
  const state = await resolveFilterTexts(
    context,
    entity,
    readListState(entity, request.query),
    request.query,
  );
  const page = await listRecords(db, app, entity.key, toQuery(state));
  const rules = await rulesHolding(db, app, entity.key, page.rows);
  const path = viewPath(app, view);
  const listing: Listing = { context, view, entity, state, page, rules, path };
  if (request.part === resultsId) {
    const part = (
      <>
        <ListResults {...listing} />
        <FilterCount state={state} part />
      </>
    );
    return {
      kind: 'part',
      status: 200,
      part,
      url: path + printListState(state),
    };
  }
  return { kind: 'page', status: 200, page: <ListPage {...listing} /> };
}

/** The same list as a file, without the limit of a page. */
export function answerExport({ db, app, request }: Context, entity: Entity): PageResponse {
  const state = readListState(entity, request.query);
  return {
    kind: 'file',
    name: `${app.slug}-${entity.key}.csv`,
    type: 'text/csv; charset=utf-8',
    chunks: exportCsv(
      db,
      app,
      entity.key,
      toQuery({ ...state, after: undefined, before: undefined }),
    ),
  };
}

function ListPage(listing: Listing) {
  const { context, view, entity, state } = listing;
  const { app } = context;
  return (
    <AppPage
      context={context}
      title={view.label}
      view={view}
      actions={
        <>
          <ButtonLink
            icon="download"
            href={`${entityPath(app, entity.key)}/export.csv${printListState(state)}`}
          >
            Export
          </ButtonLink>
          <ButtonLink kind="primary" icon="plus" href={newPath(app, entity.key)}>
            New {entity.singular.toLocaleLowerCase(app.spec.locale)}
          </ButtonLink>
        </>
      }
    >
      <ListForm {...listing} />
      <ListResults {...listing} />
    </AppPage>
  );
}

/** One GET form for search and filters; htmx sends it while typing, Enter sends it without scripts. */
function ListForm(listing: Listing) {
  const { entity, state, path } = listing;
  return (
    <form
      class="list-tools"
      action={path}
      method="get"
      data-list-form
      hx-get={path}
      hx-trigger="input delay:200ms target:<input[type=search]/>, change delay:50ms, submit"
      hx-target={`#${resultsId}`}
      hx-swap="outerHTML"
      hx-sync="this:replace"
    >
      <label class="search">
        <Icon name="search" />
        <span class="visually-hidden">Search {entity.label}</span>
        <input
          type="search"
          name="q"
          value={state.q}
          placeholder={searchHint(entity)}
          autocomplete="off"
          enterkeyhint="search"
          dir="auto"
        />
      </label>
      {state.sort ? <input type="hidden" name="sort" value={sortValue(state)} /> : null}
      <Filters {...listing} />
      <noscript>
        <button class="button button-secondary" type="submit">
          Search
        </button>
      </noscript>
    </form>
  );
}

const sortValue = ({ sort }: ListState) =>
  sort ? `${sort.direction === 'desc' ? '-' : ''}${sort.field}` : '';

/** Names what is searched: words of the record itself first, then the records it links to. */
function searchHint(entity: Entity): string {
  const label = entity.label.toLowerCase();
  const own = entity.fields.filter((field) => field.search || entity.title.includes(field.key));
  const linked = entity.fields.filter((field) => field.type === 'relation' && !field.many);
  const names = [...new Set([...own.slice(0, 2), ...linked, ...own])]
    .slice(0, 3)
    .map((field) => field.label.toLowerCase());
  const hint = names.length > 0 ? `Search ${label} by ${names.join(', ')}` : `Search ${label}`;
  return hint.length > 64 ? `Search ${label.slice(0, 50)}` : hint;
}
