/** The search that opens over any page. Its form is the search page's too. */
import type { App } from '../../apps/app.ts';
import { Icon } from '../ui/icon.tsx';
import { appPath, viewPath } from './address.ts';

export const paletteResultsId = 'palette-results';

type Props = {
  app: App;
  q: string;
  /** Id of the results that htmx replaces. */
  target: string;
  autofocus?: boolean | undefined;
};

/** Sends what is typed; Enter without scripts leads to the search page. */
export function SearchForm({ app, q, target, autofocus }: Props) {
  const path = `${appPath(app)}/search`;
  return (
    <search>
      <form
        class="list-tools"
        action={path}
        method="get"
        hx-get={path}
        hx-trigger="input delay:150ms, submit"
        hx-target={`#${target}`}
        hx-swap="outerHTML"
        hx-sync="this:replace"
      >
        <label class="search">
          <Icon name="search" />
          <span class="visually-hidden">Search the whole app</span>
          <input
            type="search"
            name="q"
            value={q}
            placeholder="Search everything"
            autocomplete="off"
            autofocus={autofocus}
            dir="auto"
            data-palette-input={target === paletteResultsId ? '' : undefined}
          />
        </label>
      </form>
    </search>
  );
}

/** On every page, closed: opened by a link to the search page, or Ctrl K. */
export function Palette({ app }: { app: App }) {
  return (
    <dialog class="palette" id="palette" aria-label="Search the whole app">
      <SearchForm app={app} q="" target={paletteResultsId} />
      <div id={paletteResultsId} class="search-results" aria-live="polite">
        <p class="search-group">Pages</p>
        <ul>
          {app.spec.views.slice(0, 8).map((view) => (
            <li>
              <a href={viewPath(app, view)}>
                <Icon name="corner-down-right" />
                <span dir="auto">{view.label}</span>
              </a>
            </li>
          ))}
        </ul>
      </div>
    </dialog>
  );
}
