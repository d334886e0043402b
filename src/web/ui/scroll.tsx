/** A part that scrolls by itself. It can be focused, so that arrow keys scroll it too. */
import type { ComponentChildren } from 'preact';

type Props = {
  label: string;
  class: string;
  id?: string | undefined;
  children: ComponentChildren;
};

/** A named region around something wider or longer than its place. */
export function Scroll({ label, class: className, id, children }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable without a mouse
    <section class={className} id={id} aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
