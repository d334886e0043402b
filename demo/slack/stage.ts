/** The real program in that workspace, reached over HTTP as Slack reaches it. */
import { readConfig } from '../../src/config.ts';
import { transaction } from '../../src/db/client.ts';
import { setPolicy } from '../../src/db/policy.ts';
import { createLog } from '../../src/log.ts';
import { start } from '../../src/start.ts';
import { holdApps } from '../support/hold.ts';
import type { Receiver } from './delivery.ts';
import { botToken, openWorkspace, people, signingSecret, type Workspace } from './workspace.ts';

export type Stage = {
  slack: Workspace;
  program: Receiver;
  /** Where the program's own pages are. */
  address: string;
  /**
   * Nothing can be built until it is released: an app takes less than a second, too little to say "pause".
   * @returns the release
   */
  hold(): Promise<() => Promise<void>>;
  close(): Promise<void>;
};

/** @param where the database: DATABASE_URL, or the folder for the one that is built in */
export async function openStage(
  where: { DATABASE_URL: string } | { FACTOTUM_HOME: string },
): Promise<Stage> {
  const slack = await openWorkspace();
  const environment = {
    ...where,
    ...{ PORT: '0', FACTOTUM_TIMEZONE: 'UTC', SLACK_API_URL: slack.apiUrl },
    ...{ SLACK_BOT_TOKEN: botToken, SLACK_SIGNING_SECRET: signingSecret },
  };
  const { address, bot, stop } = await start(
    readConfig(environment, []),
    createLog({ quiet: true }),
  );
  const { db } = bot.engine;
  const workspaceId = `wsp_slack_${slack.team}`;
  await transaction(db, { workspaceId }, (tx) =>
    setPolicy(tx, {
      ...{ workspaceId, effect: 'structural', tool: 'create_workflow', decision: 'ask' },
      ...{ approvers: [people.bob], needed: 1, selfApproval: false, updatedBy: slack.idOf('bob') },
    }),
  );
  return {
    slack,
    program: { url: `${address}/slack/events`, secret: signingSecret },
    address,
    hold: () => holdApps(db),
    async close() {
      await stop();
      await slack.close();
    },
  };
}
