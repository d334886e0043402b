/** One field of a form: label, the right input for its type, help, and what is wrong with it. */
import type { Field, FieldOf } from '../../apps/spec.ts';
import { FieldFrame } from '../ui/field.tsx';
import { Icon } from '../ui/icon.tsx';
import type { FormState } from './form-state.ts';
import { Picker } from './picker.tsx';
import { type Context, single } from './request.ts';

type Props = {
  context: Context;
  field: Field;
  state: FormState;
  /** The first field takes the focus when the form opens. */
  first?: boolean | undefined;
};

/** More options than this are a select instead of buttons side by side. */
const mostSegments = 5;

/** A field with its frame. */
export function FormField(props: Props) {
  const { field, state } = props;
  const id = field.type === 'relation' ? `${field.key}-text` : `field-${field.key}`;
  const group =
    field.type === 'status' || (field.type === 'choice' && field.options.length <= mostSegments);
  return (
    <FieldFrame
      id={id}
      label={field.label}
      group={group}
      wide={field.type === 'longtext' || group || (field.type === 'relation' && field.many)}
      required={field.required}
      help={field.help}
      error={state.errors[field.key]}
    >
      <Control {...props} id={id} />
    </FieldFrame>
  );
}

function Control({ context, field, state, first, id }: Props & { id: string }) {
  const value = single(state.values[field.key]);
  const error = state.errors[field.key];
  const describedBy =
    [error ? `${id}-error` : '', field.help ? `${id}-help` : ''].filter(Boolean).join(' ') ||
    undefined;
  const shared = {
    id,
    name: field.key,
    required: field.required,
    autofocus: first,
    'aria-invalid': error ? ('true' as const) : undefined,
    'aria-describedby': describedBy,
  };
  switch (field.type) {
    case 'longtext':
      return <textarea class="input" rows={4} dir="auto" {...shared} value={value}></textarea>;
    case 'boolean':
      return (
        <span class="switch">
          <input
            type="checkbox"
            name={field.key}
            id={id}
            value="true"
            checked={isYes(value)}
            aria-describedby={describedBy}
          />
          <span class="switch-track" aria-hidden="true"></span>
        </span>
      );
    case 'integer':
    case 'decimal':
    case 'money':
    case 'percent':
      return (
        <NumberBox field={field} currency={currencySign(context)}>
          <input
            class="input"
            inputMode={field.type === 'integer' ? 'numeric' : 'decimal'}
            autocomplete="off"
            {...shared}
            value={value}
          />
        </NumberBox>
      );
    case 'choice':
      return field.options.length <= mostSegments ? (
        <Segments field={field} options={field.options} value={value} />
      ) : (
        <span class="select">
          <select {...shared}>
            <option value="">{field.required ? 'Choose…' : 'None'}</option>
            {field.options.map((option) => (
              <option value={option.key} selected={option.key === value}>
                {option.label}
              </option>
            ))}
          </select>
          <Icon name="chevron-down" />
        </span>
      );
    case 'status':
      return (
        <Segments
          field={field}
          options={reachable(field, single(state.seen?.[field.key]), value)}
          value={value}
        />
      );
    case 'relation': {
      const pick = state.picks[field.key];
      return (
        <Picker
          context={context}
          field={field}
          name={field.key}
          value={pick?.links ?? []}
          matches={pick?.matches}
          text={state.texts[field.key]}
          invalid={error !== undefined}
          describedBy={describedBy}
          required={field.required}
        />
      );
    }
    default:
      return <input class="input" {...inputLook(field.type)} {...shared} value={value} />;
  }
}

const isYes = (value: string) => /^(true|yes|on|1)$/i.test(value);

/** Keyboards on phones and helpers of browsers, by type. Addresses stay text: "example.com" is fine. */
function inputLook(type: Field['type']) {
  switch (type) {
    case 'email':
      return { type: 'email', autocomplete: 'off', inputMode: 'email' } as const;
    case 'phone':
      return { type: 'tel', autocomplete: 'off', inputMode: 'tel' } as const;
    case 'url':
      return { type: 'text', autocomplete: 'off', inputMode: 'url' } as const;
    case 'date':
      return { type: 'date' } as const;
    case 'datetime':
      return { type: 'datetime-local' } as const;
    case 'time':
      return { type: 'time' } as const;
    default:
      return { type: 'text', autocomplete: 'off', dir: 'auto' } as const;
  }
}

function NumberBox({
  field,
  currency,
  children,
}: {
  field: Field;
  currency: string;
  children: preact.VNode;
}) {
  if (field.type !== 'money' && field.type !== 'percent') return children;
  return (
    <span class="affix">
      <span aria-hidden="true">{field.type === 'money' ? currency : '%'}</span>
      {children}
    </span>
  );
}

function currencySign({ app: { spec } }: Context): string {
  const parts = new Intl.NumberFormat(spec.locale, {
    style: 'currency',
    currency: spec.currency,
    currencyDisplay: 'narrowSymbol',
  });
  return parts.formatToParts(0).find((part) => part.type === 'currency')?.value ?? spec.currency;
}

type Option = FieldOf<'choice'>['options'][number];

/** Buttons side by side, of which one is chosen. An optional choice can be left open. */
function Segments({ field, options, value }: { field: Field; options: Option[]; value: string }) {
  const all =
    field.type === 'choice' && !field.required
      ? [{ key: '', label: 'None', tone: 'grey' as const }, ...options]
      : options;
  return (
    <span class="segments">
      {all.map((option, index) => (
        <label class="segment">
          <input
            type="radio"
            name={field.key}
            id={index === 0 ? `field-${field.key}` : undefined}
            value={option.key}
            checked={option.key === value}
          />
          <span>
            {option.key ? (
              <span class="dot" data-tone={option.tone} aria-hidden="true"></span>
            ) : null}
            {option.label}
          </span>
        </label>
      ))}
    </span>
  );
}

/** Where the record is, and where it may go from there. */
function reachable(field: FieldOf<'status'>, current: string, chosen: string): Option[] {
  const from = field.options.find((option) => option.key === current);
  return field.options.filter(
    (option) =>
      !from || option.key === current || from.next.includes(option.key) || option.key === chosen,
  );
}
