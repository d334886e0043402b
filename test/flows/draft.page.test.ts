/** A text in the web chat, in a real browser: asked for, copied, edited in its form. */
import { expect, test } from 'vitest';
import { accessibilityProblems, looks, openPage, testBrowser } from '../support/browser.ts';
import { testProgram } from '../support/program.ts';

const program = await testProgram();
const browser = await testBrowser();
const folder = process.env['CHAT_SHOTS'];

test('a reply is written, copied and edited', async () => {
  const { page, complaints } = await openPage(browser, looks.light);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(program.address);
  await page.fill('#say', 'Draft a reply to Ana about the late delivery');
  await page.keyboard.press('Enter');
  const card = page.locator('.card[data-kind=delivery]');
  await card.waitFor();
  expect(await accessibilityProblems(page)).toEqual([]);
  if (folder) await page.screenshot({ path: `${folder}/draft.png`, fullPage: true });
  await page.getByRole('button', { name: 'Copy' }).click();
  await expect.poll(() => page.locator('.composer-hint').innerText()).toBe('Copied.');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(
    /^Hello Ana,\n\nThank you/,
  );
  await page.getByRole('button', { name: 'Edit' }).click();
  const field = card.locator('form:visible textarea');
  expect(await field.inputValue()).toMatch(/^Hello Ana,/);
  if (folder) await page.screenshot({ path: `${folder}/edit.png`, fullPage: true });
  await field.fill('Hello Ana,\n\nIt comes on Friday.\n\nBob');
  await card.locator('form:visible button').click();
  await page.getByText('What changed in version 2').waitFor();
  expect(await card.locator('.card-words').innerText()).toBe(
    'Hello Ana,\n\nIt comes on Friday.\n\nBob',
  );
  expect(await accessibilityProblems(page)).toEqual([]);
  if (folder) await page.screenshot({ path: `${folder}/second.png`, fullPage: true });
  expect(complaints).toEqual([]);
});
