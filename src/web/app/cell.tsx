/** How a value looks in lists, records and cards, by the type of its field. */
import type { VNode } from 'preact';
import type { Row } from '../../apps/row.ts';
import { type Entity, entityOf, type Field, statusOf } from '../../apps/spec.ts';
import { type Link, printValue, type Value } from '../../apps/value.ts';
import { today } from '../../apps/zone.ts';
import { Badge } from '../ui/badge.tsx';
import { Icon } from '../ui/icon.tsx';
import { hasPages, recordPath } from './address.ts';
import type { Context } from './request.ts';
import { fullTime, relativeTime, shortDate } from './time.ts';

type Props = {
  context: Context;
  field: Field;
  value: Value | undefined;
  /** The record is waited for and its date has passed. */
  late?: boolean | undefined;
  /** Whole text and full dates, as on the record's own page. */
  full?: boolean | undefined;
};

/** Right-aligned in tables, so that digits stand below digits. */
export function isNumeric(field: Field): boolean {
  return ['integer', 'decimal', 'money', 'percent'].includes(field.type);
}

/** Nothing to show: a dash, silent for screen readers. */
export const isBlank = (value: Value | undefined) =>
  value === null ||
  value === undefined ||
  value === '' ||
  (Array.isArray(value) && value.length === 0);

/** One value. */
export function Cell({ context, field, value, late, full }: Props): VNode {
  const { app, now } = context;
  if (value === null || value === undefined || isBlank(value)) return <span class="blank">–</span>;
  const text = () => printValue(field, value, app.spec);
  switch (field.type) {
    case 'choice':
    case 'status': {
      const option = field.options.find((candidate) => candidate.key === value);
      return <Badge tone={option?.tone}>{option?.label ?? text()}</Badge>;
    }
    case 'relation':
      return <Links context={context} to={field.to} value={value} />;
    case 'email':
      return (
        <a class="value-link" href={`mailto:${String(value)}`}>
          {text()}
        </a>
      );
    case 'phone':
      return (
        <a class="value-link nowrap" href={`tel:${String(value).replace(/[^\d+]/g, '')}`}>
          {text()}
        </a>
      );
    case 'url':
      return <WebLink url={String(value)} />;
    case 'boolean':
      return value ? (
        <span class="yes">
          <Icon name="check" />
          Yes
        </span>
      ) : (
        <span class="blank">No</span>
      );
    case 'date':
      return (
        <time
          class={late ? 'nowrap late' : 'nowrap'}
          dateTime={String(value)}
          title={late ? `${text()}, overdue` : text()}
        >
          {full ? text() : shortDate(String(value), now, app.spec)}
          {late ? <span class="visually-hidden"> (overdue)</span> : null}
        </time>
      );
    case 'datetime':
      return <Moment context={context} at={new Date(String(value))} late={late} full={full} />;
    case 'longtext':
      return (
        <span class={full ? 'prose' : 'clamp'} dir="auto">
          {text()}
        </span>
      );
    default:
      return isNumeric(field) ? (
        <span class="number">{text()}</span>
      ) : (
        <span dir="auto">{text()}</span>
      );
  }
}

/** A moment, relative to now; in full where there is room. */
export function Moment({
  context,
  at,
  late,
  full,
}: {
  context: Context;
  at: Date;
  late?: boolean | undefined;
  full?: boolean | undefined;
}) {
  const long = fullTime(at, context.app.spec);
  return (
    <time class={late ? 'nowrap late' : 'nowrap'} dateTime={at.toISOString()} title={long}>
      {full ? long : relativeTime(at, context.now, context.app.spec)}
    </time>
  );
}

function Links({ context, to, value }: { context: Context; to: string; value: Value }) {
  const links: Link[] = Array.isArray(value)
    ? value
    : typeof value === 'object' && value !== null
      ? [value]
      : [];
  const open = hasPages(context.app.spec, to);
  return (
    <span class="links">
      {links.map((link) =>
        open ? (
          <a class="value-link" dir="auto" href={recordPath(context.app, to, link.id)}>
            {link.title}
          </a>
        ) : (
          <span dir="auto">{link.title}</span>
        ),
      )}
    </span>
  );
}

/** Only web addresses become links: a stored `javascript:` stays text. */
function WebLink({ url }: { url: string }) {
  if (!/^https?:\/\//i.test(url)) return <span>{url}</span>;
  return (
    <a class="value-link" href={url} rel="noopener noreferrer" target="_blank">
      {url.replace(/^https?:\/\/(www\.)?/i, '').replace(/\/$/, '')}
      <Icon name="arrow-up-right" label="opens in a new tab" />
    </a>
  );
}

const dueWords =
  /\b(due|deadline|promised|expected|expires?|expiry|until|pick ?up|ready by|return by|follow ?up)\b/i;

/** Whether a date field says when something is owed, as opposed to when it happened. */
export function isDue(field: Field): boolean {
  return field.type === 'date' || field.type === 'datetime'
    ? dueWords.test(field.label.replaceAll('_', ' '))
    : false;
}

/** A due date that has passed while the record is not finished. */
export function isLate(context: Context, entity: Entity, field: Field, row: Row): boolean {
  const value = row.values[field.key];
  if (typeof value !== 'string' || !isDue(field)) return false;
  const status = statusOf(entity);
  if (!status) return false;
  const option = status.options.find((candidate) => candidate.key === row.values[status.key]);
  if (!option || option.final) return false;
  return field.type === 'date'
    ? value < today(context.now, context.app.spec)
    : new Date(value) < context.now;
}

const peopleIcons = /^(user|users|contact|id-card|person|baby|graduation-cap|hand-heart)/;

/** People get avatars: something that can be written to or called, or that wears a person's icon. */
export function isPeople(entity: Entity): boolean {
  return (
    peopleIcons.test(entity.icon) ||
    entity.fields.some((f) => f.type === 'email' || (f.type === 'phone' && f.search))
  );
}

/** The same for the entity that a relation leads to. */
export function linksPeople(context: Context, field: Field): boolean {
  return field.type === 'relation' && isPeople(entityOf(context.app.spec, field.to));
}

type CellsProps = { context: Context; entity: Entity; row: Row; columns: Field[] };

/** The cells of a record's row in a table. */
export function Cells({ context, entity, row, columns }: CellsProps): VNode {
  return (
    <>
      {columns.map((field) => (
        <td class={isNumeric(field) ? 'num' : undefined} data-label={field.label}>
          <Cell
            context={context}
            field={field}
            value={row.values[field.key]}
            late={isLate(context, entity, field, row)}
          />
        </td>
      ))}
    </>
  );
}
