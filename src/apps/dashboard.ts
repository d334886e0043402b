/** The data of a dashboard's widgets, each in one statement. */
import type { Database } from '../db/client.ts';
import type { App } from './app.ts';
import { columnOf, isMany, isOne, tableOf } from './column.ts';
import { specFilterSql } from './filter.ts';
import { dateFormat, safeZone } from './locale.ts';
import type { Row } from './row.ts';
import { linkOf, rowOf, selectColumns, titleSql } from './select.ts';
import { asApp, createParams, type Line, type Params, run, type Sql } from './session.ts';
import {
  type Entity,
  entityOf,
  type Field,
  type FieldOf,
  type Filter,
  type Tone,
  type Widget,
} from './spec.ts';
import { printMoney, printNumber, printValue } from './value-print.ts';
import { addDays, instantOf, today } from './zone.ts';

type WidgetOf<K extends Widget['kind']> = Extract<Widget, { kind: K }>;
/** `value` is printed; a change of -0.12 is twelve percent less than the time span before. */
export type WidgetData =
  | {
      kind: 'number';
      widget: WidgetOf<'number'>;
      value: string;
      compare?: { value: string; change: number };
    }
  | {
      kind: 'series';
      widget: WidgetOf<'series'>;
      points: { label: string; value: number; printed: string }[];
      total: string;
    }
  | {
      kind: 'bars';
      widget: WidgetOf<'bars'>;
      bars: { label: string; tone?: Tone; value: number; printed: string }[];
    }
  | { kind: 'records'; widget: WidgetOf<'records'>; rows: Row[]; columns: Field[] };

/** @param now decides what "today" and "the last 30 days" are, in the app's time zone */
export function readWidget(db: Database, app: App, widget: Widget, now: Date): Promise<WidgetData> {
  return asApp(db, app, (sql) => readWidgetIn(sql, app, widget, now));
}

export function readWidgetIn(sql: Sql, app: App, widget: Widget, now: Date): Promise<WidgetData> {
  switch (widget.kind) {
    case 'number':
      return readNumber(sql, app, widget, now);
    case 'series':
      return readSeries(sql, app, widget, now);
    case 'bars':
      return readBars(sql, app, widget);
    case 'records':
      return readRecords(sql, app, widget, now);
  }
}

const fieldOf = (entity: Entity, key: string | undefined): Field | undefined =>
  entity.fields.find((field) => field.key === key);

function measureSql(entity: Entity, op: 'count' | 'sum' | 'avg', field: Field | undefined): string {
  return op === 'count' || !field || isMany(field)
    ? 'count(*)'
    : `coalesce(${op}(r.${columnOf(entity, field)}), 0)`;
}

function printMeasure(
  app: App,
  op: 'count' | 'sum' | 'avg',
  field: Field | undefined,
  value: string,
): string {
  if (op === 'count' || !field) return printNumber(value, app.spec);
  return field.type === 'money'
    ? printMoney(value, app.spec)
    : `${printNumber(value, app.spec, 2)}${field.type === 'percent' ? '%' : ''}`;
}

function conditionOf(
  app: App,
  entity: Entity,
  filters: Filter[],
  params: Params,
  now: Date,
): string {
  return [
    'r.deleted_at is null',
    ...filters.map((filter) => specFilterSql(app, entity, filter, 'r', params, now)),
  ].join(' and ');
}

type Clock = { column: string; from(day: string): string };

/** The column that says when, and days as bounds of its type. Records without a date field count when they were made. */
function clockOf(app: App, entity: Entity, key: string | undefined, params: Params): Clock {
  const field = fieldOf(entity, key);
  if (field?.type === 'date')
    return { column: `r.${columnOf(entity, field)}`, from: (day) => params.add(day, 'date') };
  const column = field?.type === 'datetime' ? `r.${columnOf(entity, field)}` : 'r.created_at';
  return {
    column,
    from: (day) => params.add(instantOf(`${day}T00:00`, app.spec).toISOString(), 'timestamptz'),
  };
}

