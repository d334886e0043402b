/** SLACK_BOT_TOKEN: whose it is, and what it may do. */
import { scopes as known } from '../surface.ts';
import { callSlack, textOf, toRecord } from './call.ts';
import { type Finding, note, right, wrong } from './finding.ts';
import type { Given } from './given.ts';

const where = 'In the app’s settings (api.slack.com/apps) open “OAuth & Permissions”';
const copyAgain = `${where} and copy the “Bot User OAuth Token” again.`;
const installAgain = `${where}, press “Reinstall”, and copy the new “Bot User OAuth Token”.`;

/** The app that the token belongs to, where Slack says it. */
export async function checkBotToken(
  token: string,
  { api }: Given,
): Promise<{ findings: Finding[]; appId: string | undefined }> {
  const kind = wrongKind(token);
  if (kind) return { findings: [kind], appId: undefined };
  const { body, error, scopes } = await callSlack(api, 'auth.test', token);
  if (error || !body)
    return { findings: [refused(error ?? '', body !== undefined)], appId: undefined };
  if (!textOf(body['bot_id']))
    return {
      findings: [
        wrong('SLACK_BOT_TOKEN is the token of a person, not of the app’s bot.', copyAgain),
      ],
      appId: undefined,
    };
  const isOrganisation = body['is_enterprise_install'] === true;
  const place = isOrganisation
    ? `the organisation ${textOf(body['enterprise_id']) ?? ''}`.trim()
    : `the workspace “${textOf(body['team']) ?? body['team_id']}”`;
  const findings = [
    right(`SLACK_BOT_TOKEN is valid: it is the bot @${textOf(body['user'])} in ${place}.`),
    checkScopes(scopes),
    ...extraScopes(scopes),
  ];
  return { findings, appId: await appOf(api, token, body) };
}

function wrongKind(token: string): Finding | undefined {
  const says = (what: string) => `SLACK_BOT_TOKEN is ${what}; the bot’s token starts with “xoxb-”.`;
  if (token.startsWith('xoxb-')) return undefined;
  if (token.startsWith('xapp-'))
    return wrong(says('an app-level token'), `That one belongs in SLACK_APP_TOKEN. ${copyAgain}`);
  if (token.startsWith('xoxe'))
    return wrong(
      says('a token that expires'),
      'Token rotation is on, and Slack does not let it be turned off again. Make a new app from manifest.json.',
    );
  if (token.startsWith('xoxp-')) return wrong(says('the token of a person'), copyAgain);
  return wrong(says('no token of Slack’s'), copyAgain);
}

function refused(error: string, isAnswer: boolean): Finding {
  if (!isAnswer)
    return wrong(
      `Slack was not reached: ${error}.`,
      'Check that this machine may open connections to https://slack.com.',
    );
  if (['account_inactive', 'token_revoked'].includes(error))
    return wrong(
      'SLACK_BOT_TOKEN was revoked: the app was taken out of the workspace, or its tokens were.',
      installAgain,
    );
  if (['invalid_auth', 'not_authed', 'token_expired'].includes(error))
    return wrong('Slack does not know the token in SLACK_BOT_TOKEN.', copyAgain);
  return wrong(`Slack refuses the token in SLACK_BOT_TOKEN (${error}).`, copyAgain);
}

function checkScopes(given: string[] | undefined): Finding {
  if (!given)
    return wrong(
      'Slack did not say what the token may do, so the permissions are not known.',
      'Look at “OAuth & Permissions” in the app’s settings, and compare with docs/slack.md.',
    );
  const missing = Object.entries(known).filter(([scope]) => !given.includes(scope));
  if (missing.length === 0) return right('It has every permission that is needed.');
  const list = missing.map(([scope, { for: why }]) => `${scope} (${why})`).join(', ');
  return wrong(
    `Permissions are missing: ${list}.`,
    `${where}, add them under “Bot Token Scopes”, and press “Reinstall”.`,
  );
}

function extraScopes(given: string[] | undefined): Finding[] {
  const extra = (given ?? []).filter((scope) => !(scope in known));
  return extra.length === 0
    ? []
    : [note(`It may do more than is used: ${extra.join(', ')}. You can take that away.`)];
}

async function appOf(
  api: string,
  token: string,
  body: Record<string, unknown>,
): Promise<string | undefined> {
  const said = textOf(body['app_id']);
  if (said) return said;
  const { body: info } = await callSlack(api, 'bots.info', token, { bot: String(body['bot_id']) });
  return textOf(toRecord(info?.['bot'])?.['app_id']);
}
