/** A delivered app is taken back in a real browser, with the real queue: asked, stopped, and done. */
import { expect, test } from 'vitest';
import { accessibilityProblems, looks, openPage, testBrowser } from '../support/browser.ts';
import { testProgram } from '../support/program.ts';

const program = await testProgram();
const browser = await testBrowser();

test.each(Object.entries(looks))(
  'undo in the chat, %s',
  async (name, look) => {
    const conversation = `undo-${name}`;
    await program.say(conversation, 'Keep track of wine bottles with name, vintage and price');
    await program.press(await program.card(conversation, 'plan'), 'Accept');
    const delivery = await program.card(conversation, 'delivery');
    const address = delivery.fields.find((field) => field.label === 'URL')?.value ?? '';
    const { page, complaints } = await openPage(browser, look);

    await page.goto(`${program.address}${address}/wine_bottles/new`);
    await page.fill('[name=name]', 'Barolo');
    await page.getByRole('button', { name: /^Save/ }).first().click();
    await page.waitForSelector('.toast');

    await page.goto(`${program.address}/c/${conversation}`);
    const card = page.locator('.card[data-kind=undo]');
    await page.getByRole('button', { name: 'Undo…' }).click();
    await card.getByText('Will be undone').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await card.getByRole('button', { name: 'Undo it' }).click();
    await card.getByText(/has 1 record that was added since; keep it\?/).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    expect((await fetch(program.address + address)).status).toBe(200);

    await card.getByRole('button', { name: 'Undo anyway' }).click();
    await card.getByText(/is undone$/).waitFor();
    const delivered = page.locator('.card[data-kind=delivery]');
    await delivered.getByText(/^Undone on \d+ \w+ \d{4} by you\.$/).waitFor();
    expect(await delivered.getByRole('link', { name: 'Open App' }).count()).toBe(0);
    expect((await fetch(program.address + address)).status).toBe(404);
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  },
  120_000,
);
