/**
 * Who somebody is, as a platform vouches for it by OpenID Connect. A platform is one entry of data;
 * the conversation with it is the same for all (`web/signin`).
 */
import type { Tx } from '../db/tx.ts';

/** What a verified ID token says: whatever the platform put there. */
export type Claims = Record<string, unknown>;

/** Somebody, as the platform's channel names them and their workspace. */
type Identity = {
  workspaceId: string;
  /** The organisation that the workspace is part of, as the platform names it. */
  organisation: string | undefined;
  personId: string;
  name: string;
};

export type IdentityProvider = {
  /** In addresses: lower case, `/signin/<name>`. */
  name: string;
  /** For people: "Sign in with …". */
  label: string;
  /** Where it publishes its endpoints and keys; with http:// only for servers on this machine. */
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** What is asked for, with spaces between. */
  scope: string;
  /** Whether codes are bound to us by PKCE always, or where the platform announces that it can. */
  pkce: 'always' | 'announced';
  /** Undefined when the claims do not name a workspace and a person. */
  identityOf(claims: Claims): Identity | undefined;
  /** Whether their workspace has let us in. It stays so until the transaction ends. */
  admit(tx: Tx, identity: Identity): Promise<boolean>;
  /** Our page at which somebody can let us in. */
  installPath: string;
};
