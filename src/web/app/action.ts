/** What changes a record outside its form: moving, deleting, restoring. */
import { deleteRecord, getRecord, moveRecord, restoreRecord } from '../../apps/record.ts';
import { type Entity, type FieldOf, statusOf } from '../../apps/spec.ts';
import { localPath } from '../ui/theme.tsx';
import type { Toast } from '../ui/toast.tsx';
import { boardViewOf, collectionPath, recordPath, viewPath } from './address.ts';
import { boardId, boardPart } from './board.tsx';
import { missingRecord } from './missing.tsx';
import { type Context, type PageResponse, single } from './request.ts';

/** POST …/:id/move with `field`, `to` and `back`. A refused move says why, and nothing changes. */
export async function answerMove(
  context: Context,
  entity: Entity,
  id: string,
): Promise<PageResponse> {
  const { db, app, request } = context;
  const field = statusField(
    entity,
    single(request.body['field']) || (request.query.get('field') ?? ''),
  );
  const before = await getRecord(db, app, entity.key, id);
  if (!before || !field) return missingRecord(context, entity.singular);
  const to = single(request.body['to']) || (request.query.get('to') ?? '');
  const moved = await moveRecord(db, app, entity.key, id, field.key, to);
  if (moved.kind === 'missing') return missingRecord(context, entity.singular);

  const path = recordPath(app, entity.key, id);
  const label = (key: unknown) =>
    field.options.find((option) => option.key === key)?.label ?? String(key);
  const toasts: Toast[] = [];
  if (moved.kind === 'saved') {
    const from = String(before.values[field.key]);
    const mayReturn = field.options.some(
      (option) => option.key === to && option.next.includes(from),
    );
    toasts.push({
      kind: 'done',
      text: `“${moved.row.title}” is now ${label(to)}.`,
      undo: mayReturn
        ? {
            action: `${path}/move?${new URLSearchParams({ field: field.key, to: from })}`,
            label: 'Undo',
          }
        : undefined,
    });
    toasts.push(...moved.notices.map((text): Toast => ({ kind: 'notice', text })));
  } else {
    toasts.push({ kind: 'refused', text: sentenceOf(moved) });
  }

  const back = single(request.body['back']);
  const view = boardViewOf(app.spec, entity.key);
  if (request.part === boardId && view) {
    const shown = new URL(localPath(back), 'http://localhost');
    return boardPart(context, viewAt(context, shown.pathname) ?? view, shown.searchParams, toasts);
  }
  return { kind: 'redirect', to: back ? localPath(back) : path, toasts };
}

function statusField(entity: Entity, key: string): FieldOf<'status'> | undefined {
  const field = entity.fields.find((candidate) => candidate.key === key);
  return field?.type === 'status' ? field : key ? undefined : statusOf(entity);
}

/** The board that the form stood on: an app may have several of one entity. */
function viewAt({ app }: Context, path: string) {
  return app.spec.views.find(
    (view) => view.kind === 'board' && viewPath(app, view) === path,
  ) as ReturnType<typeof boardViewOf>;
}

type Unmoved = Exclude<
  Awaited<ReturnType<typeof moveRecord>>,
  { kind: 'saved' } | { kind: 'missing' }
>;

function sentenceOf(moved: Unmoved): string {
  if (moved.kind === 'refused') return moved.message;
  if (moved.kind === 'invalid')
    return Object.values(moved.errors)[0] ?? 'This move is not possible.';
  return 'Somebody else moved it first. Look again and choose.';
}

/** POST …/:id/delete. What is still needed elsewhere stays, and the answer says by what. */
export async function answerDelete(
  context: Context,
  entity: Entity,
  id: string,
): Promise<PageResponse> {
  const { db, app, request } = context;
  const deleted = await deleteRecord(db, app, entity.key, id);
  if (deleted.kind === 'missing') return missingRecord(context, entity.singular);
  const path = recordPath(app, entity.key, id);
  const title = single(request.body['title']) || entity.singular;
  if (deleted.kind === 'referenced') {
    const users = deleted.by
      .map(({ label, count }) => `${count.toLocaleString(app.spec.locale)} ${label.toLowerCase()}`)
      .join(' and ');
    const text = `“${title}” is still used by ${users}, so it was not deleted. Delete or change those first.`;
    return { kind: 'redirect', to: path, toasts: [{ kind: 'refused', text }] };
  }
  return {
    kind: 'redirect',
    to: collectionPath(app, entity),
    toasts: [
      {
        kind: 'done',
        text: `“${title}” was deleted.`,
        undo: { action: `${path}/restore`, label: 'Undo' },
      },
    ],
  };
}

/** POST …/:id/restore */
export async function answerRestore(
  { db, app }: Context,
  entity: Entity,
  id: string,
): Promise<PageResponse> {
  const restored = await restoreRecord(db, app, entity.key, id);
  return restored
    ? {
        kind: 'redirect',
        to: recordPath(app, entity.key, id),
        toasts: [{ kind: 'done', text: `${entity.singular} is back.` }],
      }
    : {
        kind: 'redirect',
        to: collectionPath(app, entity),
        toasts: [{ kind: 'refused', text: 'There is nothing to restore.' }],
      };
}
