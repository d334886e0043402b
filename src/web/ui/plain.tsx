/** One thing in the middle of a page: pages of the sign-in, and of what is not there. */
import type { ComponentChildren } from 'preact';
import { Document } from './document.tsx';
import { Empty } from './empty.tsx';
import type { Theme } from './theme.tsx';

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
