/**
 * Which activities are taken at all, whatever their signature says: the SDK checks who has signed, not for whom
 * it was, nor where its answers would go. Pure.
 */
import { z } from 'zod';

/** @returns the workspace of a tenant; undefined for a tenant that is not let in */
export type WorkspaceOf = (tenantId: string) => string | undefined;

export type Gate = {
  workspaceOf: WorkspaceOf;
  /** For trying out on this machine: nothing is signed, and everything stays on it. */
  isLocal: boolean;
  /** For tests: addresses of another peer. */
  isServiceUrl?: (url: string) => boolean;
};

/** Where Teams takes what bots send: worldwide, and GCC. Source: "Send proactive messages", learn.microsoft.com. */
const hosts = ['smba.trafficmanager.net', 'smba.infra.gcc.teams.microsoft.com'];
const loopback = ['127.0.0.1', 'localhost', '[::1]'];

const Gated = z.object({
  channelId: z.literal('msteams'),
  serviceUrl: z.url(),
  conversation: z.object({ tenantId: z.string().nullish() }),
  channelData: z
    .object({ tenant: z.object({ id: z.string() }).nullish() })
    .nullish()
    .catch(undefined),
});

/** @returns why it is not taken; undefined when it is */
export function refusalOf(activity: unknown, gate: Gate): string | undefined {
  const read = Gated.safeParse(activity);
  if (!read.success) return 'not an activity of Teams';
  const { serviceUrl, conversation, channelData } = read.data;
  const isKnown = gate.isServiceUrl ?? ((url: string) => isServiceUrl(url, gate.isLocal));
  if (!isKnown(serviceUrl)) return `the address ${serviceUrl.slice(0, 100)}`;
  const named = [channelData?.tenant?.id, conversation.tenantId].filter((id) => id != null);
  const tenants = new Set(named.map((id) => id.toLowerCase()));
  const [tenant] = tenants;
  if (tenant === undefined || tenants.size > 1) return 'no single tenant';
  return gate.workspaceOf(tenant) === undefined ? `the tenant ${tenant.slice(0, 40)}` : undefined;
}

/** Our token and the words of people go to Microsoft, or stay on this machine: nowhere else. */
export function isServiceUrl(url: string, isLocal: boolean): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, port, username, password } = new URL(url);
  if (username || password) return false;
  if (isLocal) return loopback.includes(hostname) && /^https?:$/.test(protocol);
  return protocol === 'https:' && port === '' && hosts.includes(hostname);
}
