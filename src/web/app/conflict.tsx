/** Two people changed the same fields: what each wrote, side by side, and a choice for each field. */
import type { Row } from '../../apps/row.ts';
import type { Entity, Field } from '../../apps/spec.ts';
import { printValue } from '../../apps/value.ts';
import { Icon } from '../ui/icon.tsx';
import { isBlank } from './cell.tsx';
import type { FormState } from './form-state.ts';
import { type Context, single } from './request.ts';

type Props = { context: Context; entity: Entity; mine: FormState; current: Row; fields: string[] };

/** Drawn above the fields of the form, which still hold everything typed. */
export function Conflict({ context, entity, mine, current, fields }: Props) {
  const conflicting = entity.fields.filter((field) => fields.includes(field.key));
  return (
    <section
      class="conflict"
      role="alert"
      tabIndex={-1}
      data-focus
      aria-labelledby="conflict-title"
    >
      <h2 id="conflict-title">
        <Icon name="git-merge" />
        <span>Somebody else changed this meanwhile</span>
      </h2>
      <p>Nothing has been overwritten. Choose what to keep, then save again.</p>
      {conflicting.map((field) => (
        <fieldset class="choice">
          <legend>{field.label}</legend>
          <Version
            field={field}
            keep="mine"
            title="Keep mine"
            text={printMine(context, field, mine)}
            checked
          />
          <Version
            field={field}
            keep="theirs"
            title="Take theirs"
            text={printTheirs(context, field, current)}
          />
        </fieldset>
      ))}
    </section>
  );
}

function Version({
  field,
  keep,
  title,
  text,
  checked,
}: {
  field: Field;
  keep: string;
  title: string;
  text: string;
  checked?: boolean;
}) {
  return (
    <label class="version">
      <input type="radio" name={`${field.key}.keep`} value={keep} checked={checked} />
      <span>
        <strong>{title}</strong>
        <span dir="auto">{text}</span>
      </span>
    </label>
  );
}

function printTheirs({ app }: Context, field: Field, current: Row): string {
  const value = current.values[field.key] ?? null;
  return isBlank(value) ? 'Nothing' : printValue(field, value, app.spec);
}

/** What was typed is shown as typed; only keys and ids need words. */
function printMine(context: Context, field: Field, mine: FormState): string {
  if (field.type === 'relation')
    return mine.picks[field.key]?.links.map((link) => link.title).join(', ') || 'Nothing';
  const typed = single(mine.values[field.key]);
  if (!typed) return 'Nothing';
  if (field.type === 'choice' || field.type === 'status')
    return printValue(field, typed, context.app.spec);
  if (field.type === 'boolean') return typed === 'true' ? 'Yes' : 'No';
  return typed;
}
