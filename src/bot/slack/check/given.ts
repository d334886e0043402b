/** What the environment gives for Slack, read leniently: here a wrong value is a finding, not an error. */
import { type Finding, wrong } from './finding.ts';

const variables = {
  botToken: 'SLACK_BOT_TOKEN',
  appToken: 'SLACK_APP_TOKEN',
  signingSecret: 'SLACK_SIGNING_SECRET',
  clientId: 'SLACK_CLIENT_ID',
  clientSecret: 'SLACK_CLIENT_SECRET',
  encryptionKey: 'FACTOTUM_ENCRYPTION_KEY',
  ownerToken: 'FACTOTUM_TOKEN',
  publicUrl: 'PUBLIC_URL',
  configToken: 'SLACK_CONFIG_TOKEN',
  apiUrl: 'SLACK_API_URL',
} as const;
type Name = keyof typeof variables;

export type Given = { [name in Name]?: string | undefined } & {
  /** Where the Web API is, with a slash at its end. */
  api: string;
  /** Something else plays Slack: addresses of this machine are good enough. */
  isStandIn: boolean;
};

const slackApi = 'https://slack.com/api/';

export function readGiven(environment: Record<string, string | undefined>): Given {
  const given: { [name in Name]?: string | undefined } = {};
  for (const [name, variable] of Object.entries(variables))
    given[name as Name] = environment[variable] || undefined;
  const { apiUrl, publicUrl } = given;
  return {
    ...given,
    publicUrl: publicUrl?.replace(/\/+$/, ''),
    api: apiUrl ? `${apiUrl.replace(/\/+$/, '')}/` : slackApi,
    isStandIn: apiUrl?.startsWith('http://') ?? false,
  };
}

/** Values that came along with something that is not theirs. */
export function checkSpelling(given: Given): Finding[] {
  return Object.entries(variables).flatMap(([name, variable]) => {
    const value = given[name as Name];
    return value && /^[\s"'`]|[\s"'`]$/.test(value)
      ? [
          wrong(
            `${variable} has a space, a line break or a quotation mark at its end.`,
            'Set it again without that.',
          ),
        ]
      : [];
  });
}
