/** Who looks at a page: whoever runs the server, somebody of a workspace that is signed in, or both in one. */
import type { Response } from 'express';
import type { Session } from '../db/session.ts';

export type Visitor = {
  /** By the server's token, or by being at the machine of a server that has none. */
  isOwner: boolean;
  session: Session | undefined;
  /** Where to sign in and come back; undefined where nobody can. */
  signIn: string | undefined;
};

/** Left by the middleware in front of the pages. @returns undefined where nobody but the owner is let through */
export const visitorOf = (response: Response): Visitor | undefined =>
  response.locals['visitor'] as Visitor | undefined;

export function setVisitor(response: Response, visitor: Visitor): void {
  response.locals['visitor'] = visitor;
}
