/**
 * Who signs what comes from Teams, on this machine: keys of its own, published as the Bot Framework publishes its
 * own. Source: "Authenticate requests from the Bot Connector service", learn.microsoft.com/azure/bot-service.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type CryptoKey,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWTHeaderParameters,
  SignJWT,
} from 'jose';

type Head = JWTHeaderParameters;

const issuer = 'https://api.botframework.com';

/** What a token says; undefined leaves a claim out. */
export type Claims = {
  aud?: unknown;
  iss?: string | undefined;
  serviceurl?: string | undefined;
  /** Seconds from now. */
  exp?: number;
  nbf?: number;
  [claim: string]: unknown;
};
export type SignedBy = {
  key?: CryptoKey | Uint8Array;
  header?: { alg?: string; kid?: string | undefined };
};

/**
 * @param appId for whom tokens are, unless they say otherwise
 * @param serviceUrl of what is signed, unless it says otherwise
 */
export async function startTeamsSigner(appId: string, serviceUrl: string) {
  const pair = await generateKeyPair('RS256', { extractable: true });
  const stranger = await generateKeyPair('RS256');
  const published = await exportJWK(pair.publicKey);
  const keys = [
    { ...published, kid: 'teams', use: 'sig', endorsements: ['msteams'] },
    // The same key, but not to be believed about Teams.
    { ...published, kid: 'webchat', use: 'sig', endorsements: ['webchat'] },
  ];
  const asked: string[] = [];
  let broken: number | 'hang' | undefined;

  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    if (broken === 'hang') return;
    const body =
      path === '/keys' ? { keys } : { issuer, jwks_uri: `${url}/keys`, authorization_endpoint: '' };
    response
      .writeHead(broken ?? 200, { 'content-type': 'application/json' })
      .end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    openIdMetadataUrl: `${url}/.well-known/openidconfiguration`,
    issuer,
    appId,
    /** What the program signs its own requests with. */
    ourToken: 'our-token',
    /** The paths that were asked for. */
    asked,
    /** A key that is not published. */
    strangerKey: stranger.privateKey,
    /** The published key as text, as somebody may misuse it for a secret. */
    publicText: await exportSPKI(pair.publicKey),
    /** It answers with this status, or not at all; undefined is in order again. */
    breakDown(how: typeof broken) {
      broken = how;
    },
    token(claims: Claims = {}, { key = pair.privateKey, header = {} }: SignedBy = {}) {
      const now = Math.floor(Date.now() / 1000);
      const { exp = 3_600, nbf = -60, ...others } = claims;
      const said = { aud: appId, iss: issuer, serviceurl: serviceUrl, ...others };
      return new SignJWT({ ...said, exp: now + exp, nbf: now + nbf } as Record<string, unknown>)
        .setProtectedHeader({ ...{ alg: 'RS256', kid: 'teams', typ: 'JWT' }, ...header } as Head)
        .sign(key);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
export type TeamsSigner = Awaited<ReturnType<typeof startTeamsSigner>>;
