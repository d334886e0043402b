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
};

/** Looked at again after so long; whoever asks in between gets the same answer. */
const againMs = 60_000;
const patienceMs = 5_000;

/** @returns a function that throws NOT_READY when it is let in, or when it cannot be told */
export function createProbe({ now, log, path, tenantId }: Deps) {
  let last = Number.NEGATIVE_INFINITY;
  return async (address: string): Promise<void> => {
    if (now().getTime() - last < againMs) return;
    const status = await knock(new URL(path, address).href, tenantId);
    if (status !== 401) {
      log.error('teams.open', new Error(`An unsigned activity was answered ${status}.`));
      throw new FactotumError(
        'NOT_READY',
        'The address for Teams does not refuse what is not signed, so it is shut. Check TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID, and start again.',
      );
    }
    last = now().getTime();
  };
}

async function knock(url: string, tenantId: string): Promise<number | undefined> {
  const activity = {
    ...{ type: 'message', channelId: 'msteams', text: '' },
    serviceUrl: 'https://smba.trafficmanager.net/teams/',
    from: { id: '29:probe' },
    recipient: { id: '28:probe' },
    conversation: { id: 'probe', tenantId },
  };
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(activity),
      signal: AbortSignal.timeout(patienceMs),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return undefined;
  }
}
