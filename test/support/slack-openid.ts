/**
 * "Sign in with Slack" on this machine: `oidc-provider`, at Slack's paths and with Slack's claims. Who signs in
 * is decided by the test, in place of Slack's own pages.
 */
import { generateKeyPairSync } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import Provider from 'oidc-provider';

export type Account = {
  team: string;
  user: string;
  name?: string;
  organisation?: string;
};
export type SlackOpenId = ReturnType<typeof slackOpenId>;

const claimOf = (name: string) => `https://slack.com/${name}`;

/** @param issuer the address of the server that hands its requests on to `handle` */
export function slackOpenId(
  issuer: string,
  client: { id: string; secret: string; redirectUri: string },
) {
  /** Who answers at Slack's pages; undefined says no. */
  let next: Account | undefined;
  let hasPkce = true;
  const accounts = new Map<string, Account>();
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        redirect_uris: [client.redirectUri],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }] },
    claims: {
      openid: ['sub', claimOf('team_id'), claimOf('user_id'), claimOf('enterprise_id')],
      profile: ['name'],
    },
    // Slack puts all of it into the ID token.
    conformIdTokenClaims: false,
    pkce: { required: () => false },
    routes: {
      authorization: '/openid/connect/authorize',
      token: '/api/openid.connect.token',
      jwks: '/openid/connect/keys',
      userinfo: '/api/openid.connect.userInfo',
    },
    cookies: { keys: ['keys of the tests'] },
    ttl: {
      AuthorizationCode: 60,
      IdToken: 60,
      Session: 60,
      Interaction: 60,
      Grant: 60,
      AccessToken: 60,
    },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    async loadExistingGrant({ oidc }) {
      const grant = new provider.Grant({
        clientId: oidc.client?.clientId ?? '',
        accountId: oidc.session?.accountId ?? '',
      });
      grant.addOIDCScope('openid profile');
      await grant.save();
      return grant;
    },
    async findAccount(_context, id) {
      const account = accounts.get(id);
      return (
        account && {
          accountId: id,
          claims: async () => ({
            sub: id,
            [claimOf('team_id')]: account.team,
            [claimOf('user_id')]: account.user,
            ...(account.organisation ? { [claimOf('enterprise_id')]: account.organisation } : {}),
            ...(account.name ? { name: account.name } : {}),
          }),
        }
      );
    },
  });
  provider.use(async (context, proceed) => {
    await proceed();
    if (!hasPkce && context.path.endsWith('/openid-configuration'))
      delete (context.body as Record<string, unknown>)['code_challenge_methods_supported'];
  });
  const callback = provider.callback();
  return {
    /** The next one who comes to Slack's pages is signed in there, or says no. */
    answer(account: Account | undefined) {
      next = account;
    },
    /** As Slack's discovery document is: PKCE is not in it. */
    hidePkce() {
      hasPkce = false;
    },
    owns: (path: string) => /^\/(openid|interaction|\.well-known|api\/openid\.)/.test(path),
    async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
      if (!request.url?.startsWith('/interaction/')) {
        callback(request, response);
        return;
      }
      const id = `${next?.team}-${next?.user}`;
      if (next) accounts.set(id, next);
      await provider.interactionFinished(
        request,
        response,
        next ? { login: { accountId: id, remember: false } } : { error: 'access_denied' },
      );
    },
  };
}
