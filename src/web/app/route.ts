/** The pages of generated apps, mounted at /apps. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import express, { type Request, type Response, type Router } from 'express';
import type { Input } from '../../apps/record.ts';
import { printDocument, printPart } from '../ui/document.tsx';
import { themeOf } from '../ui/theme.tsx';
import { Toasts } from '../ui/toast.tsx';
import { visitorOf } from '../visitor.ts';
import { answer } from './answer.tsx';
import { leaveToasts, takeToasts } from './flash.ts';
import { missingApp, trouble } from './missing.tsx';
import type { PageDeps, PageRequest, PageResponse } from './request.ts';

/** Routes of every app. Forms are protected against other sites by the check that stands in front. */
export function appPages(deps: PageDeps): Router {
  const router = express.Router();
  router.use(express.urlencoded({ extended: false, limit: '1mb', parameterLimit: 2000 }));
  router.all(['/:slug', '/:slug/*rest'], async (request, response, next) => {
    if (!['GET', 'HEAD', 'POST'].includes(request.method)) return next();
    const page = readRequest(request, response);
    try {
      await send(response, page, await answerSlug(deps, String(request.params['slug']), page));
    } catch (error) {
      if (response.headersSent) return next(error);
      // The person is told here; whoever writes the log finds the error in `locals`.
      response.locals['error'] = error;
      await send(response, page, trouble(page, error));
    }
  });
  return router;
}

/**
 * Renders one page of a building or live app without HTTP.
 * @param path as in the address bar: `/apps/<slug>/customers?q=ana`
 */
export async function renderAppPage(
  deps: PageDeps,
  path: string,
): Promise<{ status: number; body: string }> {
  const url = new URL(path, 'http://localhost');
  const [, , slug = '', ...segments] = url.pathname.split('/').map(decodeSegment);
  const answered = await answerSlug(deps, slug, {
    method: 'GET',
    segments: segments.filter(Boolean),
    query: url.searchParams,
    body: {},
    url: url.pathname + url.search,
    theme: undefined,
    toasts: [],
    part: undefined,
  });
  if (answered.kind === 'page')
    return { status: answered.status, body: printDocument(answered.page) };
  if (answered.kind === 'part') return { status: answered.status, body: printPart(answered.part) };
  if (answered.kind === 'redirect') return { status: 303, body: '' };
  let body = '';
  for await (const chunk of answered.chunks) body += chunk;
  return { status: 200, body };
}

async function answerSlug(
  deps: PageDeps,
  slug: string,
  request: PageRequest,
): Promise<PageResponse> {
  const app = await deps.findApp(slug, request.visitor);
  if (!app || app.status === 'removed') return missingApp(request);
  return answer({ db: deps.db, app, now: deps.now(), request });
}

function readRequest(request: Request, response: Response): PageRequest {
  const url = new URL(request.originalUrl, 'http://localhost');
  const isPart = request.headers['hx-request'] === 'true';
  const segments = request.path.split('/').slice(2).map(decodeSegment).filter(Boolean);
  return {
    method: request.method === 'POST' ? 'POST' : 'GET',
    segments,
    query: url.searchParams,
    body: { ...(request.body as Input | undefined) },
    url: url.pathname + url.search,
    theme: themeOf(request.headers.cookie),
    visitor: visitorOf(response),
    toasts: isPart ? [] : takeToasts(request, response),
    part: isPart ? (request.get('HX-Target') ?? '').replace(/^[^#]*#/, '') : undefined,
  };
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

async function send(
  response: Response,
  request: PageRequest,
  answered: PageResponse,
): Promise<void> {
  // One address gives pages and parts; the back button must not mistake one for the other.
  // Pages of somebody who signs out are not for whoever sits there next.
  const kept = request.visitor?.session ? 'no-store' : 'private, no-cache';
  response.set({ 'Cache-Control': kept, Vary: 'HX-Request, HX-Target, Cookie' });
  switch (answered.kind) {
    case 'page':
      if (request.part !== undefined && answered.status >= 400) {
        // A whole page does not fit into the part that htmx wanted: say it in a toast, change nothing.
        const news = Toasts({
          toasts: [{ kind: 'refused', text: sentenceFor(answered.status) }],
          part: true,
        });
        response
          .status(answered.status)
          .set('HX-Reswap', 'none')
          .type('html')
          .send(printPart(news));
        return;
      }
      response.status(answered.status).type('html').send(printDocument(answered.page));
      return;
    case 'part':
      if (answered.url) response.set('HX-Replace-Url', answered.url);
      response.status(answered.status).type('html').send(printPart(answered.part));
      return;
    case 'redirect':
      leaveToasts(response, answered.toasts);
      response.redirect(303, answered.to);
      return;
    case 'file':
      response.type(answered.type).attachment(answered.name);
      await pipeline(Readable.from(answered.chunks), response);
  }
}

function sentenceFor(status: number): string {
  if (status === 404) return 'This is no longer there. Reload the page to see what is.';
  return status === 503
    ? 'The database does not answer just now. Reload the page in a moment to see what was saved.'
    : 'Something went wrong on our side, and nothing was changed. Try again in a moment.';
}
