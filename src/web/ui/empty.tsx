/** What stands where there is nothing yet: an icon, a sentence, and the way on. */
import type { ComponentChildren } from 'preact';
import { Icon } from './icon.tsx';

type Props = { icon: string; title: string; children?: ComponentChildren };

/** The title says what is missing; the children are a sentence or buttons. */
export function Empty({ icon, title, children }: Props) {
  return (
    <div class="empty">
      <span class="empty-icon">
        <Icon name={icon} />
      </span>
      <p class="empty-title" dir="auto">
        {title}
      </p>
      {children}
    </div>
  );
}
