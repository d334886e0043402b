/** Slack as a whole: the ways in, who let us in, the listeners, and the channel that the cards go out by. */
import { App, type Receiver, type webApi } from '@slack/bolt';
import { forgetClaims } from '../../db/claim.ts';
import { systemTransaction } from '../../db/client.ts';
import { ensureWorkspace, setOrganisation } from '../../db/workspace.ts';
import type { Engine } from '../../engine/context.ts';
import { FactotumError } from '../../errors.ts';
import type { SealKeys } from '../../seal.ts';
import { createBackground } from '../background.ts';
import type { Bot, Channel } from '../bot.ts';
import type { IdentityProvider } from '../identity.ts';
import { type Access, isStranger, workspaceIdOf } from './access.ts';
import { createInstalledAccess } from './access-installed.ts';
import { createTokenAccess, type TokenAccess } from './access-token.ts';
import { createSlackChannel } from './channel.ts';
import { slack as channelName, type SlackContext } from './context.ts';
import { createHttp, type Mount } from './http.ts';
import { createSlackIdentity } from './identity.ts';
import { register } from './listen/index.ts';
import { createLogger } from './logger.ts';
import { renderCard } from './render.ts';
import { createSocket } from './socket.ts';

export type SlackSettings = {
  botToken: string | undefined;
  appToken: string | undefined;
  signingSecret: string | undefined;
  /** For many workspaces. */
  oauth: { clientId: string; clientSecret: string; keys: SealKeys; publicUrl: string } | undefined;
  defaults: SlackContext['defaults'];
  /** The address of Slack's Web API, when it is not that of slack.com. */
  apiUrl: string | undefined;
};

export type Slack = {
  channel: Channel;
  access: Access;
  /** How people of many workspaces sign in to their pages. */
  identity: IdentityProvider | undefined;
  /**
   * Takes what Slack sends from now on.
   * @returns for the web server, before its guard
   */
  open(bot: Bot, address: string): Promise<Mount>;
  /** The one workspace of SLACK_BOT_TOKEN; undefined for many, and while Slack is not reached. */
  home(): Promise<string | undefined>;
  /** Forgets deliveries that Slack does not repeat any more. */
  sweep(): Promise<void>;
  close(): Promise<void>;
};

/** Slack repeats a delivery for up to a day. */
const claimMs = 3 * 24 * 3_600_000;

/** @param baseUrl where our own pages are, without a trailing slash: links on cards lead there */
export function createSlack(engine: Engine, settings: SlackSettings, baseUrl: () => string): Slack {
  const { db, log, now } = engine;
  const { botToken, appToken, oauth, apiUrl } = settings;
  const options: webApi.WebClientOptions = apiUrl ? { slackApiUrl: apiUrl } : {};
  const byToken = botToken ? createTokenAccess(botToken, options) : undefined;
  const installed = oauth
    ? createInstalledAccess({ db, keys: oauth.keys, now, defaults: settings.defaults, options })
    : undefined;
  const access = byToken ?? installed?.access;
  if (!access) throw new FactotumError('INVALID', 'Slack needs a token or a client id.');
  const background = createBackground(log, channelName);
  const channel = createSlackChannel({
    db,
    log,
    now,
    clientFor: access.clientFor,
    render: (posted, { ring }) => renderCard(posted, { baseUrl: baseUrl(), ring }),
    revoke: (workspaceId) => access.revoke(workspaceId, 'tokens_revoked', now()),
  });
  const stops: (() => Promise<unknown>)[] = [];

  return {
    channel,
    access,
    identity: oauth && createSlackIdentity({ ...oauth, apiUrl, defaults: settings.defaults }),
    async open(bot, address) {
      if (byToken) await introduce(engine, byToken, settings);
      const context: SlackContext = {
        ...{ bot, access, background },
        defaults: settings.defaults,
        baseUrl: address,
      };
      const { mount, receiver } = createHttp({
        log,
        now,
        signingSecret: appToken ? undefined : settings.signingSecret,
        options,
        oauth: oauth &&
          installed && {
            ...oauth,
            store: installed.store,
            ...(apiUrl ? { authorizationUrl: new URL('/oauth/v2/authorize', apiUrl).href } : {}),
          },
      });
      const socket = appToken ? createSocket(appToken, log, options) : undefined;
      listen(socket?.receiver ?? receiver, context, engine, options);
      if (socket) {
        stops.push(() => socket.stop());
        await socket.start();
      }
      return mount;
    },
    async home() {
      const own = await byToken?.identity().catch(() => undefined);
      return own && !own.isOrganisation ? workspaceIdOf(own.teamId) : undefined;
    },
    async sweep() {
      const before = new Date(now().getTime() - claimMs);
      await systemTransaction(db, (tx) => forgetClaims(tx, before));
    },
    async close() {
      for (const stop of stops.splice(0)) await stop();
      await background.settle();
    },
  };
}

function listen(
  receiver: Receiver,
  context: SlackContext,
  { log }: Engine,
  options: webApi.WebClientOptions,
): void {
  const app = new App({
    receiver,
    authorize: (source) => context.access.authorize(source),
    logger: createLogger(log),
    clientOptions: options,
    // Nothing is kept per conversation in memory: the database has it.
    convoStore: false,
  });
  app.error(async (error) => {
    if (isStranger(error)) log.warn('slack.stranger', { error: error.message });
    // Whoever delivered is told, and delivers again.
    else throw error;
  });
  register(app, context);
}

/**
 * The workspace of the token, with the name that Slack gives it.
 * @throws NOT_READY when Slack refuses the token; when it is only not reached, it is asked again later
 */
async function introduce(
  { db, log }: Engine,
  access: TokenAccess,
  { defaults }: SlackSettings,
): Promise<void> {
  try {
    const { teamId, team, enterpriseId, isOrganisation } = await access.identity();
    if (isOrganisation) return;
    await systemTransaction(db, async (tx) => {
      const id = workspaceIdOf(teamId);
      await ensureWorkspace(tx, { id, kind: 'slack', name: team, ...defaults });
      if (enterpriseId) await setOrganisation(tx, id, enterpriseId);
    });
  } catch (error) {
    if (!(error instanceof FactotumError)) throw error;
    if (error.code === 'FORBIDDEN')
      throw new FactotumError(
        'NOT_READY',
        'Slack does not accept SLACK_BOT_TOKEN. Copy the Bot User OAuth Token again from OAuth & Permissions on the page of your app at api.slack.com/apps.',
        { cause: error },
      );
    log.warn('slack.unreached', { error: error.message });
  }
}
