/** The frame around an input: label, required mark, help below, error below. */
import type { ComponentChildren } from 'preact';
import { Icon } from './icon.tsx';

type Props = {
  /** Id of the input inside; `<id>-help` and `<id>-error` are for its aria-describedby. */
  id: string;
  label: string;
  required?: boolean | undefined;
  help?: string | undefined;
  error?: string | undefined;
  /** Several inputs under one name: a fieldset with a legend. */
  group?: boolean | undefined;
  /** Takes the whole width of the form. */
  wide?: boolean | undefined;
  children: ComponentChildren;
};

/** Draws the frame; the child is the input. */
export function FieldFrame({ id, label, required, help, error, group, wide, children }: Props) {
  const className = `field${wide ? ' field-wide' : ''}${error ? ' field-invalid' : ''}`;
  const name = (
    <>
      <span dir="auto">{label}</span>
      {required ? (
        <span class="required" title="Required">
          <span aria-hidden="true">*</span>
          <span class="visually-hidden"> (required)</span>
        </span>
      ) : null}
    </>
  );
  const below = (
    <>
      {help ? (
        <p class="help" id={`${id}-help`} dir="auto">
          {help}
        </p>
      ) : null}
      {error ? (
        <p class="error" id={`${id}-error`}>
          <Icon name="circle-alert" />
          <span>{error}</span>
        </p>
      ) : null}
    </>
  );
  if (group) {
    return (
      <fieldset class={className}>
        <legend class="label">{name}</legend>
        {children}
        {below}
      </fieldset>
    );
  }
  return (
    <div class={className}>
      <label class="label" for={id}>
        {name}
      </label>
      {children}
      {below}
    </div>
  );
}
