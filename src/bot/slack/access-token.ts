/** One workspace, or one organisation, by the token in SLACK_BOT_TOKEN. */
import { webApi } from '@slack/bolt';
import { FactotumError } from '../../errors.ts';
import { type Access, createClient, notInstalled, teamOf } from './access.ts';

/** Whom the token belongs to, as Slack says. */
type Identity = {
  teamId: string;
  team: string;
  enterpriseId: string | undefined;
  isOrganisation: boolean;
  botUserId: string;
  botId: string;
};
export type TokenAccess = Access & {
  /**
   * @throws NOT_READY when Slack refuses the token
   * @throws UPSTREAM (transient) when Slack is not reached
   */
  identity(): Promise<Identity>;
};

export function createTokenAccess(
  token: string,
  options: webApi.WebClientOptions = {},
): TokenAccess {
  const client = createClient(token, options);
  let known: Promise<Identity> | undefined;
  const identity = () => {
    known ??= ask(client).catch((error) => {
      known = undefined;
      throw error;
    });
    return known;
  };
  return {
    identity,
    async authorize({ teamId, enterpriseId }) {
      const own = await identity();
      const isOurs = own.isOrganisation ? enterpriseId === own.enterpriseId : teamId === own.teamId;
      if (!isOurs) throw notInstalled('the token is of another one');
      const { botUserId, botId } = own;
      return {
        botToken: token,
        botUserId,
        botId,
        teamId: teamId ?? own.teamId,
        ...(own.enterpriseId ? { enterpriseId: own.enterpriseId } : {}),
      };
    },
    async clientFor(workspaceId) {
      const own = await identity();
      if (own.isOrganisation) return createClient(token, options, teamOf(workspaceId));
      if (teamOf(workspaceId) !== own.teamId) throw notInstalled('the token is of another one');
      return client;
    },
    async revoke() {
      // The next use asks Slack anew.
      known = undefined;
    },
  };
}

async function ask(client: webApi.WebClient): Promise<Identity> {
  try {
    const found = await client.auth.test();
    return {
      teamId: found.team_id ?? '',
      team: found.team ?? found.team_id ?? 'Slack',
      enterpriseId: found.enterprise_id || undefined,
      isOrganisation: found.is_enterprise_install ?? false,
      botUserId: found.user_id ?? '',
      botId: found.bot_id ?? '',
    };
  } catch (cause) {
    if (!(cause instanceof webApi.WebAPIPlatformError))
      throw new FactotumError('UPSTREAM', 'Slack is not reached.', { cause, transient: true });
    const { error } = cause.data;
    if (isRefusal(error)) throw notInstalled(error);
    throw new FactotumError('UPSTREAM', `Slack answers ${error}.`, { cause, transient: true });
  }
}

const isRefusal = (error: string): boolean =>
  ['invalid_auth', 'not_authed', 'account_inactive', 'token_revoked', 'token_expired'].includes(
    error,
  ) || error === 'team_access_not_granted';
