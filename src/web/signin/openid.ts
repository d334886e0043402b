/** The OpenID Connect authorization code flow with one provider. The only file that names the library. */
import {
  AuthorizationResponseError,
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  enableNonRepudiationChecks,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import type { Claims, IdentityProvider } from '../../bot/identity.ts';
import { FactotumError } from '../../errors.ts';

/** What one sign-in is recognised by when it comes back. */
type Secrets = {
  state: string;
  nonce: string;
  /** Of PKCE; absent where the provider does not do it. */
  verifier?: string | undefined;
};

export type OpenId = {
  /**
   * @returns the address at the provider to which the browser goes
   * @throws UPSTREAM (transient) when the provider is not reached
   */
  begin(): Promise<{ url: URL; secrets: Secrets }>;
  /**
   * Exchanges the code in the address that the browser came back to.
   * @returns the claims of the ID token: issuer, audience, signature, time and nonce are checked
   * @throws FORBIDDEN when the person said no, or the answer is not one to what was asked
   * @throws UPSTREAM (transient) when the provider is not reached
   */
  finish(address: URL, secrets: Secrets): Promise<Claims>;
};

/** In seconds; a person waits. */
const timeout = 10;

/** @param redirectUri as it is entered at the provider */
export function createOpenId(provider: IdentityProvider, redirectUri: string): OpenId {
  const { label, issuer, clientId, clientSecret, scope, pkce } = provider;
  let known: Promise<Configuration> | undefined;
  const configure = (): Promise<Configuration> => {
    known ??= discovery(new URL(issuer), clientId, undefined, ClientSecretPost(clientSecret), {
      timeout,
      execute: [
        // The token comes over TLS from the provider; its signature is checked all the same.
        enableNonRepudiationChecks,
        ...(issuer.startsWith('http://') ? [allowInsecureRequests] : []),
      ],
    }).catch((cause) => {
      known = undefined;
      throw unreached(label, cause);
    });
    return known;
  };
  return {
    async begin() {
      const configuration = await configure();
      const hasPkce = pkce === 'always' || configuration.serverMetadata().supportsPKCE();
      const verifier = hasPkce ? randomPKCECodeVerifier() : undefined;
      const secrets = { state: randomState(), nonce: randomNonce(), verifier };
      const url = buildAuthorizationUrl(configuration, {
        ...{ redirect_uri: redirectUri, scope, state: secrets.state, nonce: secrets.nonce },
        ...(verifier && {
          code_challenge: await calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
        }),
      });
      return { url, secrets };
    },
    async finish(address, { state, nonce, verifier }) {
      const configuration = await configure();
      try {
        const tokens = await authorizationCodeGrant(configuration, address, {
          ...{ expectedState: state, expectedNonce: nonce, idTokenExpected: true },
          ...(verifier && { pkceCodeVerifier: verifier }),
        });
        return { ...tokens.claims() };
      } catch (cause) {
        if (isUnreached(cause)) throw unreached(label, cause);
        const isNo = cause instanceof AuthorizationResponseError && cause.error === 'access_denied';
        throw new FactotumError(
          'FORBIDDEN',
          isNo
            ? `${label} was told not to say who you are. Sign in again if that was not meant.`
            : `What came back from ${label} is not the answer to this sign-in. Sign in again.`,
          { cause: explained(cause) },
        );
      }
    },
  };
}

/** What the library and the provider say about it, the outermost first; a provider's words only if they are a code. */
function explain(error: unknown): string[] {
  if (typeof error !== 'object' || error === null) return [];
  const { message, error: code, body, cause } = error as Record<string, unknown>;
  const word = typeof code === 'string' && /^\w{1,60}$/.test(code) ? [code] : [];
  return [
    ...(error instanceof Error ? [String(message)] : []),
    ...word,
    // Slack says what is wrong with 200 and `{"ok":false,"error":"invalid_code"}`.
    ...(body === undefined ? [] : explain(body)),
    ...(error instanceof Error ? explain(cause) : []),
  ];
}

const explained = (cause: unknown) => new Error(explain(cause).join(': '), { cause });

/** A connection that failed, or an answer that took too long: the same sign-in may work a moment later. */
function isUnreached(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, name, cause } = error as Error & { code?: unknown };
  if (name === 'TypeError' && error.message === 'fetch failed') return true;
  return code === 'OAUTH_TIMEOUT' || name === 'TimeoutError' || isUnreached(cause);
}

const unreached = (label: string, cause: unknown) =>
  new FactotumError('UPSTREAM', `${label} is not reached just now. Try again in a moment.`, {
    cause: explained(cause),
    transient: true,
  });
