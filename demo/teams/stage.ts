/** The real program beside that Teams, in local mode: nothing is signed, and nothing leaves this machine. */
import { readConfig } from '../../src/config.ts';
import { transaction } from '../../src/db/client.ts';
import { setPolicy } from '../../src/db/policy.ts';
import { createLog } from '../../src/log.ts';
import { start } from '../../src/start.ts';
import { holdApps } from '../support/hold.ts';
import { openTenant, people, type Tenant, tenantId } from './tenant.ts';

export type Stage = {
  teams: Tenant;
  /** Where the program hears Teams. */
  endpoint: string;
  /** Where the program's own pages are. */
  address: string;
  /** Bob has to approve workflows from now on. The app has to be added before: that makes the workspace. */
  letBobDecide(): Promise<void>;
  /**
   * Nothing can be built until it is released.
   * @returns the release
   */
  hold(): Promise<() => Promise<void>>;
  close(): Promise<void>;
};

/** @param where the database: DATABASE_URL, or the folder for the one that is built in */
export async function openStage(
  where: { DATABASE_URL: string } | { FACTOTUM_HOME: string },
): Promise<Stage> {
  const teams = await openTenant();
  const environment = {
    ...{ ...where, PORT: '0', FACTOTUM_TIMEZONE: 'UTC' },
    ...{ TEAMS_LOCAL: 'true', TEAMS_TENANT_ID: tenantId },
  };
  const { address, bot, stop } = await start(
    readConfig(environment, []),
    createLog({ quiet: true }),
  );
  const { db } = bot.engine;
  const workspaceId = `wsp_teams_${tenantId}`;
  return {
    teams,
    endpoint: `${address}/api/messages/teams`,
    address,
    letBobDecide: () =>
      transaction(db, { workspaceId }, async (tx) => {
        await setPolicy(tx, {
          ...{ workspaceId, effect: 'structural', tool: 'create_workflow', decision: 'ask' },
          ...{ approvers: [people.bob.objectId], needed: 1, selfApproval: false },
          updatedBy: people.bob.objectId,
        });
      }),
    hold: () => holdApps(db),
    async close() {
      await stop();
      await teams.close();
    },
  };
}
