/** Small coloured words: statuses, choices, priorities, warnings. */
import type { ComponentChildren } from 'preact';
import type { Tone } from '../../apps/spec.ts';
import { Icon } from './icon.tsx';

type Props = { tone?: Tone | undefined; icon?: string | undefined; children: ComponentChildren };

/** A pill with a dot, or with an icon instead of the dot. */
export function Badge({ tone = 'grey', icon, children }: Props) {
  return (
    <span class="badge" data-tone={tone}>
      {icon ? <Icon name={icon} /> : <span class="dot" aria-hidden="true"></span>}
      <span class="badge-text" dir="auto">
        {children}
      </span>
    </span>
  );
}
