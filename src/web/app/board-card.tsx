/** One record on a board: what it is, whose it is, what it is worth, when it is due. */
import type { Row } from '../../apps/row.ts';
import type { Entity, Field, FieldOf } from '../../apps/spec.ts';
import { type Link, printValue } from '../../apps/value.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Icon } from '../ui/icon.tsx';
import { recordPath } from './address.ts';
import { Cell, isBlank, isDue, isLate, linksPeople } from './cell.tsx';
import { MoveMenu, nextOptions } from './move.tsx';
import type { Context } from './request.ts';

type Props = { context: Context; entity: Entity; field: FieldOf<'status'>; row: Row; back: string };

/** A card. `data-next` tells the dragging script which columns would take it. */
export function BoardCard({ context, entity, field, row, back }: Props) {
  const { app } = context;
  const parts = cardFields(entity, field, row);
  const from = String(row.values[field.key] ?? '');
  const next = nextOptions(field, from);
  const path = recordPath(app, entity.key, row.id);
  const title = row.title || `${entity.singular} ${row.id}`;
  return (
    <li
      class="board-card"
      id={`card-${row.id}`}
      draggable
      data-card
      data-title={title}
      data-next={next.map((option) => option.key).join(' ')}
      data-next-labels={next.map((option) => option.label).join(', ')}
    >
      <div class="board-card-head">
        <a class="row-link" dir="auto" href={path} draggable={false}>
          {title}
        </a>
        <MoveMenu
          title={title}
          field={field}
          from={from}
          action={`${path}/move`}
          back={back}
          id={`move-${row.id}`}
        />
      </div>
      {parts.text ? (
        <p class="board-card-text" dir="auto">
          {printValue(parts.text, row.values[parts.text.key] ?? null, app.spec)}
        </p>
      ) : null}
      {parts.link || parts.amount ? (
        <div class="board-card-row">
          {parts.link ? <LinkName context={context} field={parts.link} row={row} /> : <span></span>}
          {parts.amount ? (
            <strong>
              <Cell context={context} field={parts.amount} value={row.values[parts.amount.key]} />
            </strong>
          ) : null}
        </div>
      ) : null}
      {parts.date || parts.choice ? (
        <div class="board-card-row board-card-foot">
          {parts.date ? (
            <span class="board-card-date">
              <Icon name="calendar" />
              <Cell
                context={context}
                field={parts.date}
                value={row.values[parts.date.key]}
                late={isLate(context, entity, parts.date, row)}
              />
            </span>
          ) : null}
          {parts.choice ? (
            <Cell context={context} field={parts.choice} value={row.values[parts.choice.key]} />
          ) : null}
        </div>
      ) : null}
    </li>
  );
}

function LinkName({ context, field, row }: { context: Context; field: Field; row: Row }) {
  const value = row.values[field.key];
  const links: Link[] = Array.isArray(value)
    ? value
    : typeof value === 'object' && value
      ? [value]
      : [];
  const [first, ...more] = links;
  if (!first) return <span></span>;
  return (
    <span class="board-card-link">
      {linksPeople(context, field) ? <Avatar name={first.title} /> : <Icon name="link" />}
      <span dir="auto">{first.title}</span>
      {more.length > 0 ? <span class="count">+{more.length}</span> : null}
    </span>
  );
}

/** The few fields that fit a card: the first of each sort that has a value. */
function cardFields(entity: Entity, status: Field, row: Row) {
  const rest = entity.fields.filter(
    (field) =>
      field.key !== status.key &&
      !entity.title.includes(field.key) &&
      !isBlank(row.values[field.key]),
  );
  const first = (...types: Field['type'][]) => rest.find((field) => types.includes(field.type));
  return {
    text: first('text', 'longtext'),
    link: first('relation'),
    amount: first('money') ?? first('decimal', 'integer', 'percent'),
    date: rest.find(isDue) ?? first('date', 'datetime'),
    choice: first('choice'),
  };
}