async function readNumber(
  sql: Sql,
  app: App,
  widget: WidgetOf<'number'>,
  now: Date,
): Promise<WidgetData> {
  const entity = entityOf(app.spec, widget.entity);
  const field = fieldOf(entity, widget.field);
  const params = createParams();
  const measure = measureSql(entity, widget.op, field);
  const condition = conditionOf(app, entity, widget.filters, params, now);
  const print = (value: unknown) => printMeasure(app, widget.op, field, String(value ?? 0));
  const table = tableOf(app, entity);
  if (widget.days === undefined && widget.date === undefined) {
    const [line] = await run(
      sql,
      `select ${measure}::text as value from ${table} r where ${condition}`,
      params,
    );
    return { kind: 'number', widget, value: print(line?.['value']) };
  }
  const days = widget.days ?? 1;
  const clock = clockOf(app, entity, widget.date, params);
  const end = addDays(today(now, app.spec), 1);
  const [first, last, before] = [
    clock.from(addDays(end, -days)),
    clock.from(end),
    clock.from(addDays(end, -2 * days)),
  ];
  const span = (from: string, to: string) =>
    `(select ${measure}::text from ${table} r where ${condition} and ${clock.column} >= ${from} and ${clock.column} < ${to})`;
  const [line] = await run(
    sql,
    `select ${span(first, last)} as value, ${span(before, first)} as earlier`,
    params,
  );
  const [value, earlier] = [Number(line?.['value'] ?? 0), Number(line?.['earlier'] ?? 0)];
  // From nothing to something is no percentage.
  const change = earlier === 0 ? undefined : (value - earlier) / Math.abs(earlier);
  return {
    kind: 'number',
    widget,
    value: print(line?.['value']),
    ...(change === undefined ? {} : { compare: { value: print(line?.['earlier']), change } }),
  };
}

async function readSeries(
  sql: Sql,
  app: App,
  widget: WidgetOf<'series'>,
  now: Date,
): Promise<WidgetData> {
  const entity = entityOf(app.spec, widget.entity);
  const field = fieldOf(entity, widget.field);
  const params = createParams();
  const clock = clockOf(app, entity, widget.date, params);
  const days = stepsBack(today(now, app.spec), widget.by, widget.span);
  const end = stepsBack(
    addDays(days.at(-1) ?? '', widget.by === 'month' ? 32 : widget.by === 'week' ? 7 : 1),
    widget.by,
    1,
  );
  const isDay = fieldOf(entity, widget.date)?.type === 'date';
  const local = isDay
    ? clock.column
    : `(${clock.column} at time zone ${params.add(safeZone(app.spec.timezone))})`;
  const step = `date_trunc('${widget.by}', ${local}::timestamp)`;
  const bounds = `${clock.column} >= ${clock.from(days[0] ?? '')} and ${clock.column} < ${clock.from(end[0] ?? '')}`;
  const measure = measureSql(entity, widget.op, field);
  const lines = await run(
    sql,
    `select to_char(${step}, 'YYYY-MM-DD') as day, ${measure}::text as value
     from ${tableOf(app, entity)} r where r.deleted_at is null and ${bounds} group by grouping sets ((${step}), ())`,
    params,
  );
  const values = new Map(lines.map((line) => [line['day'], String(line['value'])]));
  const format = dateFormat(app.spec, {
    timeZone: 'UTC',
    month: 'short',
    ...(widget.by === 'month' ? { year: 'numeric' } : { day: 'numeric' }),
  });
  const points = days.map((day) => {
    const value = values.get(day) ?? '0';
    return {
      label: format.format(new Date(`${day}T00:00:00Z`)),
      value: Number(value),
      printed: printMeasure(app, widget.op, field, value),
    };
  });
  // The grouping set of everything: an average of averages would be wrong.
  return {
    kind: 'series',
    widget,
    points,
    total: printMeasure(app, widget.op, field, values.get(null) ?? '0'),
  };
}

/** First days of the last `count` days, weeks (from Monday, as Postgres cuts them) or months, oldest first. */
function stepsBack(day: string, by: 'day' | 'week' | 'month', count: number): string[] {
  const at = new Date(`${day}T00:00:00Z`);
  if (by === 'week') at.setUTCDate(at.getUTCDate() - ((at.getUTCDay() + 6) % 7));
  if (by === 'month') at.setUTCDate(1);
  const first = at.toISOString().slice(0, 10);
  return Array.from({ length: count }, (_, index) => {
    const back = count - 1 - index;
    if (by !== 'month') return addDays(first, -back * (by === 'week' ? 7 : 1));
    return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() - back, 1))
      .toISOString()
      .slice(0, 10);
  });
}

