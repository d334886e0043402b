/** New and edit forms: shown, checked by the data layer, shown again with everything typed, or saved. */
import { createRecord, getRecord, type Saved, updateRecord } from '../../apps/record.ts';
import { type Entity, statusOf } from '../../apps/spec.ts';
import { Button, ButtonLink } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { localPath } from '../ui/theme.tsx';
import type { Toast } from '../ui/toast.tsx';
import { collectionPath, entityPath, listViewOf, newPath, recordPath } from './address.ts';
import { Conflict } from './conflict.tsx';
import { FormField } from './form-field.tsx';
import { emptyForm, type FormState, formFields, readForm, recordForm } from './form-state.ts';
import { missingRecord } from './missing.tsx';
import { type Context, type PageResponse, single } from './request.ts';
import { AppPage } from './shell.tsx';

/** GET …/new */
export async function answerNew(context: Context, entity: Entity): Promise<PageResponse> {
  return formPage(context, entity, undefined, await emptyForm(context, entity));
}

/** GET …/:id/edit */
export async function answerEdit(
  context: Context,
  entity: Entity,
  id: string,
): Promise<PageResponse> {
  const row = await getRecord(context.db, context.app, entity.key, id);
  if (!row) return missingRecord(context, entity.singular);
  return formPage(context, entity, { id, title: row.title }, recordForm(context, entity, row));
}

/** POST …/new */
export async function saveNew(context: Context, entity: Entity): Promise<PageResponse> {
  const { db, app, request } = context;
  const { state, input, isUnclear } = await readForm(context, entity, true);
  if (isUnclear) return formPage(context, entity, undefined, state, 422);
  const saved = await createRecord(db, app, entity.key, input);
  if (saved.kind !== 'saved') return showAgain(context, entity, undefined, state, saved);
  const record = recordPath(app, entity.key, saved.row.id);
  const done: Toast = {
    kind: 'done',
    text: `${entity.singular} “${saved.row.title}” was added.`,
    link: { href: record, label: 'Open' },
  };
  const toasts = [done, ...noticesOf(saved.notices)];
  if (single(request.body['_again']))
    return { kind: 'redirect', to: againPath(context, entity), toasts };
  const back = single(request.body['_back']);
  if (back) return { kind: 'redirect', to: localPath(back), toasts };
  return {
    kind: 'redirect',
    to: record,
    toasts: [{ ...done, link: undefined }, ...noticesOf(saved.notices)],
  };
}

/** POST …/:id/edit */
export async function saveEdit(
  context: Context,
  entity: Entity,
  id: string,
): Promise<PageResponse> {
  const { db, app } = context;
  const { state, input, isUnclear } = await readForm(context, entity, false);
  const record = { id, title: single(context.request.body['_title']) || entity.singular };
  if (isUnclear) return formPage(context, entity, record, state, 422);
  const saved = await updateRecord(db, app, entity.key, id, state.version ?? 0, input, state.seen);
  if (saved.kind !== 'saved') return showAgain(context, entity, record, state, saved);
  return {
    kind: 'redirect',
    to: recordPath(app, entity.key, id),
    toasts: [{ kind: 'done', text: 'Changes saved.' }, ...noticesOf(saved.notices)],
  };
}

const noticesOf = (notices: string[]): Toast[] => notices.map((text) => ({ kind: 'notice', text }));

/** "Save and add another" keeps what the first form was opened with: the same customer, say. */
function againPath({ app, request }: Context, entity: Entity): string {
  const values: Record<string, string> = {};
  for (const [key, value] of request.query) {
    if (key === 'back' || entity.fields.some((field) => field.key === key)) values[key] = value;
  }
  return newPath(app, entity.key, values);
}

type Target = { id: string; title: string } | undefined;

function showAgain(
  context: Context,
  entity: Entity,
  record: Target,
  state: FormState,
  saved: Exclude<Saved, { kind: 'saved' }>,
): PageResponse {
  switch (saved.kind) {
    case 'missing':
      return missingRecord(context, entity.singular);
    case 'invalid':
      return formPage(context, entity, record, { ...state, errors: saved.errors }, 422);
    case 'refused': {
      const status = statusOf(entity)?.key ?? '';
      return formPage(
        context,
        entity,
        record,
        { ...state, errors: { [status]: saved.message } },
        422,
      );
    }
    case 'conflict': {
      const current = recordForm(context, entity, saved.current);
      const page = (
        <FormPage
          context={context}
          entity={entity}
          record={record}
          state={{ ...state, version: saved.current.version, seen: current.seen }}
        >
          <Conflict
            context={context}
            entity={entity}
            mine={state}
            current={saved.current}
            fields={saved.fields}
          />
        </FormPage>
      );
      return { kind: 'page', status: 409, page };
    }
  }
}

