/** Many workspaces: each that installed the app by OAuth, with its own token from the database. */
import type { Installation, InstallationStore, webApi } from '@slack/bolt';
import { z } from 'zod';
import { type Database, systemTransaction } from '../../db/client.ts';
import {
  findInstallation,
  openInstallation,
  revokeInstallation,
  saveInstallation,
} from '../../db/installation.ts';
import { endSessions } from '../../db/session.ts';
import { ensureWorkspace, findWorkspace, setOrganisation } from '../../db/workspace.ts';
import type { SealKeys } from '../../seal.ts';
import { type Access, createClient, notInstalled, teamOf, workspaceIdOf } from './access.ts';
import type { SlackContext } from './context.ts';

/** Of what Slack gave, what is used. Expiring tokens are not asked for. */
const Stored = z.object({
  bot: z.object({ token: z.string(), id: z.string(), userId: z.string() }),
});
type Grant = { token: string; botId: string; botUserId: string; workspaceId: string };

/** Another program may have taken an installation back: what is known is asked for again after this. */
const freshMs = 30_000;

type Deps = {
  db: Database;
  keys: SealKeys;
  now: () => Date;
  /** Of workspaces that install the app. */
  defaults: SlackContext['defaults'];
  options?: webApi.WebClientOptions;
};

export function createInstalledAccess({ db, keys, now, defaults, options = {} }: Deps) {
  const known = new Map<string, { grant: Grant | undefined; until: number }>();

  const read = async (workspaceId: string): Promise<Grant | undefined> => {
    const found = await systemTransaction(db, (tx) => findInstallation(tx, workspaceId));
    const secret = found && openInstallation(keys, found);
    if (!secret) return undefined;
    const { bot } = Stored.parse(JSON.parse(secret));
    return { token: bot.token, botId: bot.id, botUserId: bot.userId, workspaceId };
  };
  const find = async (workspaceId: string): Promise<Grant | undefined> => {
    const cached = known.get(workspaceId);
    if (cached && cached.until > now().getTime()) return cached.grant;
    const grant = await read(workspaceId);
    known.set(workspaceId, { grant, until: now().getTime() + freshMs });
    return grant;
  };
  /** The workspace's own installation, else that of the organisation which it is part of. */
  const grantOf = async (team: string | undefined, organisation: string | undefined) =>
    (team && (await find(workspaceIdOf(team)))) ||
    (organisation && (await find(workspaceIdOf(organisation)))) ||
    undefined;

  const access: Access = {
    async authorize({ teamId, enterpriseId }) {
      const grant = await grantOf(teamId, enterpriseId);
      if (!grant) throw notInstalled();
      return { botToken: grant.token, botUserId: grant.botUserId, botId: grant.botId };
    },
    async clientFor(workspaceId) {
      const own = await find(workspaceId);
      if (own) return createClient(own.token, options);
      const workspace = await systemTransaction(db, (tx) => findWorkspace(tx, workspaceId));
      const grant = await grantOf(undefined, workspace?.organisation ?? undefined);
      if (!grant) throw notInstalled();
      return createClient(grant.token, options, teamOf(workspaceId));
    },
    async revoke(workspaceId, why, at) {
      await systemTransaction(db, async (tx) => {
        if (await revokeInstallation(tx, workspaceId, why, at))
          await endSessions(tx, workspaceId, teamOf(workspaceId));
      });
      known.delete(workspaceId);
    },
  };

  const store: InstallationStore = {
    async storeInstallation(installation) {
      const workspaceId = placeOf(installation);
      const row = {
        workspaceId,
        isOrganisation: installation.isEnterpriseInstall ?? false,
        appId: installation.appId ?? null,
        botUserId: installation.bot?.userId ?? null,
        installedBy: installation.user.id,
      };
      await systemTransaction(db, async (tx) => {
        await saveInstallation(tx, keys, row, JSON.stringify(installation));
        const { team, enterprise } = installation;
        if (row.isOrganisation || !team) return;
        const name = team.name ?? team.id;
        await ensureWorkspace(tx, { id: workspaceId, kind: 'slack', name, ...defaults });
        if (enterprise) await setOrganisation(tx, workspaceId, enterprise.id);
      });
      known.delete(workspaceId);
    },
    async fetchInstallation({ teamId, enterpriseId, isEnterpriseInstall }) {
      const team = (isEnterpriseInstall ? enterpriseId : teamId) ?? '';
      const found = await systemTransaction(db, (tx) => findInstallation(tx, workspaceIdOf(team)));
      const secret = found && openInstallation(keys, found);
      if (!secret) throw notInstalled();
      // Sealed by storeInstallation, so nobody else has written it.
      return JSON.parse(secret) as Installation<'v2', boolean>;
    },
    async deleteInstallation({ teamId, enterpriseId, isEnterpriseInstall }) {
      const team = (isEnterpriseInstall ? enterpriseId : teamId) ?? '';
      await access.revoke(workspaceIdOf(team), 'uninstalled', now());
    },
  };
  return { access, store };
}

function placeOf({ isEnterpriseInstall, enterprise, team }: Installation): string {
  const id = isEnterpriseInstall ? enterprise?.id : team?.id;
  if (!id) throw new Error('Slack named neither a workspace nor an organisation.');
  return workspaceIdOf(id);
}
