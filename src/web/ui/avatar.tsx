/** Initials of a person on a colour that stays theirs. */
import { type Tone, tones } from '../../apps/spec.ts';

/** Up to two letters: of the first and the last word. */
function initialsOf(name: string): string {
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? [];
  const picked = words.length > 1 ? [words[0], words[words.length - 1]] : [words[0]];
  return (
    picked
      .map((word) => [...(word ?? '')][0] ?? '')
      .join('')
      .toLocaleUpperCase('en') || '?'
  );
}

/** The same name always gets the same tone; grey is left to things without a name. */
function toneOf(name: string): Tone {
  let hash = 0;
  for (let i = 0; i < name.length; i += 1) hash = (hash * 31 + name.charCodeAt(i)) | 0;
  return tones[1 + (Math.abs(hash) % (tones.length - 1))] ?? 'blue';
}

/** Decoration beside a name that is written out, so it is hidden from screen readers. */
export function Avatar({ name, large }: { name: string; large?: boolean }) {
  return (
    <span
      class={large ? 'avatar avatar-large' : 'avatar'}
      data-tone={toneOf(name)}
      aria-hidden="true"
    >
      {initialsOf(name)}
    </span>
  );
}