async function readBars(sql: Sql, app: App, widget: WidgetOf<'bars'>): Promise<WidgetData> {
  const entity = entityOf(app.spec, widget.entity);
  const group = fieldOf(entity, widget.group);
  if (!group || isMany(group)) return { kind: 'bars', widget, bars: [] };
  const field = fieldOf(entity, widget.field);
  const params = createParams();
  const measure = measureSql(entity, widget.op, field);
  const target = isOne(group) ? entityOf(app.spec, group.to) : undefined;
  // Grouped and cut first, titled after: ten titles are read, not one per record.
  const limit = group.type === 'status' ? 50 : widget.limit;
  const grouped = `select g.value, ${target ? titleSql(app, target, 't', 1) : 'g.key'} as label, g.key::text as key from (
      select r.${columnOf(entity, group)} as key, ${measure}::text as value, ${measure} as size from ${tableOf(app, entity)} r
      where r.deleted_at is null group by 1 order by size desc, 1 limit ${limit}) g
    ${target ? `left join ${tableOf(app, target)} t on t.id = g.key` : ''} order by g.size desc, g.key`;
  const text =
    group.type === 'status' && widget.op === 'count'
      ? statusCounts(tableOf(app, entity), `r.${columnOf(entity, group)}`, group, params)
      : grouped;
  const lines = await run(sql, text, params);
  const bar = (label: string, value: string, tone?: Tone) => ({
    label,
    value: Number(value),
    printed: printMeasure(app, widget.op, field, value),
    ...(tone ? { tone } : {}),
  });
  if (group.type === 'status') {
    const values = new Map(lines.map((line) => [line['key'], String(line['value'])]));
    return {
      kind: 'bars',
      widget,
      bars: group.options.map((option) =>
        bar(option.label, values.get(option.key) ?? '0', option.tone),
      ),
    };
  }
  return {
    kind: 'bars',
    widget,
    bars: lines.map((line) => bar(...barLabel(app, group, target, line))),
  };
}

/** One count per status, each from its index; grouping would read the whole table. */
function statusCounts(
  table: string,
  column: string,
  group: FieldOf<'status'>,
  params: Params,
): string {
  const keys = group.options.map((option) => `(${params.add(option.key)})`).join(', ');
  return `select o.key, c.value::text as value from (values ${keys}) o(key)
    cross join lateral (select count(*) from ${table} r where r.deleted_at is null and ${column} = o.key) c(value)`;
}

function barLabel(
  app: App,
  group: Field,
  target: Entity | undefined,
  line: Line,
): [string, string, Tone?] {
  const value = String(line['value']);
  const key = line['key'];
  if (typeof key !== 'string') return [`No ${group.label.toLowerCase()}`, value];
  if (target) return [linkOf(app, target, line['label']).title, value];
  const option =
    group.type === 'choice' ? group.options.find((each) => each.key === key) : undefined;
  if (option) return [option.label, value, option.tone];
  return [
    group.type === 'boolean' ? (key === 'true' ? 'Yes' : 'No') : printValue(group, key, app.spec),
    value,
  ];
}

async function readRecords(
  sql: Sql,
  app: App,
  widget: WidgetOf<'records'>,
  now: Date,
): Promise<WidgetData> {
  const entity = entityOf(app.spec, widget.entity);
  const params = createParams();
  const condition = conditionOf(app, entity, widget.filters, params, now);
  const text = `select ${selectColumns(app, entity, 'p')} from (select r.* from ${tableOf(app, entity)} r where ${condition} order by r.id desc limit ${widget.limit}) p order by p.id desc`;
  const lines = await run(sql, text, params);
  const columns = widget.columns.flatMap((key) => fieldOf(entity, key) ?? []);
  return { kind: 'records', widget, rows: lines.map((line) => rowOf(app, entity, line)), columns };
}
