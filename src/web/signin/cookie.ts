/** The two cookies of the sign-in: the session's token, and the attempt that is under way. */
import type { CookieOptions, Request, Response } from 'express';
import { readCookie } from '../ui/cookie.ts';

type Kind = 'session' | 'attempt';
export type Cookies = {
  read(request: Request, kind: Kind): string | undefined;
  /** @param maxAge in milliseconds */
  set(response: Response, kind: Kind, value: string, maxAge: number): void;
  clear(response: Response, kind: Kind): void;
};

const names: Record<Kind, string> = { session: 'session', attempt: 'signin' };

/**
 * Over https their names have the prefix that browsers let nobody but this very host set.
 * @param publicUrl the address under which people come
 */
export function createCookies(publicUrl: string): Cookies {
  const secure = publicUrl.startsWith('https:');
  const nameOf = (kind: Kind) => (secure ? `__Host-${names[kind]}` : names[kind]);
  // Lax: they come along when somebody follows a link from Slack, not when another site posts a form.
  const options: CookieOptions = { httpOnly: true, secure, sameSite: 'lax', path: '/' };
  return {
    read: (request, kind) => readCookie(request.headers.cookie, nameOf(kind)),
    set(response, kind, value, maxAge) {
      response.cookie(nameOf(kind), value, { ...options, maxAge });
    },
    clear(response, kind) {
      response.clearCookie(nameOf(kind), options);
    },
  };
}
