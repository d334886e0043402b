/** Lucide icons as inline SVG. Their look (stroke, size) is the stylesheet's. */
import { icons } from 'lucide';
import { h, type VNode } from 'preact';

const known: Record<
  string,
  readonly (readonly [string, Record<string, string | number | undefined>])[]
> = icons;
const fallback = 'Folder';

/** `circle-check` → `CircleCheck`, the name that the icon package exports. */
const exportName = (kebab: string) =>
  kebab.replace(/(?:^|-)([a-z0-9])/g, (_, first: string) => first.toUpperCase());

/** Whether there is an icon of that kebab-case name. */
export function hasIcon(name: string): boolean {
  return Object.hasOwn(known, exportName(name));
}

type Props = {
  /** Kebab-case Lucide name; unknown names show a folder. */
  name: string;
  /** Spoken name. Without one the icon is decoration, hidden from screen readers. */
  label?: string | undefined;
  class?: string | undefined;
};

/** One icon, sized by the text around it unless a class says otherwise. */
export function Icon({ name, label, class: className }: Props): VNode {
  const wanted = exportName(name);
  const nodes = known[Object.hasOwn(known, wanted) ? wanted : fallback] ?? [];
  return h(
    'svg',
    {
      class: className ? `icon ${className}` : 'icon',
      viewBox: '0 0 24 24',
      ...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': 'true' }),
    },
    nodes.map(([tag, attributes]) => h(tag, attributes)),
  );
}
