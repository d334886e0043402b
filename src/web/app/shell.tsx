/** What stands around every page of an app: navigation, search, toasts. */
import type { ComponentChildren } from 'preact';
import type { View } from '../../apps/spec.ts';
import { entityOf } from '../../apps/spec.ts';
import { Document } from '../ui/document.tsx';
import { Icon } from '../ui/icon.tsx';
import { ThemeToggle } from '../ui/theme.tsx';
import { Toasts } from '../ui/toast.tsx';
import { appPath, viewPath } from './address.ts';
import { Palette } from './palette.tsx';
import type { Context } from './request.ts';

type Props = {
  context: Context;
  /** Heading and window title. */
  title: string;
  /** The view to mark in the navigation. */
  view?: View | undefined;
  /** Where the page belongs: a link above the heading. */
  parent?: { href: string; label: string } | undefined;
  /** Drawn left of the heading. */
  before?: ComponentChildren;
  /** Buttons right of the heading. */
  actions?: ComponentChildren;
  /** The page fills the window and scrolls inside, as a board does. */
  wide?: boolean | undefined;
  children: ComponentChildren;
};

/** A whole page of an app. */
export function AppPage({ context, title, view, parent, before, actions, wide, children }: Props) {
  const { app, request } = context;
  return (
    <Document
      title={`${title} · ${app.spec.name}`}
      hue={app.spec.hue}
      theme={request.theme}
      class="app"
      scripts={['picker.js']}
    >
      <Sidebar context={context} view={view} />
      <TopBar context={context} view={view} />
      <main class={wide ? 'main main-wide' : 'main'} id="main" tabIndex={-1}>
        <header class="page-head">
          {before}
          <div class="page-title">
            {parent ? (
              <a class="parent" href={parent.href}>
                <Icon name="chevron-left" />
                <span>{parent.label}</span>
              </a>
            ) : null}
            <h1 dir="auto">{title}</h1>
          </div>
          {actions ? <div class="page-actions">{actions}</div> : null}
        </header>
        {app.status === 'building' ? (
          <p class="banner" role="status">
            <Icon name="hammer" />
            <span>This app is still being built. More pages appear as they are finished.</span>
          </p>
        ) : null}
        {children}
      </main>
      <Toasts toasts={request.toasts} />
      <Palette app={app} />
    </Document>
  );
}

type NavProps = { context: Context; view: View | undefined };

function Sidebar({ context, view }: NavProps) {
  return (
    <div class="sidebar">
      <Brand context={context} />
      <SearchLink context={context} />
      <Navigation context={context} view={view} label="Pages" />
      <Foot context={context} />
    </div>
  );
}

function Foot({ context: { app, request } }: Pick<NavProps, 'context'>) {
  const { session } = request.visitor ?? {};
  return (
    <div class="sidebar-foot">
      {session ? (
        <form class="signed-in" method="post" action="/signout">
          <a class="made-by" href="/signin" title={session.workspace}>
            <Icon name="circle-user" />
            <bdi>{session.name}</bdi>
          </a>
          <button class="icon-button" type="submit" aria-label="Sign out" title="Sign out">
            <Icon name="log-out" />
          </button>
        </form>
      ) : (
        <a class="made-by" href="/">
          <Icon name="sparkles" />
          <span>Made by Factotum</span>
        </a>
      )}
      <ThemeToggle back={request.method === 'GET' ? request.url : appPath(app)} />
    </div>
  );
}

function TopBar({ context, view }: NavProps) {
  return (
    <div class="topbar">
      <Brand context={context} />
      <a
        class="icon-button"
        href={`${appPath(context.app)}/search`}
        aria-label="Search"
        data-palette-open
      >
        <Icon name="search" />
      </a>
      <details class="drawer" data-menu>
        <summary class="icon-button" aria-label="Menu">
          <Icon name="menu" />
        </summary>
        <div class="drawer-panel">
          <Navigation context={context} view={view} label="Menu" />
          <Foot context={context} />
        </div>
      </details>
    </div>
  );
}

function Brand({ context: { app } }: { context: Context }) {
  return (
    <a class="brand" href={appPath(app)}>
      <span class="app-icon">
        <Icon name={app.spec.icon} />
      </span>
      <span class="brand-name" dir="auto">
        {app.spec.name}
      </span>
    </a>
  );
}

function SearchLink({ context }: { context: Context }) {
  return (
    <a class="search-link" href={`${appPath(context.app)}/search`} data-palette-open>
      <Icon name="search" />
      <span>Search</span>
      <kbd data-shortcut>Ctrl K</kbd>
    </a>
  );
}

function Navigation({ context: { app }, view, label }: NavProps & { label: string }) {
  const overviews = app.spec.views.filter((candidate) => candidate.kind !== 'list');
  const lists = app.spec.views.filter((candidate) => candidate.kind === 'list');
  const item = (candidate: View) => (
    <li>
      <a href={viewPath(app, candidate)} aria-current={candidate === view ? 'page' : undefined}>
        <Icon name={iconOf(candidate, context)} />
        <span dir="auto">{candidate.label}</span>
      </a>
    </li>
  );
  const context = app.spec;
  return (
    <nav class="nav" aria-label={label}>
      {overviews.length > 0 ? <ul>{overviews.map(item)}</ul> : null}
      {lists.length > 0 ? (
        <>
          <p class="nav-group">Records</p>
          <ul>{lists.map(item)}</ul>
        </>
      ) : null}
      {app.spec.views.length === 0 ? (
        <p class="nav-group">Pages appear here as they are built.</p>
      ) : null}
    </nav>
  );
}

function iconOf(view: View, spec: Context['app']['spec']): string {
  if (view.kind === 'dashboard') return 'layout-dashboard';
  return view.kind === 'board' ? 'square-kanban' : entityOf(spec, view.entity).icon;
}