function formPage(
  context: Context,
  entity: Entity,
  record: Target,
  state: FormState,
  status = 200,
): PageResponse {
  return {
    kind: 'page',
    status,
    page: <FormPage context={context} entity={entity} record={record} state={state} />,
  };
}

type Props = {
  context: Context;
  entity: Entity;
  record: Target;
  state: FormState;
  /** The conflict to settle, drawn above the fields. */
  children?: preact.ComponentChildren;
};

function FormPage({ context, entity, record, state, children }: Props) {
  const { app, request } = context;
  const back = localBack(context);
  const leave = record
    ? recordPath(app, entity.key, record.id)
    : (back ?? collectionPath(app, entity));
  const action = record
    ? `${recordPath(app, entity.key, record.id)}/edit`
    : entityPath(app, entity.key) + newQuery(request.query);
  const fields = formFields(entity, record === undefined);
  const initial = statusOf(entity);
  return (
    <AppPage
      context={context}
      title={
        record
          ? `Edit ${record.title}`
          : `New ${entity.singular.toLocaleLowerCase(app.spec.locale)}`
      }
      view={listViewOf(app.spec, entity.key)}
      parent={{ href: leave, label: record ? record.title : entity.label }}
    >
      <form class="panel form" method="post" action={action} noValidate data-form>
        <ErrorSummary fields={fields} errors={state.errors} />
        {children}
        {record ? (
          <>
            <input type="hidden" name="_title" value={record.title} />
            <input type="hidden" name="_version" value={state.version} />
            <input type="hidden" name="_seen" value={JSON.stringify(state.seen ?? {})} />
          </>
        ) : null}
        {back ? <input type="hidden" name="_back" value={back} /> : null}
        <div class="form-fields">
          {fields.map((field, index) => (
            <FormField
              context={context}
              field={field}
              state={state}
              first={index === 0 && !Object.keys(state.errors).length}
            />
          ))}
        </div>
        {!record && initial ? (
          <p class="form-note">
            <Icon name="info" />
            <span>
              {initial.label} starts as “
              {initial.options.find((option) => option.key === initial.initial)?.label}”.
            </span>
          </p>
        ) : null}
        <div class="form-foot">
          <Button kind="primary">
            {record ? 'Save changes' : `Save ${entity.singular.toLocaleLowerCase(app.spec.locale)}`}
          </Button>
          {record ? null : (
            <Button name="_again" value="1">
              Save and add another
            </Button>
          )}
          <ButtonLink kind="quiet" href={leave}>
            Cancel
          </ButtonLink>
        </div>
      </form>
    </AppPage>
  );
}

/** The form posts to the address it was opened at, so that a reload after an error shows the same form. */
function newQuery(query: URLSearchParams): string {
  const text = query.toString();
  return `/new${text ? `?${text}` : ''}`;
}

function localBack({ request }: Context): string | undefined {
  const back = request.query.get('back') ?? single(request.body['_back']);
  return back ? localPath(back) : undefined;
}

/** Names every problem and leads to its field; takes the focus, so that it is read first. */
function ErrorSummary({
  fields,
  errors,
}: {
  fields: ReturnType<typeof formFields>;
  errors: Record<string, string>;
}) {
  const keys = Object.keys(errors);
  if (keys.length === 0) return null;
  const labelled = fields.filter((field) => errors[field.key]);
  const general = keys.filter((key) => !labelled.some((field) => field.key === key));
  const count = keys.length === 1 ? 'One field needs' : `${keys.length} fields need`;
  return (
    <div class="error-summary" role="alert" tabIndex={-1} data-focus>
      <Icon name="circle-alert" />
      <div>
        <p class="error-title">
          {labelled.length > 0 ? `${count} your attention.` : 'This could not be saved.'}
        </p>
        <ul>
          {general.map((key) => (
            <li>{errors[key]}</li>
          ))}
          {labelled.map((field) => (
            <li>
              <a
                href={`#${field.type === 'relation' ? `${field.key}-text` : `field-${field.key}`}`}
              >
                {field.label}
              </a>
              : {errors[field.key]}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
