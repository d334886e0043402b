/** What `npm run demo:slack` plays, on a database of the test: the cellphone store from message to delivery. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buttonsOf, printMessage } from '../../demo/slack/message.ts';
import { type Ending, play, type Scene } from '../../demo/slack/play.ts';
import { openStage, type Stage } from '../../demo/slack/stage.ts';
import { botToken } from '../../demo/slack/workspace.ts';
import { checkSlack } from '../../src/bot/slack/check/check.ts';
import { printFindings } from '../../src/bot/slack/check/finding.ts';
import { testDatabase } from '../support/database.ts';

const db = await testDatabase();
const scenes: Scene[] = [];
let stage: Stage;
let ending: Ending;

beforeAll(async () => {
  stage = await openStage({ DATABASE_URL: db.url });
  ending = await play(stage, (scene) => scenes.push(scene));
}, 120_000);
afterAll(() => stage.close());

const shownAt = (does: string) => scenes.find((scene) => scene.does === does)?.shown ?? '';
const texts = () => ending.thread.map(printMessage);
const having = (words: string) => texts().filter((text) => text.includes(words));

describe('the cellphone store in Slack', () => {
  test('a mention is answered with one plan, in its thread', () => {
    const plan = shownAt('writes: @factotum Create a CRM for my cellphone store');
    expect(plan).toContain(
      '1. Create database tables  [CRITICAL] → customers, products, sales, repairs',
    );
    expect(plan).toContain('[Accept] [Step by step] [Dry run] [Modify] [Cancel]');
    const plans = having('TASK: Cellphone Store CRM');
    expect(plans).toHaveLength(2);
    expect(plans[0]).toContain('Replaced by version 2.');
    expect(plans[1]).toContain('Accepted.');
  });

  test('a pause holds the work at its step, and “continue my CRM task” goes on from there', () => {
    expect(shownAt('writes: pause')).toContain('[PAUSED] Step 1 of 4: Create database tables');
    expect(shownAt('writes: continue my CRM task')).toContain('APPROVAL REQUIRED');
    // One progress card, kept up to date from the first step to the last.
    const progress = having('██████');
    expect(progress).toHaveLength(1);
    expect(progress[0]).toContain('All steps done');
  });

  test('the approval of somebody else is asked for in the thread and with them alone', () => {
    expect(shownAt('presses [Approve], and is told alone')).toBe(
      'Only bob@store.example can decide this.',
    );
    expect(ending.whispers).toEqual(['ana: Only bob@store.example can decide this.']);
    const asked = [...ending.thread, ...ending.direct].filter((one) =>
      printMessage(one).includes('APPROVAL REQUIRED'),
    );
    const bob = stage.slack.idOf('bob');
    expect(asked.map(printMessage).map((text) => text.split('\n').at(-1))).toEqual([
      `Approved by @${bob} and done.`,
      `Approved by @${bob} and done.`,
    ]);
    expect(asked.flatMap(buttonsOf)).toEqual([]);
  });

  test('it ends with one delivery, whose buttons alone can be pressed', () => {
    const [delivery, ...more] = having('✅ TASK COMPLETE');
    expect(more).toEqual([]);
    expect(delivery).toContain('URL  /apps/cellphone-crm');
    expect(delivery).toContain('[Open App] [View Details] [Create Another]');
    expect(ending.thread.flatMap(buttonsOf).map(({ label }) => label)).toEqual([
      'View Details',
      'Create Another',
      'Undo…',
    ]);
  });

  test('slack:check finds all well, and a program with another secret', async () => {
    const given = {
      SLACK_API_URL: stage.slack.apiUrl,
      SLACK_BOT_TOKEN: botToken,
      SLACK_SIGNING_SECRET: stage.program.secret,
      PUBLIC_URL: stage.address,
    };
    const said = printFindings(await checkSlack(given));
    expect(said).toContain(`The program is reached at ${stage.program.url}`);
    expect(said).toContain('It refuses what Slack has not signed.');
    expect(said).toMatch(/All is well\.$/);
    const other = { ...given, SLACK_SIGNING_SECRET: '0'.repeat(32) };
    expect(printFindings(await checkSlack(other))).toContain('has another signing secret');
  });

  test('the app is at its address, with what was asked for in the thread', async () => {
    const page = await fetch(`${stage.address}/apps/cellphone-crm/products/new`);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('Notes');
  });

  test('the app of a workspace that the token is not for is shown to nobody', async () => {
    await db.raw`insert into workspaces (id, kind, name) values ('wsp_slack_TOTHER', 'slack', 'Other')`;
    await db.raw`update apps set workspace_id = 'wsp_slack_TOTHER' where slug = 'cellphone-crm'`;
    const page = await fetch(`${stage.address}/apps/cellphone-crm`);
    expect(page.status).toBe(404);
  });
});
