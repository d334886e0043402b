/** A record's own page: fields, where it may move, linked records, history, delete. */
import { type Change, listChanges } from '../../apps/history.ts';
import { type Linked, linkedRecords } from '../../apps/query.ts';
import { getRecord } from '../../apps/record.ts';
import type { Row } from '../../apps/row.ts';
import { rulesHolding } from '../../apps/rule.ts';
import { type Entity, type Rule, type StatusOption, statusOf } from '../../apps/spec.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button, ButtonLink } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Menu } from '../ui/menu.tsx';
import { boardViewOf, collectionPath, hasPages, listViewOf, recordPath } from './address.ts';
import { Cell, isLate, isPeople, Moment } from './cell.tsx';
import { History } from './history.tsx';
import { LinkedList } from './linked.tsx';
import { missingRecord } from './missing.tsx';
import { nextOptions } from './move.tsx';
import type { Context, PageResponse } from './request.ts';
import { AppPage } from './shell.tsx';

/** Linked records and changes shown before "show all". */
const mostLinked = 6;
const mostChanges = 30;

/** GET …/:id */
export async function answerRecord(
  context: Context,
  entity: Entity,
  id: string,
): Promise<PageResponse> {
  const { db, app } = context;
  const row = await getRecord(db, app, entity.key, id);
  if (!row) return missingRecord(context, entity.singular);
  const [linked, changes, rules] = await Promise.all([
    linkedRecords(db, app, entity.key, id, mostLinked),
    listChanges(db, app, entity.key, id, mostChanges),
    rulesHolding(db, app, entity.key, [row]),
  ]);
  const shown = linked.filter((group) => hasPages(app.spec, group.entity.key));
  const page = (
    <RecordPage
      context={context}
      entity={entity}
      row={row}
      linked={shown}
      changes={changes}
      rules={rules.get(id) ?? []}
    />
  );
  return { kind: 'page', status: 200, page };
}

type Props = {
  context: Context;
  entity: Entity;
  row: Row;
  linked: Linked[];
  changes: Change[];
  rules: Rule[];
};

function RecordPage({ context, entity, row, linked, changes, rules }: Props) {
  const { app } = context;
  const path = recordPath(app, entity.key, row.id);
  const title = row.title || `${entity.singular} ${row.id}`;
  return (
    <AppPage
      context={context}
      title={title}
      view={listViewOf(app.spec, entity.key) ?? boardViewOf(app.spec, entity.key)}
      parent={{ href: collectionPath(app, entity), label: entity.label }}
      before={isPeople(entity) ? <Avatar name={title} large /> : null}
      actions={
        <>
          <ButtonLink kind="primary" icon="pencil" href={`${path}/edit`}>
            Edit
          </ButtonLink>
          <DeleteMenu entity={entity} path={path} title={title} />
        </>
      }
    >
      {rules.length > 0 ? (
        <div class="rule-badges">
          {rules.map((rule) => (
            <Badge tone="amber" icon="bell">
              {rule.label}
            </Badge>
          ))}
        </div>
      ) : null}
      <div class="record">
        <div class="record-main">
          <StatusBar context={context} entity={entity} row={row} path={path} />
          <section class="panel" aria-label="Details">
            <dl class="details">
              {entity.fields.map((field) => (
                <div class={field.type === 'longtext' ? 'detail detail-wide' : 'detail'}>
                  <dt dir="auto">{field.label}</dt>
                  <dd>
                    <Cell
                      context={context}
                      field={field}
                      value={row.values[field.key]}
                      late={isLate(context, entity, field, row)}
                      full
                    />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
          {linked.map((group) => (
            <LinkedList context={context} group={group} id={row.id} back={path} />
          ))}
        </div>
        <aside class="record-side">
          <History context={context} changes={changes} />
          <p class="created">
            Added <Moment context={context} at={row.createdAt} />, updated{' '}
            <Moment context={context} at={row.updatedAt} />
          </p>
        </aside>
      </div>
    </AppPage>
  );
}

/** The way of a status, with buttons for the steps that are allowed from here. */
function StatusBar({
  context,
  entity,
  row,
  path,
}: {
  context: Context;
  entity: Entity;
  row: Row;
  path: string;
}) {
  const field = statusOf(entity);
  if (!field) return null;
  const current = field.options.findIndex((option) => option.key === row.values[field.key]);
  const allowed = nextOptions(field, String(row.values[field.key] ?? ''));
  const isAhead = (option: StatusOption) => field.options.indexOf(option) > current;
  const next = [...allowed.filter(isAhead), ...allowed.filter((option) => !isAhead(option))];
  return (
    <section class="panel status-bar" aria-label={field.label}>
      <ol class="track">
        {field.options.map((option, index) => (
          <li
            class={index === current ? 'track-now' : index < current ? 'track-past' : undefined}
            data-tone={option.tone}
            aria-current={index === current ? 'step' : undefined}
          >
            <span dir="auto">{option.label}</span>
          </li>
        ))}
      </ol>
      <form class="moves" method="post" action={`${path}/move`}>
        <input type="hidden" name="field" value={field.key} />
        <input type="hidden" name="back" value={path} />
        {next.length === 0 ? (
          <p class="moves-none">No further move from here.</p>
        ) : (
          next.map((option) => (
            <MoveButton option={option} isBack={field.options.indexOf(option) < current} />
          ))
        )}
      </form>
      {context.request.toasts.some((toast) => toast.kind === 'refused') ? (
        <p class="error">
          <Icon name="circle-alert" />
          <span>{context.request.toasts.find((toast) => toast.kind === 'refused')?.text}</span>
        </p>
      ) : null}
    </section>
  );
}

/** Steps ahead are offered first; steps back are there, but quieter. */
function MoveButton({ option, isBack }: { option: StatusOption; isBack: boolean }) {
  return (
    <Button
      name="to"
      value={option.key}
      kind={isBack ? 'quiet' : 'secondary'}
      icon={isBack ? 'undo-2' : 'arrow-right'}
    >
      {isBack ? 'Back to' : 'Move to'} {option.label}
    </Button>
  );
}

/** Asks before deleting, without a script; says that it can be undone. */
function DeleteMenu({ entity, path, title }: { entity: Entity; path: string; title: string }) {
  return (
    <Menu label={`Delete ${entity.singular.toLowerCase()}`} icon="trash-2" compact end>
      <form class="confirm" method="post" action={`${path}/delete`}>
        <input type="hidden" name="title" value={title} />
        <p>
          Delete <strong dir="auto">{title}</strong>? You can undo this right afterwards.
        </p>
        <Button kind="danger" icon="trash-2">
          Delete {entity.singular.toLowerCase()}
        </Button>
      </form>
    </Menu>
  );
}
