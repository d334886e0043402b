/** The whole program in one emulated workspace of Slack, over HTTP, for the tests of one file. */
import { afterAll, beforeAll } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { type Factotum, start } from '../../src/start.ts';
import { testDatabase } from './database.ts';
import { createDelivery, signingSecret } from './slack-delivery.ts';
import { app, slackWorkspace } from './slack-workspace.ts';

/** @returns what is there at once, and `running` for what is there once the tests begin */
export async function slackProgram() {
  const db = await testDatabase();
  const workspace = await slackWorkspace();
  let factotum: Factotum | undefined;
  beforeAll(async () => {
    const environment = {
      DATABASE_URL: db.url,
      PORT: '0',
      FACTOTUM_TIMEZONE: 'UTC',
      SLACK_BOT_TOKEN: app.token,
      SLACK_SIGNING_SECRET: signingSecret,
      SLACK_API_URL: workspace.apiUrl,
    };
    factotum = await start(readConfig(environment, []), createLog({ quiet: true }));
  }, 60_000);
  afterAll(() => factotum?.stop());
  return {
    db,
    workspace,
    workspaceId: `wsp_slack_${workspace.teamId}`,
    running(): { factotum: Factotum; slack: ReturnType<typeof createDelivery> } {
      if (!factotum) throw new Error('The program does not run yet.');
      return { factotum, slack: createDelivery(factotum.address, workspace) };
    },
  };
}
