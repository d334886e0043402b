/** The whole program beside a Teams of our own on this machine, for the tests of one file. */
import { afterAll, beforeAll } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { type Factotum, start } from '../../src/start.ts';
import { testDatabase } from './database.ts';
import { startTeamsConnector, type TeamsConnector } from './teams-connector.ts';
import { createTeamsDelivery, type TeamsDelivery, tenant } from './teams-delivery.ts';

type Running = { factotum: Factotum; connector: TeamsConnector; teams: TeamsDelivery };

/** @param more variables of the environment besides */
export async function teamsProgram(more: Record<string, string> = {}) {
  const db = await testDatabase();
  const connector = await startTeamsConnector();
  let factotum: Factotum | undefined;
  beforeAll(async () => {
    const environment = {
      ...{ DATABASE_URL: db.url, PORT: '0', FACTOTUM_TIMEZONE: 'UTC', TEAMS_LOCAL: 'true' },
      ...{ TEAMS_TENANT_ID: tenant, ...more },
    };
    factotum = await start(readConfig(environment, []), createLog({ quiet: true }));
  }, 60_000);
  afterAll(async () => {
    await factotum?.stop();
    await connector.close();
  });
  return {
    ...{ db, connector, workspaceId: `wsp_teams_${tenant}` },
    running(): Running {
      if (!factotum) throw new Error('The program does not run yet.');
      return { factotum, connector, teams: createTeamsDelivery(factotum.address, connector) };
    },
  };
}
