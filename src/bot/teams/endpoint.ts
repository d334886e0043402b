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
  site.use(path, (_, response, next) => {
    if (isShut) response.sendStatus(503);
    else next();
  });
  site.post(path, express.json({ limit: bodyLimit }), async (incoming, response) => {
    if (gate.isLocal && !isFromHere(incoming)) return void response.sendStatus(403);
    const why = refusalOf(incoming.body, gate);
    if (why !== undefined) {
      log.warn('teams.refused', { why });
      return void response.sendStatus(403);
    }
    return wire.take(incoming, response, hear);
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
      const asked = new URL(request.url ?? '/', 'http://local').pathname;
      if (asked === path || asked === tabPath) site(request, response);
      else next();
    },
    shut() {
      isShut = true;
    },
  };
}

/** A tunnel or proxy speaks from this machine as well, but says for whom, or calls us by another name. */
function isFromHere({ headers, socket, hostname }: express.Request): boolean {
  const isForwarded = Object.keys(headers).some((name) => /^(x-)?forwarded/.test(name));
  const isNear = /^(::ffff:)?127\.|^::1$/.test(socket.remoteAddress ?? '');
  return isNear && !isForwarded && ['127.0.0.1', 'localhost', '[::1]', '::1'].includes(hostname);
}
