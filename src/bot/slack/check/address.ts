/** HTTP: whether what Slack sends to PUBLIC_URL arrives at the program, and only what Slack signed. */
import { createHmac, randomBytes } from 'node:crypto';
import { paths } from '../surface.ts';
import { reasonOf, timeoutMs, toRecord } from './call.ts';
import { type Finding, note, right, wrong } from './finding.ts';
import type { Given } from './given.ts';

const isHex32 = (text: string) => /^[0-9a-f]{32}$/i.test(text);
const copySecret =
  'In the app’s settings (api.slack.com/apps) open “Basic Information” and copy the “Signing Secret”.';

/** 32 hexadecimal digits; of the secrets that Slack shows, two look like that. */
export function checkSigningSecret(secret: string | undefined): Finding {
  if (!secret) return wrong('SLACK_SIGNING_SECRET is not set.', copySecret);
  if (!isHex32(secret))
    return wrong('SLACK_SIGNING_SECRET is not 32 hexadecimal digits.', copySecret);
  return right('SLACK_SIGNING_SECRET looks right.');
}

export async function checkAddress(given: Given): Promise<Finding[]> {
  const { publicUrl, signingSecret, isStandIn } = given;
  if (!publicUrl)
    return [
      wrong(
        'PUBLIC_URL is not set, so Slack cannot reach the program.',
        'Set it to the address where the program is reached from the Internet, or use Socket Mode: set SLACK_APP_TOKEN.',
      ),
    ];
  const fault = isStandIn ? undefined : faultOf(publicUrl);
  if (fault) return [fault];
  if (!signingSecret || !isHex32(signingSecret)) return [];
  const url = publicUrl + paths.events;
  const signed = await knock(url, signingSecret);
  if (signed.kind === 'wrong') return [signed];
  const forged = await ask(url, randomBytes(16).toString('hex'));
  return [
    signed,
    forged.status === 401 || forged.status === 403
      ? right('It refuses what Slack has not signed.')
      : wrong(
          `${url} takes a request with a wrong signature (${forged.status ?? forged.error}).`,
          'Something in front of the program answers in its place. Let it hand everything on.',
        ),
    note('This was tried from this machine: whether the Internet reaches it, only Slack can say.'),
  ];
}

function faultOf(publicUrl: string): Finding | undefined {
  const cure = 'Set PUBLIC_URL to the address that the Internet knows, or use Socket Mode.';
  const url = URL.canParse(publicUrl) ? new URL(publicUrl) : undefined;
  if (url?.protocol !== 'https:')
    return wrong(`Slack calls only addresses with https://, and PUBLIC_URL is ${publicUrl}.`, cure);
  const isHere = /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[)/.test(
    url.hostname,
  );
  return isHere
    ? wrong(`PUBLIC_URL is ${publicUrl}, which Slack cannot reach from outside.`, cure)
    : undefined;
}

async function knock(url: string, secret: string): Promise<Finding> {
  const { status, error, isEcho, location, hasPassword } = await ask(url, secret);
  if (isEcho) return right(`The program is reached at ${url} and knows Slack’s signature.`);
  const start = 'Start it with the same values as this check';
  if (status === undefined)
    return wrong(
      `${url} is not reached: ${error}.`,
      `${start}, and let a proxy with TLS hand on to it.`,
    );
  if (location)
    return wrong(
      `${url} sends elsewhere, to ${location}; Slack does not follow.`,
      'Set PUBLIC_URL to the last address.',
    );
  if (hasPassword)
    return wrong(
      `${url} asks for a password, which Slack does not have.`,
      `Let the proxy leave out ${paths.events}: what Slack sends is signed.`,
    );
  if (status === 401 || status === 403)
    return wrong(
      `${url} refuses a signed request: the program there has another signing secret, or a clock that is wrong.`,
      `${start}, and compare the time of both machines.`,
    );
  if (status === 404)
    return wrong(
      `There is no Slack at ${url}.`,
      `${start}, without SLACK_APP_TOKEN; let the proxy hand on everything below ${paths.events.replace(/\/[^/]*$/, '')}.`,
    );
  return wrong(
    `${url} answers with ${status}, and not with what Slack asks for.`,
    'Look into the program’s log, and at what stands in front of it.',
  );
}

type Knock = {
  status?: number;
  error?: string;
  isEcho?: boolean;
  location?: string | undefined;
  hasPassword?: boolean;
};

/** The question that Slack asks before it sends events: the answer repeats its challenge. */
async function ask(url: string, secret: string): Promise<Knock> {
  const challenge = randomBytes(24).toString('base64url');
  const body = JSON.stringify({ type: 'url_verification', token: '', challenge });
  const time = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', secret).update(`v0:${time}:${body}`).digest('hex');
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'X-Slack-Request-Timestamp': String(time),
        'X-Slack-Signature': `v0=${signature}`,
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    return {
      status: response.status,
      isEcho: response.status === 200 && (text === challenge || echoOf(text) === challenge),
      location: response.headers.get('location') ?? undefined,
      hasPassword: response.headers.has('www-authenticate'),
    };
  } catch (cause) {
    return { error: reasonOf(cause) };
  }
}

function echoOf(text: string): unknown {
  try {
    return toRecord(JSON.parse(text))?.['challenge'];
  } catch {
    return undefined;
  }
}
