/** Every kind of card as Slack draws it: light and dark, on a desk and on a phone. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Card } from '../../src/bot/card.ts';
import { renderHome } from '../../src/bot/slack/home.ts';
import {
  describeModal,
  detailsModal,
  settingsModal,
  textModal,
} from '../../src/bot/slack/modal.ts';
import { renderCard } from '../../src/bot/slack/render.ts';
import { looks, openPage, testBrowser } from '../support/browser.ts';
import { testProgram } from '../support/program.ts';
import { conversationCards, passingCards, people } from '../support/slack-card.ts';
import { drawBlocks } from '../support/slack-page.ts';

const look = { baseUrl: 'https://factotum.example' };
const browser = await testBrowser();
const cards = { ...passingCards(), ...(await conversationCards(await testProgram())) };
/** SLACK_SHOTS names a folder for pictures to look at. */
const folder = process.env['SLACK_SHOTS'];

test('the cards are of every kind', () => {
  const kinds = new Set(Object.values(cards).map(({ card }) => card.kind));
  expect([...kinds].sort()).toEqual([...Card.shape.kind.options].sort());
});

const posted = cards['approval'];
const details = cards['details'];
if (!posted || !details) throw new Error('There are cards missing.');
const running = {
  title: 'Cellphone Store CRM',
  state: '65%',
  status: 'running',
  percent: 65,
} as const;
const waits = { title: 'Wine cellar', state: 'waits for you', status: 'pending' } as const;
const done = { title: 'Bee hives', state: 'done', status: 'completed', app: '/apps/bees' } as const;
const tasks = [running, waits, { ...done, permalink: 'https://acme.slack.com/archives/C1/p1' }];
const reject = { label: 'Why not? (optional)', placeholder: 'A reason helps whoever asked.' };
const quote = { text: 'We keep forgetting who repairs which phone.', author: 'U024BE7LH' };
const quiet = { quietFrom: '22:00', quietTo: '07:30', timezone: 'Europe/Lisbon' };
const views = {
  'home-empty': renderHome({ tasks: [], approvals: [] }, look),
  home: renderHome({ tasks, approvals: [{ posted, task: running.title }] }, look),
  'modal-text': textModal({ action: 'act_1', version: 1, label: 'Reject', input: reject }),
  'modal-describe': describeModal({ metadata: {}, quote }),
  'modal-settings': settingsModal({ notify: 'approvals', ...quiet }),
  'modal-details': detailsModal(details.card, look),
};

const screens = {
  light: { ...looks.light, viewport: { width: 760, height: 700 } },
  dark: { ...looks.dark, viewport: { width: 760, height: 700 } },
  phone: looks.phone,
} as const;

const names = Object.keys(screens) as (keyof typeof screens)[];

test.each(names)(
  'every card and view is drawn without an error and within the width: %s',
  async (screen) => {
    const { page, complaints } = await openPage(browser, screens[screen]);
    const draw = async (name: string, blocks: unknown[]): Promise<string> => {
      const theme = screen === 'dark' ? 'dark' : 'light';
      await drawBlocks(page, { title: name, blocks, people }, theme);
      if (folder) {
        await mkdir(folder, { recursive: true });
        const path = join(folder, `${name}-${screen}.png`);
        await page.screenshot({ path, fullPage: true });
      }
      const beyond = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(beyond, `${name} is wider than the screen`).toBe(0);
      return page.locator('#place').innerText();
    };
    for (const [name, card] of Object.entries(cards)) {
      const words = await draw(name, renderCard(card, look).blocks);
      if (card.card.title) expect(words).toContain(card.card.title);
      for (const { label } of card.card.actions) expect(words).toContain(label);
    }
    for (const [name, { blocks }] of Object.entries(views))
      expect((await draw(name, blocks)).length, name).toBeGreaterThan(40);
    expect(complaints).toEqual([]);
    await page.context().close();
  },
  120_000,
);
