/** One workspace in two places: asked for in Slack, approved in Teams. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { transaction } from '../../src/db/client.ts';
import { setPolicy } from '../../src/db/policy.ts';
import { createLog } from '../../src/log.ts';
import { type Factotum, start } from '../../src/start.ts';
import { testDatabase } from '../support/database.ts';
import { createDelivery, signingSecret } from '../support/slack-delivery.ts';
import { app, slackWorkspace } from '../support/slack-workspace.ts';
import { startTeamsConnector } from '../support/teams-connector.ts';
import { ben, createTeamsDelivery, type TeamsDelivery, tenant } from '../support/teams-delivery.ts';

const db = await testDatabase();
const workspace = await slackWorkspace();
const connector = await startTeamsConnector();
const workspaceId = `wsp_slack_${workspace.teamId}`;
const chat = connector.personalOf(ben.id);
let factotum: Factotum;
let slack: ReturnType<typeof createDelivery>;
let teams: TeamsDelivery;

beforeAll(async () => {
  const environment = {
    ...{ DATABASE_URL: db.url, PORT: '0', FACTOTUM_TIMEZONE: 'UTC' },
    ...{ SLACK_BOT_TOKEN: app.token, SLACK_SIGNING_SECRET: signingSecret },
    ...{ SLACK_API_URL: workspace.apiUrl },
    ...{ TEAMS_LOCAL: 'true', TEAMS_TENANTS: `${tenant}=${workspace.teamId}` },
  };
  factotum = await start(readConfig(environment, []), createLog({ quiet: true }));
  slack = createDelivery(factotum.address, workspace);
  teams = createTeamsDelivery(factotum.address, connector);
}, 60_000);
afterAll(async () => {
  await factotum?.stop();
  await connector.close();
});

const messageWith = (thread: string, words: RegExp) =>
  workspace.call(
    'chat.postMessage',
    ({ args }) => args['thread_ts'] === thread && words.test(args['blocks'] ?? ''),
  );
const buttonOf = (blocks: string | undefined, label: string) =>
  (
    JSON.parse(blocks ?? '[]') as {
      elements?: { action_id: string; value?: string; text?: { text: string } }[];
    }[]
  )
    .flatMap(({ elements }) => elements ?? [])
    .find(({ text }) => text?.text === label);

describe('a task whose requester is in Slack and whose approver is in Teams', () => {
  test('is approved in Teams, closes its card in Slack, and is delivered there', async () => {
    // Whoever speaks in Teams is known there by the address that plans name them by.
    await teams.say(ben, 'help');
    await teams.card(chat, /What you can say/);
    const known = () => db.raw`
      select workspace_id from people where channel = 'teams' and email = ${ben.email}`;
    await expect.poll(known).toEqual([{ workspace_id: workspaceId }]);
    await transaction(db, { workspaceId }, (tx) =>
      setPolicy(tx, {
        ...{ workspaceId, effect: 'structural', tool: 'create_workflow', decision: 'ask' },
        ...{ approvers: [ben.email], needed: 1, selfApproval: false, updatedBy: 'ben' },
      }),
    );

    const wish = `<@${app.botUser}> Create a CRM for my cellphone store`;
    const event = slack.message({ text: wish });
    await slack.event(event);
    const plan = await messageWith(event.ts, /Accept/);
    const accept = buttonOf(plan.args['blocks'], 'Accept');
    const place = { channel: workspace.shop, ts: String(plan.answer['ts']), thread: event.ts };
    await slack.press(
      workspace.ana,
      { action_id: accept?.action_id ?? '', value: accept?.value ?? '' },
      place,
    );
    const asked = await messageWith(event.ts, /APPROVAL REQUIRED/);

    const copy = await teams.card(chat, /APPROVAL REQUIRED/);
    const { body } = await teams.press(ben, teams.chat(ben), copy.id, copy.button('Approve'));
    expect(body.statusCode).toBe(200);
    const closed = await workspace.call(
      'chat.update',
      ({ args }) => args['ts'] === asked.answer['ts'] && /Approved by/.test(args['blocks'] ?? ''),
    );
    expect(buttonOf(closed.args['blocks'], 'Approve')).toBeUndefined();
    await messageWith(event.ts, /TASK COMPLETE/);
    await expect
      .poll(() => teams.cards(chat).find(({ id }) => id === copy.id)?.buttons)
      .toEqual([]);
    const [row] =
      await db.raw`select decided_by from approvals where workspace_id = ${workspaceId}`;
    expect(row).toEqual({ decided_by: ben.aadObjectId });
  }, 90_000);

  test('people of both places are one workspace, and of no other', async () => {
    const rows = await db.raw`select distinct workspace_id from tasks`;
    expect(rows).toEqual([{ workspace_id: workspaceId }]);
  });
});
