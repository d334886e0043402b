/** Buttons and links that look like buttons. */
import type { ComponentChildren, JSX } from 'preact';
import { Icon } from './icon.tsx';

export type ButtonKind = 'primary' | 'secondary' | 'danger' | 'quiet';
type Look = {
  kind?: ButtonKind | undefined;
  icon?: string | undefined;
  children: ComponentChildren;
};

const classOf = (kind: ButtonKind = 'secondary') => `button button-${kind}`;

/** A submit button unless `type` says otherwise. */
export function Button({ kind, icon, children, ...rest }: Look & JSX.IntrinsicElements['button']) {
  return (
    <button type="submit" {...rest} class={classOf(kind)}>
      {icon ? <Icon name={icon} /> : null}
      <span>{children}</span>
    </button>
  );
}

/** Goes somewhere; changes nothing. */
export function ButtonLink({ kind, icon, children, ...rest }: Look & JSX.IntrinsicElements['a']) {
  return (
    <a {...rest} class={classOf(kind)}>
      {icon ? <Icon name={icon} /> : null}
      <span>{children}</span>
    </a>
  );
}
