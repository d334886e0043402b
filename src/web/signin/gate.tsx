/** In front of the pages of apps: finds out who comes, and sends strangers to the sign-in. */
import express, { type Request, type RequestHandler } from 'express';
import { findSession } from '../../db/session.ts';
import type { SignIn, Web } from '../context.ts';
import { isOwner } from '../guard.ts';
import { printDocument } from '../ui/document.tsx';
import { localPath, themeOf } from '../ui/theme.tsx';
import { setVisitor } from '../visitor.ts';
import { backPath, signInPath } from './back.ts';
import { createCookies } from './cookie.ts';
import { type Unsent, UnsentPage } from './trouble.tsx';

/** Nobody is asked anything where nobody can sign in: there the guard lets only the owner through. */
export function gate(web: Web, signIn: SignIn | undefined): RequestHandler {
  if (!signIn) return (_request, _response, next) => next();
  const { db, now } = web.bot.engine;
  const cookies = createCookies(signIn.publicUrl);
  return async (request, response, next) => {
    const token = cookies.read(request, 'session');
    const session = token ? await findSession(db.orm, token, now()) : undefined;
    const owner = isOwner(request, web.access);
    // What htmx asks for is a part; the page that it is on is what to come back to.
    const asked = request.get('HX-Current-URL') ?? request.originalUrl;
    const path = URL.canParse(asked) ? asked.replace(new URL(asked).origin, '') : asked;
    const there = signIn.publicUrl + signInPath(backPath(path));
    if (session || owner) {
      setVisitor(response, { isOwner: owner, session, signIn: there });
      return next();
    }
    response.set('Cache-Control', 'no-store');
    if (request.headers['hx-request'] === 'true')
      response.status(401).set('HX-Redirect', there).end();
    else if (request.method === 'GET' || request.method === 'HEAD') response.redirect(303, there);
    else
      readForm(request, response, (error) => {
        if (error) return next(error);
        const unsent = unsentOf(request);
        const page = (
          <UnsentPage
            theme={themeOf(request.headers.cookie)}
            signIn={signInPath(undefined)}
            unsent={unsent}
          />
        );
        response.status(401).type('html').send(printDocument(page));
      });
  };
}

/** Smaller than what the pages themselves take: anybody may send it. */
const readForm = express.urlencoded({ extended: false, limit: '200kb', parameterLimit: 500 });

/** The guard has seen to it that it came from a page of ours. */
function unsentOf({ body, originalUrl }: Request): Unsent {
  const given: Record<string, string | string[]> = body ?? {};
  const fields = Object.entries(given).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name, String(one)]),
  );
  return { action: localPath(originalUrl), fields };
}
