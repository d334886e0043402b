/** SLACK_APP_TOKEN: whether Slack lets it open the connection of Socket Mode. */
import { appScopes } from '../surface.ts';
import { callSlack } from './call.ts';
import { type Finding, right, wrong } from './finding.ts';
import type { Given } from './given.ts';

const where =
  'In the app’s settings (api.slack.com/apps) open “Basic Information”, “App-Level Tokens”';
const generate = `${where}, press “Generate Token and Scopes”, and give it ${appScopes.join(', ')}.`;

/** `A…`, which stands in the token itself: "xapp-1-A…-…". */
export const appOfToken = (token: string): string | undefined =>
  /^xapp-\d+-(A[A-Z0-9]+)-/.exec(token)?.[1];

/** @param appId the app of the other token, where it is known */
export async function checkAppToken(
  token: string,
  appId: string | undefined,
  { api }: Given,
): Promise<Finding[]> {
  if (!token.startsWith('xapp-'))
    return [
      wrong(
        `SLACK_APP_TOKEN is ${token.startsWith('xoxb-') ? 'the bot’s token' : 'no app-level token'}; those start with “xapp-”.`,
        generate,
      ),
    ];
  // Only asked for: a connection that is opened would be given events that the running program needs.
  const { body, error } = await callSlack(api, 'apps.connections.open', token);
  const own = appOfToken(token);
  const isOther = own !== undefined && appId !== undefined && own !== appId;
  return [
    error || !body ? refused(error ?? '', body !== undefined) : right('Socket Mode works.'),
    ...(isOther
      ? [
          wrong(
            `SLACK_APP_TOKEN belongs to the app ${own}, SLACK_BOT_TOKEN to ${appId}.`,
            'Copy both from the same app.',
          ),
        ]
      : []),
  ];
}

function refused(error: string, isAnswer: boolean): Finding {
  if (!isAnswer)
    return wrong(
      `Slack was not reached for Socket Mode: ${error}.`,
      'Check that this machine may open connections to https://slack.com.',
    );
  if (error === 'missing_scope')
    return wrong(`SLACK_APP_TOKEN may not open connections.`, generate);
  if (['invalid_auth', 'not_authed', 'token_revoked', 'account_inactive'].includes(error))
    return wrong('Slack does not know the token in SLACK_APP_TOKEN.', generate);
  return wrong(
    `Slack does not open a connection (${error}).`,
    'In the app’s settings open “Socket Mode” and turn it on.',
  );
}
