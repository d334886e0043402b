/**
 * The way in: `POST /api/messages/teams`. It stands before everything that reads bodies, cookies or tokens, and
 * answers nobody who is not proven to be Teams.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import type { Log } from '../../log.ts';
import { type Gate, refusalOf } from './gate.ts';
import { tabPath } from './surface.ts';
import type { Answer, Wire } from './wire.ts';

/** A handler as every HTTP server of Node can call it; `next` is for requests that are not Teams'. */
export type Mount = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

type Deps = {
  log: Log;
  wire: Wire;
  gate: Gate;
  path: string;
  tab: RequestHandler;
  hear(activity: unknown): Promise<Answer>;
};

/** Cards come back whole with a click; the usual limit of 100 kB is too small for some. */
const bodyLimit = '1mb';

export type Endpoint = {
  mount: Mount;
  /** Nothing is taken any more. */
  shut(): void;
};

export function createEndpoint({ log, wire, gate, path, tab, hear }: Deps): Endpoint {
  let isShut = false;
  const site = express();
  site.disable('x-powered-by');
  site.get(tabPath, tab);
  const mayEnter: RequestHandler = (incoming, response, next) => {
    if (isShut) return response.sendStatus(503);
    if (gate.isLocal) return isFromHere(incoming) ? next() : response.sendStatus(403);
    // Before anything is read of what somebody sends who cannot be Teams.
    return incoming.headers.authorization ? next() : response.sendStatus(401);
  };
  site.post(path, mayEnter, express.json({ limit: bodyLimit }), async (incoming, response) => {
    // The gate comes after the proof: who is let in is told to nobody but Teams.
    await wire.take(incoming, response, async (activity) => {
      const why = refusalOf(activity, gate);
      if (why === undefined) return hear(activity);
      log.warn('teams.refused', { why });
      return { status: 403 };
    });
    if (response.statusCode === 401) log.warn('teams.unproven');
  });
  site.all(path, (_, response) => void response.set('Allow', 'POST').sendStatus(405));
  const failed: ErrorRequestHandler = (error, _incoming, response, _next) => {
    const status = Number(error?.status);
    // Of the body: too large, or no JSON. Whoever sent it may be anybody, so nothing more is said.
    if (status >= 400 && status < 500) return void response.sendStatus(status);
    log.error('teams.delivery', error);
    if (!response.headersSent) response.sendStatus(500);
  };
  site.use(failed);
  return {
    mount(request, response, next) {
      // Not as a URL: some of what can be asked for is none.
      const [asked] = request.url?.split('?', 1) ?? [];
      if (asked === path || asked === tabPath) site(request, response);
      else next();
    },
    shut() {
      isShut = true;
    },
  };
}

/** Of what passes on for others, and of pages, which any site can have in a browser here. */
const foreign = /^((x-)?forwarded|via$|x-real-ip$|origin$|[a-z]+-connecting-ip$)/;

/** A tunnel or proxy speaks from this machine as well, but says for whom, or calls us by another name. */
function isFromHere({ headers, socket, hostname }: express.Request): boolean {
  const isForeign = Object.keys(headers).some((name) => foreign.test(name));
  const isNear = /^(::ffff:)?127\.|^::1$/.test(socket.remoteAddress ?? '');
  return isNear && !isForeign && ['127.0.0.1', 'localhost', '[::1]', '::1'].includes(hostname);
}
