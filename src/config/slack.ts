/** Slack's settings together. */
import { invalid } from '../errors.ts';
import type { SealKeys } from '../seal.ts';
import type { Environment } from './environment.ts';

/** How Slack is reached; undefined when nothing of it is set. */
export type SlackConfig = {
  botToken: string | undefined;
  /** Socket Mode; without it Slack's requests come over HTTP. */
  appToken: string | undefined;
  signingSecret: string | undefined;
  /** Many workspaces, each installing the app. */
  oauth: { clientId: string; clientSecret: string; keys: SealKeys; publicUrl: string } | undefined;
  /** Another Slack than slack.com: GovSlack, or one to try things out. */
  apiUrl: string | undefined;
};

/** @throws INVALID on a half-set combination, with what is missing or too much */
export function readSlack(values: Environment): SlackConfig | undefined {
  const {
    SLACK_BOT_TOKEN: botToken,
    SLACK_APP_TOKEN: appToken,
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_CLIENT_ID: clientId,
    SLACK_CLIENT_SECRET: clientSecret,
  } = values;
  const all = [botToken, appToken, signingSecret, clientId, clientSecret];
  if (all.every((value) => value === undefined)) return undefined;
  if (botToken && (clientId ?? clientSecret))
    throw invalid(
      'SLACK_BOT_TOKEN is for one workspace, SLACK_CLIENT_ID and SLACK_CLIENT_SECRET are for many. Unset one or the other.',
    );
  if ((clientId === undefined) !== (clientSecret === undefined))
    throw invalid(
      'SLACK_CLIENT_ID and SLACK_CLIENT_SECRET belong together. Copy both from Basic Information of your Slack app.',
    );
  if (!botToken && !clientId)
    throw invalid(
      'Slack needs SLACK_BOT_TOKEN (the Bot User OAuth Token under OAuth & Permissions of your Slack app), or for many workspaces SLACK_CLIENT_ID and SLACK_CLIENT_SECRET.',
    );
  if (!appToken && !signingSecret)
    throw invalid(
      'Slack needs SLACK_APP_TOKEN (an app-level token with connections:write, for Socket Mode), or SLACK_SIGNING_SECRET where Slack can reach this server. Both are under Basic Information of your Slack app.',
    );
  const apiUrl = values.SLACK_API_URL;
  return { botToken, appToken, signingSecret, oauth: readOAuth(values), apiUrl };
}

function readOAuth(values: Environment): SlackConfig['oauth'] {
  const {
    SLACK_CLIENT_ID: clientId,
    SLACK_CLIENT_SECRET: clientSecret,
    FACTOTUM_ENCRYPTION_KEY: keys,
    PUBLIC_URL: publicUrl,
  } = values;
  if (!clientId || !clientSecret) return undefined;
  if (!keys)
    throw invalid(
      'The tokens of Slack workspaces are kept encrypted only. Set FACTOTUM_ENCRYPTION_KEY; make one with: openssl rand -hex 32',
    );
  if (!publicUrl)
    throw invalid(
      'To be installed from Slack, Factotum must know its own address. Set PUBLIC_URL, for example https://factotum.example.com, and enter PUBLIC_URL/slack/oauth_redirect as a redirect URL of your Slack app.',
    );
  return { clientId, clientSecret, keys, publicUrl: publicUrl.replace(/\/$/, '') };
}
