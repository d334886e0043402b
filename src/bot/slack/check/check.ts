/** Everything that Slack needs, looked at in the order in which it is set up. Reads only. */
import { checkAddress, checkSigningSecret } from './address.ts';
import { appOfToken, checkAppToken } from './app-token.ts';
import { checkBotToken } from './bot-token.ts';
import { checkConfigured } from './configured.ts';
import { type Finding, note, wrong } from './finding.ts';
import { checkSpelling, type Given, readGiven } from './given.ts';
import { checkInstalled } from './installed.ts';

/** @param environment the variables, as the process has them */
export async function checkSlack(
  environment: Record<string, string | undefined>,
): Promise<Finding[]> {
  const given = readGiven(environment);
  const { botToken, appToken, signingSecret, clientId, clientSecret, configToken } = given;
  const isMany = Boolean(clientId || clientSecret);
  if (!botToken && !isMany && !appToken && !signingSecret)
    return [
      wrong(
        'Slack is not set up: none of its variables is set.',
        'Follow docs/slack.md; it takes ten minutes.',
      ),
    ];
  const spelling = checkSpelling(given);
  if (spelling.length > 0) return spelling;

  if (botToken && isMany)
    return [
      wrong(
        'SLACK_BOT_TOKEN is for one workspace, SLACK_CLIENT_ID and SLACK_CLIENT_SECRET are for many.',
        'Unset one or the other.',
      ),
    ];

  const { findings, appId } = await bot(given, isMany);
  const known = appId ?? (appToken && appOfToken(appToken));
  return [
    ...(given.isStandIn ? [note(`Slack is played by ${given.api}`)] : []),
    ...findings,
    ...(appToken
      ? await checkAppToken(appToken, appId, given)
      : [checkSigningSecret(signingSecret), ...(await checkAddress(given))]),
    ...(isMany ? await checkInstalled(given) : []),
    ...(configToken
      ? await checkConfigured({ ...given, configToken }, known)
      : [
          note(
            'The app’s settings (events, buttons, command) were not compared with manifest.json: for that, set SLACK_CONFIG_TOKEN to a configuration token from the end of api.slack.com/apps.',
          ),
        ]),
  ];
}

async function bot(given: Given, isMany: boolean) {
  if (given.botToken) return checkBotToken(given.botToken, given);
  const findings = isMany
    ? []
    : [
        wrong(
          'SLACK_BOT_TOKEN is not set.',
          'In the app’s settings (api.slack.com/apps) open “OAuth & Permissions”, press “Install”, and copy the “Bot User OAuth Token”.',
        ),
      ];
  return { findings, appId: undefined };
}
