/** Every kind of card as Microsoft's renderer draws it: light and dark, on a desk and on a phone. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { PostedCard } from '../../src/bot/bot.ts';
import { Card } from '../../src/bot/card.ts';
import { parsePressed } from '../../src/bot/teams/invoke.ts';
import type { CardLook } from '../../src/bot/teams/look.ts';
import { renderCard } from '../../src/bot/teams/render.ts';
import { decidersOf } from '../../src/bot/teams/view.ts';
import { accessibilityProblems, looks, openPage, testBrowser } from '../support/browser.ts';
import { testProgram } from '../support/program.ts';
import { conversationCards, passingCards } from '../support/slack-card.ts';
import { type Drawn, drawCard } from '../support/teams-page.ts';

const people = new Map([
  ['U024BE7LH', { id: 'U024BE7LH', name: 'Ana Ribeiro', mri: '29:ana' }],
  ['U0G9QF9C6', { id: 'U0G9QF9C6', name: 'Bob Okafor', mri: '29:bob' }],
]);
const look: CardLook = { baseUrl: 'https://factotum.example', people };
/** As somebody sees it who may decide. */
const viewOf = ({ card }: PostedCard): CardLook => ({
  ...look,
  viewer: decidersOf(card)[0] ?? 'x',
});
const browser = await testBrowser();
const cards = { ...passingCards(), ...(await conversationCards(await testProgram())) };
/** TEAMS_SHOTS names a folder for pictures to look at. */
const folder = process.env['TEAMS_SHOTS'];

test('the cards are of every kind', () => {
  const kinds = new Set(Object.values(cards).map(({ card }) => card.kind));
  expect([...kinds].sort()).toEqual([...Card.shape.kind.options].sort());
});

const screens = {
  light: { ...looks.light, viewport: { width: 720, height: 700 } },
  dark: { ...looks.dark, viewport: { width: 720, height: 700 } },
  phone: looks.phone,
} as const;

test.each(Object.keys(screens) as (keyof typeof screens)[])(
  'every card is drawn without an error and within the width: %s',
  async (screen) => {
    const { page, complaints } = await openPage(browser, screens[screen]);
    for (const [name, posted] of Object.entries(cards)) {
      const { card } = renderCard(posted, viewOf(posted));
      const drawn = await drawCard(page, card, screen === 'dark' ? 'dark' : 'light');
      if (folder) {
        await mkdir(folder, { recursive: true });
        await page.locator('#place').screenshot({ path: join(folder, `${name}-${screen}.png`) });
      }
      expect(drawn.complaints, name).toEqual([]);
      const beyond = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(beyond, `${name} is wider than the screen`).toBe(0);
      if (posted.card.title) expect(drawn.words).toContain(posted.card.title);
      for (const { label } of posted.card.actions) expect(drawn.words).toContain(label);
      expect(await accessibilityProblems(page), name).toEqual([]);
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  },
  120_000,
);

/** Draws a card and keeps a picture of it, where pictures are kept. */
async function show(page: Page, name: string, about: Partial<CardLook> = {}): Promise<Drawn> {
  const posted = cards[name];
  if (!posted) throw new Error(`There is no ${name} card.`);
  return drawCard(page, renderCard(posted, { ...viewOf(posted), ...about }).card, 'light');
}
const keep = async (page: Page, name: string) => {
  if (folder) await page.locator('#place').screenshot({ path: join(folder, `${name}.png`) });
};
const pressedOn = (page: Page) =>
  page.evaluate(() => (globalThis as unknown as { pressed: { data: unknown }[] }).pressed);

test('Modify opens a field within the card and sends what was written with the action', async () => {
  const { page } = await openPage(browser, screens.phone);
  await show(page, 'plan');
  const field = page.locator('textarea');
  expect(await field.isVisible()).toBe(false);
  await page.getByRole('button', { name: 'Modify' }).click();
  expect(await field.isVisible()).toBe(true);
  await page.getByRole('button', { name: 'Modify' }).last().click();
  expect(await pressedOn(page)).toEqual([]);
  expect(await page.locator('#place').innerText()).toContain('Write it here first.');
  await field.fill('add a birthday');
  await keep(page, 'open-modify');
  await page.getByRole('button', { name: 'Modify' }).last().click();
  const [pressed] = await pressedOn(page);
  const value = { action: { verb: 'act', data: pressed?.data }, trigger: 'manual' };
  expect(parsePressed(value)).toMatchObject({ kind: 'act', text: 'add a birthday' });
  await page.context().close();
});

test('a button that destroys something asks first', async () => {
  const { page } = await openPage(browser, screens.light);
  await show(page, 'progress');
  await page.getByRole('button', { name: 'Cancel' }).click();
  expect(await pressedOn(page)).toEqual([]);
  await keep(page, 'open-cancel');
  await page.getByRole('button', { name: 'Cancel the task' }).click();
  expect(await pressedOn(page)).toHaveLength(1);
  await page.context().close();
});

test('what is folded opens and closes', async () => {
  const { page } = await openPage(browser, screens.light);
  await show(page, 'plan');
  const inside = page.getByText('Understood', { exact: true });
  expect(await inside.isVisible()).toBe(false);
  await page.getByText('Understood · Done when').first().click();
  expect(await inside.isVisible()).toBe(true);
  await keep(page, 'open-fold');
  await page.getByText('Understood · Done when').last().click();
  expect(await inside.isVisible()).toBe(false);
  await page.context().close();
});

test('in a room the card has one button, alone and for those who decide it has theirs', async () => {
  const { page } = await openPage(browser, screens.light);
  const shared = await drawCard(
    page,
    renderCard(cards['approval'] as PostedCard, look).card,
    'light',
  );
  expect(shared.words).toContain('Decide');
  expect(shared.words).not.toContain('Reject');
  await keep(page, 'view-room');
  const other = await show(page, 'approval', { viewer: 'U0OTHER00' });
  expect(other.words).toContain('Only those named above decide.');
  expect(other.words).not.toContain('Reject');
  await keep(page, 'view-other');
  const own = await show(page, 'approval');
  expect(own.words).toContain('Reject');
  await page.context().close();
});

test('the outline icon is white on nothing, as Teams wants it; the other fills its square', async () => {
  const { page } = await openPage(browser);
  const shades = async (name: string) => {
    const file = join(import.meta.dirname, '../../teams/appPackage', name);
    const png = (await readFile(file)).toString('base64');
    return page.evaluate(shadesOf, `data:image/png;base64,${png}`);
  };
  const outline = await shades('outline.png');
  expect(outline.colors).toEqual(['255,255,255']);
  expect(outline.clear).toBeGreaterThan(0.5);
  expect((await shades('color.png')).clear).toBe(0);
  await page.context().close();
});

/** Runs in the page: the colours of what is seen of a picture, and how much of it is clear. */
async function shadesOf(url: string): Promise<{ colors: string[]; clear: number }> {
  const image = new Image();
  image.src = url;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  const colors = new Set<string>();
  let clear = 0;
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] === 0) clear += 1;
    // Nearly clear pixels have lost their colour to rounding.
    else if ((data[at + 3] ?? 0) > 40) colors.add(data.slice(at, at + 3).join());
  }
  return { colors: [...colors], clear: clear / (image.width * image.height) };
}
