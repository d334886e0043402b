/** A popover that needs no script: <details>, closed by Escape or a click outside where there is one. */
import type { ComponentChildren } from 'preact';
import { Icon } from './icon.tsx';

type Props = {
  label: string;
  icon: string;
  /** Only the icon is drawn; the label is spoken. */
  compact?: boolean | undefined;
  /** A number beside the label: how many filters are set. */
  count?: ComponentChildren;
  id?: string | undefined;
  /** Opens to the left of its button's right edge. */
  end?: boolean | undefined;
  children: ComponentChildren;
};

/** Summary button and the panel it opens. */
export function Menu({ label, icon, compact, count, id, end, children }: Props) {
  return (
    <details class={end ? 'menu menu-end' : 'menu'} id={id} data-menu>
      <summary
        class={compact ? 'icon-button' : 'button button-secondary'}
        aria-label={compact ? label : undefined}
      >
        <Icon name={icon} />
        {compact ? null : <span>{label}</span>}
        {count}
      </summary>
      <div class="menu-panel">{children}</div>
    </details>
  );
}
