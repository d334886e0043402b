/** A newcomer in a real browser: describes a CRM in the web chat, accepts, watches it happen and uses the app. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { accessibilityProblems, looks, openPage, testBrowser } from '../support/browser.ts';
import { testProgram } from '../support/program.ts';

const program = await testProgram();
const browser = await testBrowser();
const description = `Create a CRM for my cellphone store with:
- Customer list with name, phone, email
- Product inventory with brand, model, price, stock
- Sales tracking linked to customers and products
- Repair status board: received, diagnosing, repairing, ready, delivered
- Search by customer name or phone number`;

/** Types into the searchable picker of a relation and takes the first answer. */
async function pick(page: Page, field: string, words: string): Promise<void> {
  await page.locator(`[name="${field}.text"]`).pressSequentially(words);
  await page.locator('[role=option]:visible', { hasText: words }).first().click();
}

async function create(page: Page, entity: string, fill: () => Promise<void>): Promise<void> {
  await page.goto(`${program.address}/apps/cellphone-crm/${entity}/new`);
  await fill();
  await page.getByRole('button', { name: /^Save/ }).first().click();
  await page.waitForSelector('.toast');
}

test('a description typed in the chat becomes an app in which a day of work can be done', async () => {
  const { page, complaints } = await openPage(browser, looks.light);
  await page.goto(program.address);
  await page.fill('#say', description);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.card[data-kind=plan]');
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.getByRole('button', { name: 'Accept' }).click();
  await page.waitForSelector('.card[data-kind=progress]');
  await page.waitForSelector('.card[data-kind=delivery]');
  expect(await page.locator('.card[data-kind=progress] progress').getAttribute('value')).toBe(
    '100',
  );
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.getByRole('link', { name: 'Open App' }).click();
  await page.waitForURL('**/apps/cellphone-crm**');

  await create(page, 'customers', async () => {
    await page.fill('[name=name]', 'Ana Silva');
    await page.fill('[name=phone]', '+1 512 555 0100');
    await page.fill('[name=email]', 'ana@example.com');
  });
  await create(page, 'products', async () => {
    await page.fill('[name=brand]', 'Fairphone');
    await page.fill('[name=model]', 'Gen 6');
    await page.fill('[name=price]', '1,599.00');
    await page.fill('[name=stock]', '7');
  });
  await create(page, 'sales', async () => {
    await pick(page, 'customer', 'Ana');
    await pick(page, 'product', 'Gen 6');
    await page.fill('[name=quantity]', '1');
    await page.fill('[name=total]', '1,599.00');
  });
  await page.goto(`${program.address}/apps/cellphone-crm/sales`);
  expect(await page.locator('tbody').textContent()).toContain('Ana Silva');

  await create(page, 'repairs', async () => {
    const device = page.locator('[name=device]');
    if (await device.count()) await device.fill('Fairphone 5');
    if (await page.locator('[name="customer.text"]').count()) await pick(page, 'customer', 'Ana');
  });
  const { views } = await spec();
  const board = views.find((view) => view.kind === 'board');
  await page.goto(`${program.address}/apps/cellphone-crm/v/${board?.key}`);
  const card = page
    .locator('.column[data-status=received] .board-card, .column[data-status=received] [id^=card-]')
    .first();
  const id = await card.getAttribute('id');
  // A forged jump from received to delivered is refused, and the card stays where it was.
  await drag(page, `#${id}`, 'delivered');
  expect(await page.locator(`.column[data-status=received] #${id}`).count()).toBe(1);
  await drag(page, `#${id}`, 'diagnosing');
  await page.waitForSelector(`.column[data-status=diagnosing] #${id}`);
  const forged = await page.evaluate(
    async (record) => {
      const response = await fetch(`/apps/cellphone-crm/repairs/${record}/move`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: 'field=status&to=delivered',
      });
      return response.text();
    },
    id?.replace('card-', ''),
  );
  expect(forged).toMatch(/cannot|not allowed|can only/i);
  await page.reload();
  expect(await page.locator(`.column[data-status=diagnosing] #${id}`).count()).toBe(1);

  await page.goto(`${program.address}/apps/cellphone-crm/customers`);
  await page.locator('.main input[type=search]').fill('5550100');
  await page.waitForURL('**q=5550100**');
  expect(await page.locator('tbody').textContent()).toContain('Ana Silva');
  expect(complaints).toEqual([]);
  await page.context().close();
}, 60_000);

