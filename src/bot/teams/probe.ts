/**
 * Whether our own endpoint lets in what nobody has signed: the SDK switches its checks off when it is configured
 * wrongly, and says nothing about it. Asked over HTTP, like Teams asks.
 */
import { FactotumError } from '../../errors.ts';
import type { Log } from '../../log.ts';

type Deps = {
  now: () => Date;
  log: Log;
  path: string;
  /** One that is let in. */
  tenantId: string;
  appId: string;
};

/** Looked at again after so long; whoever asks in between gets the same answer. */
const againMs = 60_000;
const patienceMs = 12_000;

/** @returns a function that throws NOT_READY when it is let in, or when it cannot be told */
export function createProbe({ now, log, path, tenantId, appId }: Deps) {
  let last = Number.NEGATIVE_INFINITY;
  return async (address: string): Promise<void> => {
    if (now().getTime() - last < againMs) return;
    const url = new URL(path, address).href;
    const unsigned = await knock(url, tenantId);
    const forged = await knock(url, tenantId, forge(appId));
    // When the keys of the Bot Framework cannot be had, a forged one is answered with a fault: it is not let in.
    if (unsigned !== 401 || forged === undefined || forged === 403 || forged < 300) {
      log.error('teams.open', new Error(`Unsigned: ${unsigned}, forged: ${forged}.`));
      throw new FactotumError(
        'NOT_READY',
        'The address for Teams does not refuse what is not signed, so it is shut. Check TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID, and start again.',
      );
    }
    last = now().getTime();
  };
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const serviceUrl = 'https://smba.trafficmanager.net/teams/';

/** A token that says all the right things, and that nobody has signed. */
function forge(appId: string): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: 'https://api.botframework.com', aud: appId, serviceurl: serviceUrl };
  const body = part({ ...claims, nbf: now - 60, exp: now + 600 });
  return `${part({ alg: 'none', typ: 'JWT', kid: 'probe' })}.${body}.${part({})}`;
}

async function knock(url: string, tenantId: string, token?: string): Promise<number | undefined> {
  const activity = {
    ...{ type: 'typing', channelId: 'msteams', serviceUrl },
    from: { id: '29:probe' },
    recipient: { id: '28:probe' },
    conversation: { id: 'probe', tenantId },
  };
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
      },
      body: JSON.stringify(activity),
      signal: AbortSignal.timeout(patienceMs),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return undefined;
  }
}
