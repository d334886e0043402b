/** Teams' settings together. */
import { z } from 'zod';
import { invalid } from '../errors.ts';
import type { SealKeys } from '../seal.ts';
import { type Environment, loopback } from './environment.ts';

/** How Teams is reached; undefined when nothing of it is set. */
export type TeamsConfig = {
  /** The bot's registration. Without it Teams is played on this machine only. */
  app: { id: string; password: string; tenantId: string } | undefined;
  /** Tenants that are let in, each with its workspace. */
  tenants: ReadonlyMap<string, string>;
  path: string;
  /** People of the tenants sign in to their pages: what their browsers keep meanwhile is sealed with these. */
  signIn: { keys: SealKeys; publicUrl: string } | undefined;
};

/** @throws INVALID on a half-set combination, with what is missing or too much */
export function readTeams(values: Environment): TeamsConfig | undefined {
  const {
    TEAMS_APP_ID: id,
    TEAMS_APP_PASSWORD: password,
    TEAMS_TENANT_ID: tenantId,
    TEAMS_TENANTS: listed,
    TEAMS_PATH: path,
    PUBLIC_URL: publicUrl,
    HOST: host,
  } = values;
  if (values.TEAMS_LOCAL === 'true') {
    if (id ?? password)
      throw invalid(
        'TEAMS_LOCAL=true takes whatever is sent from this machine, unsigned. Unset it, or unset TEAMS_APP_ID and TEAMS_APP_PASSWORD.',
      );
    if (publicUrl || !loopback.includes(host))
      throw invalid(
        'TEAMS_LOCAL=true is for this machine alone. Unset PUBLIC_URL and HOST, or unset TEAMS_LOCAL.',
      );
    return { app: undefined, tenants: readTenants(listed, tenantId), path, signIn: undefined };
  }
  if ([id, password, tenantId, listed].every((value) => value === undefined)) return undefined;
  if (!id || !password || !tenantId)
    throw invalid(
      'Teams needs TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID together: the Microsoft App ID of your bot, a client secret of it, and the tenant that it is registered in.',
    );
  if (!publicUrl?.startsWith('https://'))
    throw invalid(
      `Teams reaches Factotum from the internet. Set PUBLIC_URL to its https address, and enter PUBLIC_URL${path} as the messaging endpoint of your bot.`,
    );
  if (values.FACTOTUM_TOKEN === undefined)
    throw invalid(
      `Whoever knows ${publicUrl} reaches Factotum, and without a token they could do there what you can. Set FACTOTUM_TOKEN; make one with: openssl rand -hex 24`,
    );
  const keys = values.FACTOTUM_ENCRYPTION_KEY;
  return {
    app: { id, password, tenantId },
    tenants: readTenants(listed, tenantId),
    path,
    signIn: keys && { keys, publicUrl: publicUrl.replace(/\/$/, '') },
  };
}

/** "<tenant>" or "<tenant>=<Slack team>", with commas; the bot's own tenant is always let in. */
function readTenants(
  listed: string | undefined,
  own: string | undefined,
): ReadonlyMap<string, string> {
  const tenants = new Map(own ? [[own, `wsp_teams_${own}`]] : []);
  for (const entry of (listed ?? '').split(',').filter((part) => part.trim() !== '')) {
    const [tenant = '', team] = entry.trim().split('=');
    const id = z.guid().safeParse(tenant).data?.toLowerCase();
    if (!id || (team !== undefined && !/^T[A-Z0-9]{7,}$/.test(team)))
      throw invalid(
        'TEAMS_TENANTS must be tenant ids with commas between them. Where people of a tenant share the tasks of a Slack workspace, its team id follows: <tenant>=T0123ABCD.',
      );
    tenants.set(id, team ? `wsp_slack_${team}` : `wsp_teams_${id}`);
  }
  return tenants;
}
