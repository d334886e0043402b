/**
 * What a page is asked and what it answers, free of HTTP: the router turns a request
 * into the first and the second into a response, and acceptance checks call pages
 * without a server.
 */
import type { VNode } from 'preact';
import type { App } from '../../apps/app.ts';
import type { Input } from '../../apps/record.ts';
import type { Database } from '../../db/client.ts';
import type { Theme } from '../ui/theme.tsx';
import type { Toast } from '../ui/toast.tsx';
import type { Visitor } from '../visitor.ts';

export type PageDeps = {
  db: Database;
  /** Only what the visitor may see; without one, whatever there is for the owner. */
  findApp(slug: string, visitor: Visitor | undefined): Promise<App | undefined>;
  now(): Date;
};

export type PageRequest = {
  method: 'GET' | 'POST';
  /** Below the app's own address, decoded: ['customers', '12', 'edit']. */
  segments: string[];
  query: URLSearchParams;
  /** A form's fields; a name that comes more than once is a list. */
  body: Input;
  /** Path and query as the browser shows them. */
  url: string;
  theme: Theme | undefined;
  /** Undefined where nobody but the owner comes. */
  visitor?: Visitor | undefined;
  /** News left by the request before this one. */
  toasts: Toast[];
  /** Id of the element that htmx will replace; undefined for whole pages. */
  part: string | undefined;
};

export type PageResponse =
  | { kind: 'page'; status: number; page: VNode }
  /** A fragment for htmx. `url` corrects what the address bar shows. */
  | { kind: 'part'; status: number; part: VNode; url?: string | undefined }
  /** After a change: to a page, with news to show there. */
  | { kind: 'redirect'; to: string; toasts: Toast[] }
  | { kind: 'file'; name: string; type: string; chunks: AsyncIterable<string> };

/** Everything that a page of one app needs. */
export type Context = {
  db: Database;
  app: App;
  now: Date;
  request: PageRequest;
};

/** The one value of a form field, whatever it was sent as. */
export function single(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value[value.length - 1] : value) ?? '';
}
