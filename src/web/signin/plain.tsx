/** One thing in the middle of a page: what the pages of the sign-in look like. */
import type { ComponentChildren } from 'preact';
import { Document } from '../ui/document.tsx';
import { Empty } from '../ui/empty.tsx';
import type { Theme } from '../ui/theme.tsx';

export type Look = { theme: Theme | undefined };
type Props = Look & { title: string; icon: string; children: ComponentChildren };

export function Plain({ theme, title, icon, children }: Props) {
  return (
    <Document title={`${title} · Factotum`} theme={theme}>
      <main class="plain" id="main">
        <h1 class="visually-hidden">{title}</h1>
        <Empty icon={icon} title={title}>
          {children}
        </Empty>
      </main>
    </Document>
  );
}
