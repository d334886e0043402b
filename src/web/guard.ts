/**
 * Who may talk to this server. Without configuration it listens on this machine only and
 * still checks Host and Origin, because a browser would otherwise let any page on the net
 * reach it (DNS rebinding, cross-site posts). Listening wider needs a token.
 */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';

export type Access = {
  /** Names under which this server is reached, with port: "127.0.0.1:3000". */
  hosts: string[];
  /** Required from everybody when set. */
  token: string | undefined;
};

type Verdict = { status: number; message: string; challenge?: boolean } | undefined;
type Asked = Pick<IncomingMessage, 'method' | 'headers'>;

/**
 * Undefined when the request may pass; else why not. The same for pages, the API and WebSockets.
 * @param options.isShared who comes without a token is not turned away here: the page looks itself who it is
 */
export function refusal(
  request: Asked,
  access: Access,
  options: { isSocket?: boolean; isShared?: boolean } = {},
): Verdict {
  const { host, origin } = request.headers;
  if (!host || !access.hosts.includes(host.toLowerCase())) {
    return {
      status: 421,
      message: `This server answers to ${access.hosts[0]} only. Set PUBLIC_URL if it has another name.`,
    };
  }
  const isSafe = request.method === 'GET' || request.method === 'HEAD';
  if ((!isSafe || options.isSocket) && origin !== undefined && !isOwn(origin, access.hosts)) {
    return { status: 403, message: 'Requests from other sites are not accepted.' };
  }
  // Browsers say where a request comes from even when they leave out Origin.
  const site = request.headers['sec-fetch-site'];
  if (
    !isSafe &&
    origin === undefined &&
    site !== undefined &&
    site !== 'same-origin' &&
    site !== 'none'
  ) {
    return { status: 403, message: 'Requests from other sites are not accepted.' };
  }
  const isLetThrough = options.isShared && request.headers.authorization === undefined;
  if (!isLetThrough && !isOwner(request, access)) {
    return {
      status: 401,
      message:
        'A token is needed: send it as “Authorization: Bearer …”, or as the password when the browser asks.',
      challenge: true,
    };
  }
  return undefined;
}

function isOwn(origin: string, hosts: string[]): boolean {
  if (!URL.canParse(origin)) return false;
  return hosts.includes(new URL(origin).host.toLowerCase());
}

/** Whether it comes from whoever runs the server: who has its token, or anybody where it has none. */
export const isOwner = (request: Asked, { token }: Access): boolean =>
  token === undefined || carries(request, token);

/** As a bearer token from programs, or as the password of HTTP Basic from browsers. */
function carries(request: Asked, token: string): boolean {
  const [scheme = '', value = ''] = (request.headers.authorization ?? '').split(' ');
  if (scheme.toLowerCase() === 'bearer') return isSame(value, token);
  if (scheme.toLowerCase() !== 'basic') return false;
  const [, ...password] = Buffer.from(value, 'base64').toString('utf8').split(':');
  return isSame(password.join(':'), token);
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Programs get errors as JSON, people as a sentence. */
export const isApi = (path: string) => /^\/api(?:\/|$)/i.test(path);

/** Pages of which some belong to people who sign in, and what those pages are made of. */
const isShared = (path: string) =>
  /^\/(?:apps|assets|signin|signout|signedout)(?:\/|$)/i.test(path);

/** @param canSignIn whether people without the token can show who they are */
export function guard(access: () => Access, canSignIn = false): RequestHandler {
  return (request, response, next) => {
    // Whether the process lives is no secret, and load balancers know no token.
    if (request.path === '/healthz') return next();
    const refused = refusal(request, access(), { isShared: canSignIn && isShared(request.path) });
    if (!refused) return next();
    if (refused.challenge) response.set('WWW-Authenticate', 'Basic realm="Factotum"');
    response.status(refused.status);
    const { message } = refused;
    if (isApi(request.path)) response.json({ error: { code: 'FORBIDDEN', message } });
    else response.type('text/plain').send(`${message}\n`);
  };
}
