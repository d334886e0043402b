/** A board: one column for each status, cards that move where the status allows. */
import { type BoardColumn, boardColumns } from '../../apps/query.ts';
import { type Entity, entityOf, type FieldOf } from '../../apps/spec.ts';
import { ButtonLink } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Scroll } from '../ui/scroll.tsx';
import { type Toast, Toasts } from '../ui/toast.tsx';
import { type BoardView, entityPath, listViewOf, newPath, viewPath } from './address.ts';
import { BoardCard } from './board-card.tsx';
import { missingPage } from './missing.tsx';
import type { Context, PageResponse } from './request.ts';
import { AppPage } from './shell.tsx';
import { printTotal } from './total.ts';

/** The part that htmx replaces after a move and while somebody types. */
export const boardId = 'board';
/** Cards drawn in a column; the rest is a link to the list. */
const mostCards = 30;

type Board = {
  context: Context;
  view: BoardView;
  entity: Entity;
  field: FieldOf<'status'>;
  columns: BoardColumn[];
  q: string;
  path: string;
};

/** The whole page, or the columns alone for htmx. */
export async function answerBoard(context: Context, view: BoardView): Promise<PageResponse> {
  const { request } = context;
  if (request.part === boardId) return boardPart(context, view, request.query, []);
  const board = await readBoard(context, view, request.query);
  if (!board) return missingPage(context);
  return { kind: 'page', status: 200, page: <BoardPage {...board} /> };
}

/** The columns as they are now, with news. */
export async function boardPart(
  context: Context,
  view: BoardView,
  query: URLSearchParams,
  toasts: Toast[],
): Promise<PageResponse> {
  const board = await readBoard(context, view, query);
  if (!board) return missingPage(context);
  const part = (
    <>
      <Columns {...board} />
      {toasts.length > 0 ? <Toasts toasts={toasts} part /> : null}
    </>
  );
  return {
    kind: 'part',
    status: 200,
    part,
    url: context.request.method === 'GET' ? addressOf(board) : undefined,
  };
}

async function readBoard(
  context: Context,
  view: BoardView,
  query: URLSearchParams,
): Promise<Board | undefined> {
  const { db, app } = context;
  const entity = entityOf(app.spec, view.entity);
  const field = entity.fields.find((candidate) => candidate.key === view.field);
  if (field?.type !== 'status') return undefined;
  const q = (query.get('q') ?? '').trim().slice(0, 200);
  const columns = await boardColumns(db, app, entity.key, field.key, {
    q: q || undefined,
    limit: mostCards,
  });
  return { context, view, entity, field, columns, q, path: viewPath(app, view) };
}

const addressOf = ({ path, q }: Board) => (q ? `${path}?${new URLSearchParams({ q })}` : path);

function BoardPage(board: Board) {
  const { context, view, entity, q, path } = board;
  const name = entity.label.toLowerCase();
  return (
    <AppPage
      context={context}
      title={view.label}
      view={view}
      wide
      actions={
        <ButtonLink
          kind="primary"
          icon="plus"
          href={newPath(context.app, entity.key, { back: addressOf(board) })}
        >
          New {entity.singular.toLowerCase()}
        </ButtonLink>
      }
    >
      <form
        class="list-tools"
        action={path}
        method="get"
        hx-get={path}
        hx-trigger="input delay:200ms, submit"
        hx-target={`#${boardId}`}
        hx-swap="outerHTML"
        hx-sync="this:replace"
      >
        <label class="search">
          <Icon name="search" />
          <span class="visually-hidden">Search {name}</span>
          <input
            type="search"
            name="q"
            value={q}
            placeholder={`Search ${name}`}
            autocomplete="off"
            dir="auto"
          />
        </label>
      </form>
      <Columns {...board} />
    </AppPage>
  );
}

function Columns(board: Board) {
  const { columns, entity } = board;
  return (
    <Scroll class="board" id={boardId} label={`${entity.label} by status`}>
      {columns.map((column) => (
        <Column {...board} column={column} />
      ))}
    </Scroll>
  );
}

function Column(board: Board & { column: BoardColumn }) {
  const { context, entity, field, column, q } = board;
  const { option, rows, total } = column;
  const { app } = context;
  const more = total.capped || total.count > rows.length;
  const list = listViewOf(app.spec, entity.key);
  const all = new URLSearchParams({ ...(q ? { q } : {}), [`f.${field.key}`]: option.key });
  return (
    <section
      class="column"
      data-status={option.key}
      data-label={option.label}
      aria-label={option.label}
    >
      <header class="column-head">
        <h2>
          <span class="dot" data-tone={option.tone} aria-hidden="true"></span>
          <span dir="auto">{option.label}</span>
        </h2>
        <span class="count">{printTotal(total, app.spec.locale)}</span>
      </header>
      <ul class="cards">
        {rows.map((row) => (
          <BoardCard
            context={context}
            entity={entity}
            field={field}
            row={row}
            back={addressOf(board)}
          />
        ))}
      </ul>
      {rows.length === 0 ? <p class="column-empty">{q ? 'No match' : 'Nothing here'}</p> : null}
      {more && list ? (
        <a class="column-more" href={`${entityPath(app, entity.key)}?${all}`}>
          See all {printTotal(total, app.spec.locale)}
        </a>
      ) : null}
    </section>
  );
}
