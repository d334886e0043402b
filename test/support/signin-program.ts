/** The whole program with many workspaces of Slack, whose people sign in, for the tests of one file. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import { createInstalledAccess } from '../../src/bot/slack/access-installed.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { parseSealKeys } from '../../src/seal.ts';
import { type Factotum, start } from '../../src/start.ts';
import { testDatabase } from './database.ts';
import { createDelivery, signingSecret } from './slack-delivery.ts';
import type { Account } from './slack-openid.ts';
import { app, freePort, slackWorkspace } from './slack-workspace.ts';
import { createVisitor, type Visitor } from './visitor.ts';

export const ownerToken = 'the-token-of-the-owner-of-this-server';
const key = 'a'.repeat(64);
const defaults = { locale: 'en-US', currency: 'USD', timezone: 'UTC' };

type Installed = { organisation?: string; token?: string };

/** @param environment besides what many workspaces need */
export async function signInProgram(environment: Record<string, string> = {}) {
  const db = await testDatabase();
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const callback = `${address}/signin/slack/callback`;
  const workspace = await slackWorkspace(`${address}/slack/oauth_redirect`, callback);
  const { store, access } = createInstalledAccess({
    ...{ db, keys: parseSealKeys(key) ?? [], now: () => new Date(), defaults },
  });
  let factotum: Factotum | undefined;
  beforeAll(async () => {
    const config = readConfig(
      {
        ...{ DATABASE_URL: db.url, PORT: String(port), FACTOTUM_TIMEZONE: 'UTC' },
        ...{ PUBLIC_URL: address, FACTOTUM_TOKEN: ownerToken, FACTOTUM_ENCRYPTION_KEY: key },
        ...{ SLACK_CLIENT_ID: app.clientId, SLACK_CLIENT_SECRET: app.clientSecret },
        ...{ SLACK_SIGNING_SECRET: signingSecret, SLACK_API_URL: workspace.apiUrl },
        ...environment,
      },
      [],
    );
    factotum = await start(config, createLog({ quiet: true }));
  }, 60_000);
  afterAll(() => factotum?.stop());

  return {
    ...{ db, address, callback, workspace, access, openId: workspace.openId },
    slack: createDelivery(address, workspace),
    /** A team, or with `organisation` alone a whole organisation, installs the app. */
    async install(
      team: { id: string; name: string } | undefined,
      { organisation, token = `xoxb-${randomBytes(8).toString('hex')}` }: Installed = {},
    ) {
      await store.storeInstallation({
        team,
        enterprise: organisation ? { id: organisation } : undefined,
        isEnterpriseInstall: team === undefined,
        user: { token: undefined, scopes: undefined, id: 'U1' },
        bot: {
          token,
          scopes: [],
          id: 'B1',
          userId: 'U0',
        },
        appId: app.id,
      });
    },
    /** Up to Slack's way back, which is not yet gone. @returns the address of it */
    async begin(visitor: Visitor, account: Account | undefined, back?: string): Promise<string> {
      workspace.openId.answer(account);
      const query = back === undefined ? '' : `?${new URLSearchParams({ back })}`;
      const came = await visitor.follow(`${address}/signin/slack${query}`, (at) =>
        at.startsWith(`${callback}?`),
      );
      return came.address;
    },
    /** @returns somebody who is signed in, as far as they are let */
    async signIn(account: Account, back?: string): Promise<Visitor> {
      const visitor = createVisitor();
      await visitor.ask(await this.begin(visitor, account, back));
      return visitor;
    },
  };
}
