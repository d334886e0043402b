/** Filters of a list: the panel that sets them and the chips that show and remove them. */
import type { Field, FieldOf } from '../../apps/spec.ts';
import { printValue } from '../../apps/value.ts';
import { Icon } from '../ui/icon.tsx';
import { Menu } from '../ui/menu.tsx';
import type { Listing } from './list-result.tsx';
import {
  filterFields,
  isRange,
  type ListState,
  printListState,
  rangeEnds,
  withoutFilter,
} from './list-state.ts';
import { Picker } from './picker.tsx';

/** A panel with one control for each field that can be filtered. */
export function Filters(listing: Listing) {
  const { entity, state, path } = listing;
  const fields = filterFields(entity);
  if (fields.length === 0) return null;
  return (
    <Menu label="Filter" icon="list-filter" count={<FilterCount state={state} />} id="filters">
      <div class="filter-fields">
        {fields.map((field) => (
          <FilterField {...listing} field={field} />
        ))}
      </div>
      <div class="menu-foot">
        <a class="button button-quiet" href={path + printListState({ ...state, filters: {} })}>
          <span>Clear all</span>
        </a>
        <button class="button button-primary" type="submit" data-close-menu>
          <span>Show results</span>
        </button>
      </div>
    </Menu>
  );
}

/** Beside the button's label; htmx replaces it together with the results. */
export function FilterCount({ state, part }: { state: ListState; part?: boolean }) {
  const count = Object.keys(state.filters).length;
  return (
    <span
      class="count"
      id="filter-count"
      hidden={count === 0}
      {...(part ? { 'hx-swap-oob': 'true' } : {})}
    >
      {count}
      <span class="visually-hidden"> active</span>
    </span>
  );
}

type FieldProps = Listing & { field: Field };

function FilterField(props: FieldProps) {
  const { field, state, context } = props;
  const name = `f.${field.key}`;
  const value = state.filters[field.key];
  if (isRange(field)) return <RangeFilter field={field} state={state} />;
  if (field.type === 'relation') {
    const link = value ? { id: value, title: filterTitle(state, field) ?? '' } : undefined;
    return (
      <div class="field">
        <label class="label" for={`${name}-text`}>
          {field.label}
        </label>
        <Picker
          context={context}
          field={{ ...field, many: false }}
          name={name}
          value={link ? [link] : []}
        />
      </div>
    );
  }
  const options =
    field.type === 'choice' || field.type === 'status'
      ? field.options
      : [
          { key: 'true', label: 'Yes' },
          { key: 'false', label: 'No' },
        ];
  return (
    <label class="field">
      <span class="label">{field.label}</span>
      <span class="select">
        <select name={name}>
          <option value="">Any</option>
          {options.map((option) => (
            <option value={option.key} selected={option.key === value}>
              {option.label}
            </option>
          ))}
        </select>
        <Icon name="chevron-down" />
      </span>
    </label>
  );
}

function RangeFilter({ field, state }: { field: Field; state: ListState }) {
  const { from, to } = rangeEnds(state.filters[field.key]);
  const dates = field.type === 'date' || field.type === 'datetime';
  const input = (end: 'from' | 'to', value: string) => (
    <input
      class="input"
      type={dates ? 'date' : 'text'}
      inputMode={dates ? undefined : 'decimal'}
      name={`f.${field.key}.${end}`}
      value={value}
      aria-label={`${field.label} ${end}`}
      placeholder={end === 'from' ? 'From' : 'To'}
    />
  );
  return (
    <fieldset class="field">
      <legend class="label">{field.label}</legend>
      <span class="range">
        {input('from', from)}
        <span aria-hidden="true">–</span>
        {input('to', to)}
      </span>
    </fieldset>
  );
}

/** One removable chip for each active filter, and for the search. */
export function FilterChips({ context, entity, state, path }: Listing) {
  const active = filterFields(entity).filter((field) => state.filters[field.key]);
  if (active.length === 0) return <span></span>;
  return (
    <ul class="chips" aria-label="Active filters">
      {active.map((field) => (
        <li class="chip">
          <span dir="auto">
            {field.label}: <strong>{printFilter(field, state, context.app.spec)}</strong>
          </span>
          <a
            href={path + printListState(state, { filters: withoutFilter(state, field.key) })}
            aria-label={`Remove filter ${field.label}`}
          >
            <Icon name="x" />
          </a>
        </li>
      ))}
    </ul>
  );
}

function printFilter(
  field: Field,
  state: ListState,
  spec: Listing['context']['app']['spec'],
): string {
  const value = state.filters[field.key] ?? '';
  if (isRange(field)) {
    const { from, to } = rangeEnds(value);
    const show = (end: string) =>
      field.type === 'date' || field.type === 'datetime' ? end : printValue(field, end, spec);
    if (from && to) return `${show(from)} – ${show(to)}`;
    return from ? `from ${show(from)}` : `up to ${show(to)}`;
  }
  if (field.type === 'relation') return filterTitle(state, field) ?? 'one record';
  if (field.type === 'boolean') return value === 'true' ? 'Yes' : 'No';
  return field.type === 'choice' || field.type === 'status' ? optionLabel(field, value) : value;
}

const optionLabel = (field: FieldOf<'choice'> | FieldOf<'status'>, key: string) =>
  field.options.find((option) => option.key === key)?.label ?? key;

const filterTitle = (state: ListState, field: Field) => state.titles?.[field.key];
