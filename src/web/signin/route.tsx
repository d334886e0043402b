/**
 * `/signin` with the ways to sign in, `/signin/{provider}` to the provider and `…/callback` back from it,
 * `/signout`. Whoever comes back gets a session for the apps of their workspace, and for nothing else.
 */
import express, { type Request, type Response, type Router } from 'express';
import type { VNode } from 'preact';
import type { IdentityProvider } from '../../bot/identity.ts';
import { listApps } from '../../db/app.ts';
import { systemTransaction, transaction } from '../../db/client.ts';
import { endSession, findSession } from '../../db/session.ts';
import { FactotumError, sentenceOf } from '../../errors.ts';
import { dropToasts } from '../app/flash.ts';
import type { SignIn, Web } from '../context.ts';
import { printDocument } from '../ui/document.tsx';
import { themeOf } from '../ui/theme.tsx';
import { type Attempt, attemptMs, openAttempt, sealAttempt } from './attempt.ts';
import { backPath, signInPath } from './back.ts';
import { type Cookies, createCookies } from './cookie.ts';
import { createOpenId, type OpenId } from './openid.ts';
import { SignedInPage, SignedOutPage, SignInPage } from './page.tsx';
import { enter, sessionMs } from './session.ts';
import { FaultPage, StrangerPage } from './trouble.tsx';

export function signInPages(web: Web, signIn: SignIn): Router {
  const { publicUrl, providers } = signIn;
  const { db, now } = web.bot.engine;
  const cookies = createCookies(publicUrl);
  const router = express.Router();

  router.get(['/signin', '/signin/*rest'], (request, response, next) => {
    // Cookies and the address that providers send people back to are of this one name.
    if (request.headers.host?.toLowerCase() === new URL(publicUrl).host) return next();
    response.redirect(303, publicUrl + pathOf(request, publicUrl));
  });
  router.get('/signin', async (request, response) => {
    const theme = themeOf(request.headers.cookie);
    const token = cookies.read(request, 'session');
    const session = token ? await findSession(db.orm, token, now()) : undefined;
    const back = backPath(request.query['back']);
    if (!session) {
      const hasToken = web.access.token !== undefined;
      return show(response, 200, <SignInPage {...{ theme, providers, back, hasToken }} />);
    }
    const apps = await transaction(db, session, (tx) => listApps(tx));
    show(response, 200, <SignedInPage {...{ theme, session, apps, providers, back }} />);
  });
  for (const provider of providers) addProvider(router, web, signIn, cookies, provider);
  // A form of our own: the guard has seen to it that no other site sent it.
  router.post('/signout', async (request, response) => {
    const token = cookies.read(request, 'session');
    if (token) await systemTransaction(db, (tx) => endSession(tx, token));
    cookies.clear(response, 'session');
    dropToasts(response);
    response.redirect(303, '/signedout');
  });
  router.get('/signedout', (request, response) => {
    show(response, 200, <SignedOutPage theme={themeOf(request.headers.cookie)} />);
  });
  return router;
}

function addProvider(
  router: Router,
  web: Web,
  { publicUrl, keys }: SignIn,
  cookies: Cookies,
  provider: IdentityProvider,
): void {
  const { log, now } = web.bot.engine;
  const path = `/signin/${provider.name}`;
  const redirectUri = `${publicUrl}${path}/callback`;
  const openId: OpenId = createOpenId(provider, redirectUri);

  const fail = (request: Request, response: Response, error: unknown, back?: string) => {
    if (!(error instanceof FactotumError)) throw error;
    const why = error.cause === undefined ? undefined : sentenceOf(error.cause);
    log.warn('signin.refused', { provider: provider.name, error: error.message, why });
    const page = (
      <FaultPage
        theme={themeOf(request.headers.cookie)}
        sentence={error.message}
        signIn={signInPath(back)}
      />
    );
    show(response, error.httpStatus, page);
  };

  /** Their workspace has not let us in; the account may also be another one than they thought. */
  const refuse = (request: Request, response: Response, { back }: Attempt) => {
    const theme = themeOf(request.headers.cookie);
    const signIn = signInPath(backPath(back));
    show(response, 403, <StrangerPage {...{ theme, provider, signIn }} />);
  };

  router.get(path, async (request, response) => {
    const back = backPath(request.query['back']);
    try {
      const { url, secrets } = await openId.begin();
      const begunAt = now().getTime();
      const attempt = { ...secrets, provider: provider.name, back: back ?? '/signin', begunAt };
      cookies.set(response, 'attempt', sealAttempt(keys, attempt), attemptMs);
      response.set('Cache-Control', 'no-store').redirect(303, url.href);
    } catch (error) {
      fail(request, response, error, back);
    }
  });
  router.get(`${path}/callback`, async (request, response) => {
    const sealed = cookies.read(request, 'attempt');
    const attempt = openAttempt(keys, sealed, provider.name, now());
    // Each attempt has one answer, right or wrong.
    cookies.clear(response, 'attempt');
    try {
      if (!attempt)
        throw new FactotumError(
          'FORBIDDEN',
          'This sign-in was not begun in this browser, is over already, or took more than ten minutes. Sign in again.',
        );
      const address = new URL(redirectUri);
      address.search = new URL(pathOf(request, publicUrl), publicUrl).search;
      const claims = await openId.finish(address, attempt);
      const before = cookies.read(request, 'session');
      const token = await enter(web.bot.engine, provider, { claims, attempt, before });
      if (token === undefined) return refuse(request, response, attempt);
      cookies.set(response, 'session', token, sessionMs);
      response.set('Cache-Control', 'no-store').redirect(303, attempt.back);
    } catch (error) {
      fail(request, response, error, backPath(attempt?.back));
    }
  });
}

/** Path and query, whatever form the request line had. */
function pathOf({ originalUrl }: Request, base: string): string {
  const { pathname, search } = new URL(originalUrl, base);
  return pathname + search;
}

function show(response: Response, status: number, page: VNode): void {
  response.status(status).set('Cache-Control', 'no-store').type('html').send(printDocument(page));
}
