/** Search through the whole app: a page, and the same results in the palette. */
import { searchApp } from '../../apps/query.ts';
import type { Row } from '../../apps/row.ts';
import type { Entity } from '../../apps/spec.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Empty } from '../ui/empty.tsx';
import { Icon } from '../ui/icon.tsx';
import { hasPages, recordPath } from './address.ts';
import { Cell, isBlank, isPeople } from './cell.tsx';
import { paletteResultsId, SearchForm } from './palette.tsx';
import type { Context, PageResponse } from './request.ts';
import { AppPage } from './shell.tsx';

const pageResultsId = 'search-results';
const mostPerEntity = 6;

type Found = { context: Context; q: string; groups: { entity: Entity; rows: Row[] }[] };

/** The page, or its results for the palette. */
export async function answerSearch(context: Context): Promise<PageResponse> {
  const { db, app, request } = context;
  const q = (request.query.get('q') ?? '').trim().slice(0, 200);
  const found = q ? await searchApp(db, app, q, mostPerEntity) : [];
  const groups = found.filter(
    ({ entity, rows }) => rows.length > 0 && hasPages(app.spec, entity.key),
  );
  const results = { context, q, groups };
  if (request.part === paletteResultsId || request.part === pageResultsId) {
    return { kind: 'part', status: 200, part: <Results {...results} id={request.part} /> };
  }
  const page = (
    <AppPage context={context} title="Search">
      <SearchForm app={app} q={q} target={pageResultsId} autofocus />
      <Results {...results} id={pageResultsId} />
    </AppPage>
  );
  return { kind: 'page', status: 200, page };
}

function Results({ context, q, groups, id }: Found & { id: string }) {
  const { app } = context;
  return (
    <div id={id} class="search-results" aria-live="polite">
      {groups.length === 0 ? <NoResults q={q} /> : null}
      {groups.map(({ entity, rows }) => (
        <>
          <p class="search-group">{entity.label}</p>
          <ul>
            {rows.map((row) => (
              <li>
                <a href={recordPath(app, entity.key, row.id)}>
                  {isPeople(entity) ? <Avatar name={row.title} /> : <Icon name={entity.icon} />}
                  <span class="search-title" dir="auto">
                    {row.title}
                  </span>
                  <span class="search-detail">
                    <Detail context={context} entity={entity} row={row} />
                  </span>
                </a>
              </li>
            ))}
          </ul>
        </>
      ))}
    </div>
  );
}

function NoResults({ q }: { q: string }) {
  return q ? (
    <Empty icon="search-x" title="Nothing found">
      <p dir="auto">No record contains “{q}”.</p>
    </Empty>
  ) : (
    <Empty icon="search" title="Search everything">
      <p>Names, numbers, phone numbers: a few letters are enough.</p>
    </Empty>
  );
}

/** One more thing to tell namesakes apart. Links inside links are not allowed, so only plain types. */
function Detail({ context, entity, row }: { context: Context; entity: Entity; row: Row }) {
  const field = entity.fields.find(
    (candidate) =>
      !entity.title.includes(candidate.key) &&
      !['relation', 'email', 'phone', 'url', 'longtext', 'boolean'].includes(candidate.type) &&
      !isBlank(row.values[candidate.key]),
  );
  const phone = entity.fields.find(
    (candidate) => candidate.type === 'phone' && !isBlank(row.values[candidate.key]),
  );
  if (phone) return <>{String(row.values[phone.key])}</>;
  return field ? <Cell context={context} field={field} value={row.values[field.key]} /> : null;
}
