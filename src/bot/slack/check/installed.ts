/** Many workspaces: what OAuth needs, and whether the pages to install the app and to sign in are there. */
import { parseSealKeys } from '../../../seal.ts';
import { paths } from '../surface.ts';
import { reasonOf, timeoutMs } from './call.ts';
import { type Finding, right, wrong } from './finding.ts';
import type { Given } from './given.ts';

const basic = 'In the app’s settings (api.slack.com/apps) open “Basic Information”';

export async function checkInstalled(given: Given): Promise<Finding[]> {
  const { clientId, clientSecret, encryptionKey, publicUrl, ownerToken, isStandIn } = given;
  return [
    clientId && /^\d+\.\d+$/.test(clientId)
      ? right('SLACK_CLIENT_ID looks right.')
      : wrong(
          clientId
            ? 'SLACK_CLIENT_ID is not two numbers with a dot.'
            : 'SLACK_CLIENT_ID is not set.',
          `${basic} and copy the “Client ID”.`,
        ),
    clientSecret && /^[0-9a-f]{32}$/i.test(clientSecret)
      ? right('SLACK_CLIENT_SECRET looks right.')
      : wrong(
          clientSecret
            ? 'SLACK_CLIENT_SECRET is not 32 hexadecimal digits.'
            : 'SLACK_CLIENT_SECRET is not set.',
          `${basic} and copy the “Client Secret”.`,
        ),
    checkKey(encryptionKey),
    ...(ownerToken || isStandIn
      ? []
      : [
          wrong(
            'FACTOTUM_TOKEN is not set, so people of other workspaces could do at PUBLIC_URL what you can.',
            'Make one with: openssl rand -hex 24',
          ),
        ]),
    ...(publicUrl
      ? [
          await checkPage('People install the app at', publicUrl + paths.install),
          await checkPage('People sign in to their pages at', publicUrl + paths.signIn),
        ]
      : [
          wrong(
            'PUBLIC_URL is not set, so nobody can install the app.',
            'Set it to the address where people reach the program.',
          ),
        ]),
  ];
}

function checkKey(key: string | undefined): Finding {
  if (key && parseSealKeys(key)) return right('The tokens of the workspaces are kept encrypted.');
  return wrong(
    key
      ? 'FACTOTUM_ENCRYPTION_KEY is not 64 hexadecimal digits.'
      : 'FACTOTUM_ENCRYPTION_KEY is not set, so tokens could not be kept.',
    'Make one with: openssl rand -hex 32. Keep it: without it every workspace has to install the app again.',
  );
}

/** Without a password; Slack's page of consent may be one step away from it. */
async function checkPage(says: string, url: string): Promise<Finding> {
  try {
    const response = await fetch(url, {
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.text();
    if (response.status < 400) return right(`${says} ${url}`);
    return wrong(
      `${url} answers with ${response.status}.`,
      'Start the program with the same values as this check.',
    );
  } catch (cause) {
    return wrong(
      `${url} is not reached: ${reasonOf(cause)}.`,
      'Start the program with the same values as this check.',
    );
  }
}
