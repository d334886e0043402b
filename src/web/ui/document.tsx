/** The outermost shape of every page, and the way from JSX to text. */
import type { ComponentChildren, VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { type AssetName, assetUrl } from './asset.ts';
import { hueStep } from './hue.ts';
import type { Theme } from './theme.tsx';

/** htmx may add no style element, run no expression and restore no page from memory: the policy forbids it all. */
const htmxConfig = JSON.stringify({
  includeIndicatorCSS: false,
  history: 'reload',
  defaultTimeout: 20_000,
});

type Props = {
  title: string;
  /** Degrees on the colour wheel; the accent of the whole page. */
  hue?: number | undefined;
  theme?: Theme | undefined;
  /** Extra class of <body>, for pages with a layout of their own. */
  class?: string | undefined;
  /** Further scripts of ours, besides the two that every page has. */
  scripts?: AssetName[] | undefined;
  styles?: AssetName[] | undefined;
  children: ComponentChildren;
};

/** html, head and body with the shared stylesheet and scripts, and the link past the navigation. */
export function Document({
  title,
  hue = 220,
  theme,
  class: className,
  scripts = [],
  styles = [],
  children,
}: Props) {
  return (
    <html lang="en" data-theme={theme} data-hue={hueStep(hue)}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="htmx-config" content={htmxConfig} />
        <title>{title}</title>
        <link rel="icon" href={favicon(hue)} />
        <link rel="stylesheet" href={assetUrl('styles.css')} />
        {styles.map((style) => (
          <link rel="stylesheet" href={assetUrl(style)} key={style} />
        ))}
        <script src={assetUrl('htmx.js')} defer></script>
        <script src={assetUrl('app.js')} type="module"></script>
        {scripts.map((name) => (
          <script src={assetUrl(name)} type="module"></script>
        ))}
      </head>
      <body class={className}>
        <a class="skip" href="#main">
          Skip to content
        </a>
        {children}
      </body>
    </html>
  );
}

/** A rounded square in the app's colour, so that its tab is found among others. */
function favicon(hue: number): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="9" fill="hsl(${hue} 70% 48%)"/><path d="M10 16.5l4.5 4.5L22.5 12" fill="none" stroke="#fff" stroke-width="3.4" stroke-linecap="round" stroke-linejoin="round"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/** A whole page as text. */
export function printDocument(page: VNode): string {
  return `<!doctype html>${renderToString(page)}`;
}

/** A part of a page as text, for htmx to put in place. */
export function printPart(part: VNode): string {
  return renderToString(part);
}