async function drag(page: Page, card: string, column: string): Promise<void> {
  const [from, to] = [
    await page.locator(card).boundingBox(),
    await page.locator(`.column[data-status=${column}] .cards`).boundingBox(),
  ];
  if (!from || !to) throw new Error(`${card} or the column ${column} is not on the board.`);
  await page.mouse.move(from.x + from.width / 2, from.y + 12);
  await page.mouse.down();
  await page.mouse.move(to.x + to.width / 2, to.y + 30, { steps: 6 });
  await page.mouse.move(to.x + to.width / 2, to.y + 34);
  await page.mouse.up();
  await page.waitForTimeout(200);
}

type Detail = { plan: { subject: { views: { kind: string; key: string }[] } } };
async function spec() {
  const { tasks } = await program.get<{ tasks: { task_id: string }[] }>('/api/tasks');
  return (await program.get<Detail>(`/api/tasks/${tasks[0]?.task_id}`)).plan.subject;
}

test('a change typed into Modify makes version 2 in place, and Enter sends while Shift+Enter breaks the line', async () => {
  const { page, complaints } = await openPage(browser, looks.phone);
  await page.goto(`${program.address}/new`);
  await page.locator('#say').pressSequentially('Keep track of wine bottles with name, vintage');
  await page.keyboard.press('Shift+Enter');
  await page.locator('#say').pressSequentially('and price');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Modify' }).click();
  await page.locator('[data-action-form] textarea').fill('add a notes field to bottles');
  await page.locator('[data-action-form] button').click();
  await page.waitForSelector('text=What changed in version 2');
  // The conversation is longer than the screen and scrolls by itself; below the page there is nothing.
  const scrolled = await page.evaluate(() => {
    const inner = document.querySelector('.chat-scroll');
    return {
      isLong: inner !== null && inner.scrollHeight > inner.clientHeight,
      below: document.documentElement.scrollHeight - window.innerHeight,
    };
  });
  expect(scrolled).toEqual({ isLong: true, below: 0 });
  expect(await accessibilityProblems(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await page.context().close();
}, 60_000);

test('the list beside a conversation follows what becomes of its tasks', async () => {
  const { page, complaints } = await openPage(browser, looks.light);
  await page.goto(`${program.address}/new`);
  const lines = [
    'ORCHESTRATE WORKFLOW "ask Ann"',
    'HUMAN TASK "Call Ann"',
    'WAIT 2 HOURS',
    'END WORKFLOW',
  ];
  await page.fill('#say', lines.join('\n'));
  await page.keyboard.press('Enter');
  await page.waitForSelector('.card');
  await page.fill('#say', 'run it');
  await page.keyboard.press('Enter');
  const side = page.locator('#side li', { hasText: 'ask Ann' });
  await page.waitForSelector('.card[data-kind=plan]');
  await expect.poll(() => side.textContent(), { timeout: 8000 }).toContain('waits for you');
  await page.locator('.card[data-kind=plan]').getByRole('button', { name: 'Accept' }).click();
  await page.locator('.card[data-kind=human]').getByRole('button', { name: 'Done' }).click();
  await expect.poll(() => side.textContent(), { timeout: 8000 }).toContain('%');
  // While it waits for a time, its card says until when, and nothing of work.
  const progress = page.locator('.card[data-kind=progress]');
  await expect.poll(() => progress.textContent(), { timeout: 8000 }).toMatch(/Until 20\d\d-/);
  expect(await progress.textContent()).not.toContain('ETA');
  await progress.getByRole('button', { name: 'Pause' }).click();
  await expect.poll(() => side.textContent(), { timeout: 8000 }).toContain('paused');
  expect(complaints).toEqual([]);
});

test('without JavaScript the conversation still works', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${program.address}/new`);
  await page.fill('#say', 'help');
  await page.click('button[type=submit][aria-label=Send]');
  await expect
    .poll(async () => {
      await page.reload();
      return page.locator('.message[data-from=bot]').count();
    })
    .toBe(1);
  await context.close();
}, 60_000);
