/** Choosing linked records among any number of them, with and without scripts. */
import { pickRecords } from '../../apps/query.ts';
import type { Entity, FieldOf } from '../../apps/spec.ts';
import { entityOf } from '../../apps/spec.ts';
import type { Link } from '../../apps/value.ts';
import { Icon } from '../ui/icon.tsx';
import { entityPath } from './address.ts';
import type { Context, PageResponse } from './request.ts';

/** Options for what has been typed; the script puts them into the picker's list. */
export async function answerPick(context: Context, entity: Entity): Promise<PageResponse> {
  const q = (context.request.query.get('q') ?? '').trim().slice(0, 200);
  const links = await pickRecords(context.db, context.app, entity.key, q, 20);
  return {
    kind: 'part',
    status: 200,
    part: <Options links={links} singular={entity.singular} q={q} />,
  };
}

function Options({ links, singular, q }: { links: Link[]; singular: string; q: string }) {
  if (links.length === 0) {
    return (
      <div
        class="option-none"
        role="option"
        tabIndex={-1}
        aria-disabled="true"
        aria-selected="false"
      >
        No {singular.toLowerCase()} {q ? `matches “${q}”` : 'yet'}
      </div>
    );
  }
  return (
    <>
      {links.map((link) => (
        <div role="option" tabIndex={-1} aria-selected="false" data-id={link.id} dir="auto">
          {link.title}
        </div>
      ))}
    </>
  );
}

type Props = {
  context: Context;
  field: FieldOf<'relation'>;
  /** Base name of its inputs: `name`, `name.text`, `name.shown`, `name.choice`. */
  name: string;
  value: Link[];
  matches?: Link[] | undefined;
  /** Words to keep that named no single record. */
  text?: string | undefined;
  invalid?: boolean | undefined;
  describedBy?: string | undefined;
  required?: boolean | undefined;
};

/** The label belongs to the input `<name>-text`. */
export function Picker({
  context,
  field,
  name,
  value,
  matches = [],
  text,
  invalid,
  describedBy,
  required,
}: Props) {
  const target = entityOf(context.app.spec, field.to);
  const current = field.many ? undefined : value[0];
  return (
    <div
      class="picker"
      data-picker={field.many ? 'many' : 'one'}
      data-name={name}
      data-url={`${entityPath(context.app, field.to)}/pick`}
    >
      {field.many ? (
        <ul class="chips picked" data-picked>
          {value.map((link) => (
            <li>
              <label class="chip chip-check">
                <input type="checkbox" name={name} value={link.id} checked />
                <span dir="auto">{link.title}</span>
              </label>
            </li>
          ))}
        </ul>
      ) : (
        <>
          <input type="hidden" name={name} value={current?.id ?? ''} data-id />
          <input type="hidden" name={`${name}.shown`} value={current?.title ?? ''} data-shown />
        </>
      )}
      <span class="picker-box">
        <input
          class="input"
          id={`${name}-text`}
          name={`${name}.text`}
          value={text ?? current?.title ?? ''}
          placeholder={`Search ${target.label.toLowerCase()}`}
          autocomplete="off"
          dir="auto"
          aria-invalid={invalid ? 'true' : undefined}
          aria-describedby={describedBy}
          aria-required={required ? 'true' : undefined}
        />
        <Icon name="chevrons-up-down" />
      </span>
      <div
        class="options"
        role="listbox"
        id={`${name}-options`}
        aria-label={target.label}
        hidden
      ></div>
      {matches.length > 0 ? (
        <fieldset class="matches">
          <legend>Which {target.singular.toLowerCase()}?</legend>
          {matches.map((link) => (
            <label class="match">
              <input type="radio" name={`${name}.choice`} value={link.id} />
              <span dir="auto">{link.title}</span>
            </label>
          ))}
        </fieldset>
      ) : null}
    </div>
  );
}
