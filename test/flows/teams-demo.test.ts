/** What `npm run demo:teams` plays, on a database of the test: the cellphone store from message to delivery. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buttonsOf, printCard } from '../../demo/teams/message.ts';
import { type Ending, play, type Scene } from '../../demo/teams/play.ts';
import { openStage, type Stage } from '../../demo/teams/stage.ts';
import type { AdaptiveCard } from '../../src/bot/teams/element.ts';
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
const having = (words: string) => ending.thread.map(printCard).filter((it) => it.includes(words));
const titles = (cards: AdaptiveCard[]) => cards.flatMap(buttonsOf).map(({ title }) => title);

describe('the cellphone store in Teams', () => {
  test('a mention is answered with one plan, in its thread', () => {
    const plan = shownAt('writes: @Factotum Create a CRM for my cellphone store');
    expect(plan).toContain(
      '1. Create database tables  [CRITICAL]\n   → customers, products, sales, repairs',
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

  test('on one message, whoever decides has buttons that nobody else has', () => {
    expect(shownAt('writes: continue my CRM task')).toMatch(/^@Bob\n[\s\S]*\n\[Decide\]$/);
    const forAna = shownAt('presses [Decide], and sees alone');
    expect(forAna).toMatch(/Only those named above decide\.$/);
    expect(shownAt('looks at the same message')).toMatch(/\n\[Approve\] \[Modify\] \[Reject\]$/);
  });

  test('the approval is asked for in the thread and with Bob alone, and closed in both by one click', () => {
    expect(shownAt('has it in his own chat as well')).toMatch(
      /\n\[Approve\] \[Modify\] \[Reject\]$/,
    );
    expect(shownAt('presses [Approve] in the channel, and is told alone')).toContain('Approved.');
    const asked = [...ending.thread, ...ending.direct].filter((card) =>
      printCard(card).includes('APPROVAL REQUIRED'),
    );
    expect(asked.map((card) => printCard(card).split('\n').at(-1))).toEqual([
      'Approved by Bob and done.',
      'Approved by Bob and done.',
    ]);
    expect(titles(asked)).toEqual([]);
    expect(asked.filter(({ refresh }) => refresh)).toEqual([]);
  });

  test('it ends with one delivery, whose buttons alone can be pressed', () => {
    const [delivery, ...more] = having('✅ TASK COMPLETE');
    expect(more).toEqual([]);
    expect(delivery).toContain('URL /apps/cellphone-crm');
    expect(delivery).toContain('[Open App] [View Details] [Create Another] [Undo…]');
    expect(titles(ending.thread)).toEqual(['View Details', 'Create Another', 'Undo…']);
  });

  test('the app is at its address, with what was asked for in the thread', async () => {
    const page = await fetch(`${stage.address}/apps/cellphone-crm/products/new`);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('Notes');
  });

  test('no conversation got more than Teams lets a bot say', () => {
    expect(stage.teams.overruns()).toEqual([]);
  });

  test('the app of another tenant is shown to nobody', async () => {
    await db.raw`insert into workspaces (id, kind, name) values ('wsp_teams_other', 'teams', 'Other')`;
    await db.raw`update apps set workspace_id = 'wsp_teams_other' where slug = 'cellphone-crm'`;
    const page = await fetch(`${stage.address}/apps/cellphone-crm`);
    expect(page.status).toBe(404);
  });
});
