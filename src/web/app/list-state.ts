/** What a list shows, as its address: `?q=ana&f.status=ready&f.due=2026-11-01..&sort=-due&after=…`. */
import type { Query } from '../../apps/query.ts';
import type { Entity, Field } from '../../apps/spec.ts';

export type ListState = {
  q: string;
  /** Field key → value, or 'from..to'. */
  filters: Record<string, string>;
  sort: { field: string; direction: 'asc' | 'desc' } | undefined;
  after: string | undefined;
  before: string | undefined;
  /** Titles of the records that relation filters point at, once they have been looked up. */
  titles?: Record<string, string>;
};

/** Filtered by a span instead of by one value. */
export function isRange(field: Field): boolean {
  return ['date', 'datetime', 'integer', 'decimal', 'money', 'percent'].includes(field.type);
}

/** The fields that a list offers as filters. */
export function filterFields(entity: Entity): Field[] {
  return entity.fields.filter(
    (field) => isRange(field) || ['choice', 'status', 'boolean', 'relation'].includes(field.type),
  );
}

/** Reads the address. What it does not know it leaves out; nothing is an error. */
export function readListState(entity: Entity, params: URLSearchParams): ListState {
  const filters: Record<string, string> = {};
  for (const field of filterFields(entity)) {
    const value = readFilter(field, params);
    if (value) filters[field.key] = value;
  }
  const sorted = params.get('sort') ?? '';
  const sortField = entity.fields.find((field) => field.key === sorted.replace(/^-/, ''));
  return {
    q: (params.get('q') ?? '').trim().slice(0, 200),
    filters,
    sort: sortField
      ? { field: sortField.key, direction: sorted.startsWith('-') ? 'desc' : 'asc' }
      : undefined,
    after: params.get('after') ?? undefined,
    before: params.get('before') ?? undefined,
  };
}

/** Without scripts a span arrives as two inputs, which become the one value of the address. */
function readFilter(field: Field, params: URLSearchParams): string | undefined {
  const name = `f.${field.key}`;
  const value = params.get(name)?.trim();
  if (value) return value;
  if (!isRange(field)) return undefined;
  const from = params.get(`${name}.from`)?.trim() ?? '';
  const to = params.get(`${name}.to`)?.trim() ?? '';
  return from || to ? `${from}..${to}` : undefined;
}

/** The two ends of a span's value. */
export function rangeEnds(value: string | undefined): { from: string; to: string } {
  const [from = '', to = ''] = (value ?? '').split('..');
  return { from, to };
}

/** The address of a state, with changes: any change but of the page itself starts on the first page. */
export function printListState(state: ListState, changes: Partial<ListState> = {}): string {
  const { q, filters, sort, after, before } = {
    ...state,
    after: undefined,
    before: undefined,
    ...changes,
  };
  const params = new URLSearchParams();
  if (q) params.set('q', q);
  for (const [key, value] of Object.entries(filters)) params.set(`f.${key}`, value);
  if (sort) params.set('sort', `${sort.direction === 'desc' ? '-' : ''}${sort.field}`);
  if (after) params.set('after', after);
  if (before) params.set('before', before);
  const text = params.toString();
  return text ? `?${text}` : '';
}

/** The same, with one filter taken away. */
export function withoutFilter(state: ListState, key: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(state.filters).filter(([candidate]) => candidate !== key),
  );
}

/** What the data layer is asked for. */
export function toQuery(state: ListState): Query {
  return {
    q: state.q || undefined,
    filters: state.filters,
    sort: state.sort,
    after: state.after,
    before: state.before,
  };
}
