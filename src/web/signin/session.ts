/** From what a provider says to a session: once for each sign-in, and only for workspaces that let us in. */
import type { Claims, IdentityProvider } from '../../bot/identity.ts';
import { claim } from '../../db/claim.ts';
import { systemTransaction } from '../../db/client.ts';
import { endSession, startSession } from '../../db/session.ts';
import type { Engine } from '../../engine/context.ts';
import { FactotumError } from '../../errors.ts';
import { type Attempt, claimOf } from './attempt.ts';

/** How long somebody stays signed in. */
export const sessionMs = 7 * 24 * 3_600_000;

type Answer = {
  claims: Claims;
  attempt: Attempt;
  /** The token that the browser had before; its session ends. */
  before: string | undefined;
};

/**
 * @returns the token of a new session, whatever the browser had before; undefined when their workspace has
 *   not let us in
 * @throws FORBIDDEN when nobody is named, or the answer was used before
 */
export async function enter(
  { db, now }: Pick<Engine, 'db' | 'now'>,
  provider: IdentityProvider,
  { claims, attempt, before }: Answer,
): Promise<string | undefined> {
  const { name, label } = provider;
  const identity = provider.identityOf(claims);
  if (!identity)
    throw new FactotumError(
      'FORBIDDEN',
      `${label} did not say of which workspace you are. Sign in again with an account of a workspace.`,
    );
  const { workspaceId, personId: person } = identity;
  return systemTransaction(db, async (tx) => {
    if (!(await claim(tx, workspaceId, claimOf(attempt))))
      throw new FactotumError('FORBIDDEN', 'This sign-in was used already. Sign in again.');
    if (!(await provider.admit(tx, identity))) return undefined;
    if (before) await endSession(tx, before);
    const expiresAt = new Date(now().getTime() + sessionMs);
    const session = { workspaceId, person, name: identity.name, provider: name, expiresAt };
    return startSession(tx, session);
  });
}
