/** The app's settings at Slack, compared with manifest.json: what is missing there is never delivered. */
import { Manifest, overHttp, readManifest, withPages } from '../manifest.ts';
import { callSlack } from './call.ts';
import { type Finding, right, wrong } from './finding.ts';
import type { Given } from './given.ts';

const cure =
  'In the app’s settings (api.slack.com/apps) open “App Manifest”, put ours in its place, save, and install the app again where Slack asks for it.';
const print = 'npm run slack:check -- --manifest';

export async function checkConfigured(
  { configToken, publicUrl, appToken, clientId, api }: Given & { configToken: string },
  appId: string | undefined,
): Promise<Finding[]> {
  if (!appId)
    return [
      wrong(
        'The app’s settings were not compared: it is not known which app it is.',
        'Mend SLACK_BOT_TOKEN or SLACK_APP_TOKEN first.',
      ),
    ];
  const { body, error } = await callSlack(api, 'apps.manifest.export', configToken, {
    app_id: appId,
  });
  const there = Manifest.safeParse(body?.['manifest']);
  if (error || !there.success)
    return [
      wrong(
        `Slack does not show the app’s settings (${error ?? 'an unknown form'}).`,
        'Make a new configuration token at the end of api.slack.com/apps: it is valid for 12 hours, and for the apps of whoever made it.',
      ),
    ];
  const ours = readManifest();
  const wanted = appToken || !publicUrl ? ours : overHttp(ours, publicUrl);
  const differences = compareManifests(there.data, wanted);
  const how = wanted === ours ? cure : `${cure} It is printed by: ${print}`;
  const findings = [
    ...differences.map((says) => wrong(says, how)),
    ...(clientId && publicUrl ? comparePages(there.data, withPages(ours, publicUrl)) : []),
  ];
  return findings.length > 0 ? findings : [right('The app’s settings are those of manifest.json.')];
}

/** What many workspaces need besides: to install the app, and to sign in to its pages. */
function comparePages(there: Manifest, wanted: Manifest): Finding[] {
  const { redirect_urls: back = [], scopes } = wanted.oauth_config;
  const addresses = lacks('has no redirect URL', there.oauth_config.redirect_urls ?? [], back);
  const missing = lacks(
    'has no user scope',
    there.oauth_config.scopes.user ?? [],
    scopes.user ?? [],
  );
  const where = 'In the app’s settings (api.slack.com/apps) open “OAuth & Permissions”';
  return [
    ...(addresses ? [wrong(addresses, `${where} and add it under “Redirect URLs”.`)] : []),
    ...(missing ? [wrong(missing, `${where} and add it under “User Token Scopes”.`)] : []),
  ];
}

/** What the settings lack, a sentence each. */
function compareManifests(there: Manifest, wanted: Manifest): string[] {
  const { features, settings, oauth_config } = there;
  const { features: ours, settings: set, oauth_config: oauth } = wanted;
  const events = settings.event_subscriptions;
  const address = set.event_subscriptions.request_url;
  return [
    lacks('does not hear of', events.bot_events, set.event_subscriptions.bot_events),
    lacks('has no permission', oauth_config.scopes.bot, oauth.scopes.bot),
    lacks(
      'has no command',
      features.slash_commands.map((one) => one.command),
      ours.slash_commands.map((one) => one.command),
    ),
    lacks(
      'has no shortcut',
      features.shortcuts.map((one) => one.callback_id),
      ours.shortcuts.map((one) => one.callback_id),
    ),
    settings.interactivity.is_enabled ? undefined : 'Buttons do not work: interactivity is off.',
    features.app_home.messages_tab_enabled && !features.app_home.messages_tab_read_only_enabled
      ? undefined
      : 'Nobody can write to the app: its messages tab is off or only to read.',
    features.app_home.home_tab_enabled ? undefined : 'The app’s home is off.',
    settings.socket_mode_enabled === set.socket_mode_enabled
      ? undefined
      : `Socket Mode is ${settings.socket_mode_enabled ? 'on, so nothing comes over HTTP' : 'off'}.`,
    settings.token_rotation_enabled ? 'Tokens expire: token rotation is on.' : undefined,
    address && events.request_url !== address
      ? `Slack sends events to ${events.request_url ?? 'nowhere'}, not to ${address}`
      : undefined,
    address && settings.interactivity.request_url !== address
      ? `Slack sends clicks to ${settings.interactivity.request_url ?? 'nowhere'}, not to ${address}`
      : undefined,
    address && features.slash_commands.some((one) => one['url'] !== address)
      ? `Slack sends the command elsewhere, not to ${address}`
      : undefined,
  ].filter((difference) => difference !== undefined);
}

function lacks(words: string, there: string[], wanted: string[]): string | undefined {
  const missing = wanted.filter((one) => !there.includes(one));
  return missing.length > 0 ? `The app ${words}: ${missing.join(', ')}.` : undefined;
}
