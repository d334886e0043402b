/** The pages of a generated app in a real browser: with and without scripts, by mouse, by keyboard, on a phone. */
import express from 'express';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../src/apps/app.ts';
import { getRecord, updateRecord } from '../../src/apps/record.ts';
import type { Database } from '../../src/db/client.ts';
import { appPages } from '../../src/web/app/route.ts';
import { assets } from '../../src/web/ui/asset.ts';
import { securityHeaders } from '../../src/web/ui/security.ts';
import {
  accessibilityProblems,
  looks,
  openPage,
  testBrowser,
  testServer,
} from '../support/browser.ts';
import { testDatabase } from '../support/database.ts';
import { addRecord, createStore } from '../support/store.ts';

const browser = await testBrowser();
let db: Database;
let app: App;
let site: string;
let customer: string;
let repair: string;

beforeAll(async () => {
  db = await testDatabase();
  app = await createStore(db);
  customer = await addRecord(db, app, 'customers', {
    name: 'Ana Silva',
    phone: '+1 512 555 0100',
    email: 'ana@example.com',
    tier: 'gold',
  });
  await addRecord(db, app, 'customers', { name: 'Ana Costa', phone: '+1 512 555 0101' });
  for (let i = 0; i < 60; i += 1) {
    await addRecord(db, app, 'customers', { name: `Person ${i}`, phone: `+1 512 555 ${1000 + i}` });
  }
  await addRecord(db, app, 'products', { name: 'Pixel 11', price: '799', stock: '3' });
  await addRecord(db, app, 'sales', {
    number: 'S-1',
    customer,
    total: '120',
    sold_on: new Date().toISOString().slice(0, 10),
  });
  repair = await addRecord(db, app, 'repairs', {
    device: 'iPhone 15',
    customer,
    quote: '59',
    due: '2020-01-01',
    issue: 'Cracked screen',
  });

  const empty = {
    ...app,
    slug: 'empty',
    status: 'building' as const,
    spec: { ...app.spec, views: app.spec.views.slice(2, 3) },
  };
  const web = express();
  web.use(securityHeaders());
  web.use('/assets', assets());
  web.use(
    '/apps',
    appPages({
      db,
      now: () => new Date(),
      findApp: async (slug) => ({ store: app, building: empty })[slug],
    }),
  );
  site = await testServer(web);
});

/** A new repair that waits in the first column. */
const receivedRepair = (device: string) =>
  addRecord(db, app, 'repairs', { device, customer, due: '2020-01-01' });
const statusOf = async (id: string) => (await getRecord(db, app, 'repairs', id))?.values['status'];

describe('accessibility', () => {
  const paths: [string, () => string][] = [
    ['dashboard', () => '/apps/store'],
    ['list', () => '/apps/store/customers'],
    ['filtered list', () => '/apps/store/repairs?q=iphone&f.status=received&f.due=2019-01-01..'],
    ['list that finds nothing', () => '/apps/store/customers?q=zzzz'],
    ['board', () => '/apps/store/v/repair_board'],
    ['customer', () => `/apps/store/customers/${customer}`],
    ['repair', () => `/apps/store/repairs/${repair}`],
    ['new form', () => '/apps/store/repairs/new'],
    ['edit form', () => `/apps/store/customers/${customer}/edit`],
    ['search', () => '/apps/store/search?q=ana'],
    ['missing page', () => '/apps/store/nothing-here'],
    ['missing app', () => '/apps/nowhere'],
    ['app that is being built', () => '/apps/building'],
  ];
  it.each(Object.keys(looks) as (keyof typeof looks)[])(
    'nothing serious is found in %s',
    async (look) => {
      const { page, complaints } = await openPage(browser, looks[look]);
      for (const [name, path] of paths) {
        await page.goto(site + path());
        expect(await accessibilityProblems(page), `${name} in ${look}`).toEqual([]);
        expect(await page.evaluate(isWiderThanWindow), `${name} in ${look} scrolls sideways`).toBe(
          false,
        );
      }
      expect(complaints).toEqual([]);
      await page.context().close();
    },
    120_000,
  );
});

// Runs in the page.
const isWiderThanWindow =
  'document.documentElement.scrollWidth > document.documentElement.clientWidth';

describe('lists', () => {
  it('search while typing, and keep the address for a reload', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${site}/apps/store/customers`);
    expect(await page.textContent('.total')).toContain('62 customers');
    await page.fill('.main input[type=search]', 'silva');
    await page.waitForSelector('.total:has-text("1 customer")');
    expect(await page.locator('tbody tr').count()).toBe(1);
    expect(page.url()).toContain('?q=silva');
    await page.reload();
    expect(await page.inputValue('.main input[type=search]')).toBe('silva');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('filter from the panel, show a chip, and remove it', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${site}/apps/store/customers`);
    await page.click('#filters > summary');
    await page.selectOption('select[name="f.tier"]', 'gold');
    await page.waitForSelector('.chip:has-text("Tier: Gold")');
    expect(await page.locator('tbody tr').count()).toBe(1);
    expect(await page.locator('#filter-count').isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    await page.click('[aria-label="Remove filter Tier"]');
    await page.waitForSelector('.total:has-text("62")');
    await page.context().close();
  });

  it('filter by a linked record, and stop when its name is emptied', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${site}/apps/store/repairs`);
    const all = await page.textContent('.total');
    await page.click('#filters > summary');
    await page.locator('[name="f.customer.text"]').pressSequentially('ana costa');
    await page.click('[role=option]:has-text("Ana Costa")');
    await page.waitForSelector('.chip:has-text("Ana Costa")');
    expect(await page.textContent('.total')).toContain('0 repairs');
    await page.fill('[name="f.customer.text"]', '');
    await page.keyboard.press('Tab');
    await page.waitForSelector('.chip', { state: 'detached' });
    expect(await page.textContent('.total')).toBe(all);
    await page.context().close();
  });

  it('go from page to page', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${site}/apps/store/customers?sort=name`);
    const first = await page.textContent('tbody .row-link');
    await page.click('a[rel=next]');
    expect(await page.locator('tbody tr').count()).toBe(12);
    await page.click('a[rel=prev]');
    expect(await page.textContent('tbody .row-link')).toBe(first);
    await page.context().close();
  });
});

describe('forms', () => {
  it('keep what was typed and name every problem', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${site}/apps/store/customers/new`);
    await page.fill('[name=email]', 'no address');
    await page.fill('[name=city]', 'Lisbon');
    await page.click('text=Save customer');
    await page.waitForSelector('.error-summary');
    expect(await page.locator('.error-summary li').count()).toBe(3);
    expect(await page.inputValue('[name=email]')).toBe('no address');
    expect(await page.inputValue('[name=city]')).toBe('Lisbon');
    expect(await page.evaluate('document.activeElement.className')).toBe('error-summary');
    expect(await page.getAttribute('[name=email]', 'aria-describedby')).toContain(
      'field-email-error',
    );
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.context().close();
  });

  it('pick a record by keyboard among many', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${site}/apps/store/repairs/new`);
    await page.fill('[name=device]', 'Moto G');
    await page.locator('[name="customer.text"]').pressSequentially('person 5');
    await page.waitForSelector('[role=option]:has-text("Person 59")');
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await page.inputValue('[name="customer.text"]')).toMatch(/^Person 5/);
    await page.click('text=Save repair');
    await page.waitForSelector('.toast:has-text("was added")');
    expect(await page.textContent('.details')).toContain('Person 5');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('show both versions when two people changed the same field', async () => {
    const id = await addRecord(db, app, 'customers', {
      name: 'Two Hands',
      phone: '+1 512 555 0190',
      city: 'Porto',
    });
    const { page } = await openPage(browser);
    await page.goto(`${site}/apps/store/customers/${id}/edit`);
    const seen = await getRecord(db, app, 'customers', id);
    await updateRecord(db, app, 'customers', id, seen?.version ?? 0, { city: 'Berlin' });
    await page.fill('[name=city]', 'Lyon');
    await page.fill('[name=notes]', 'Calls at noon');
    await page.click('text=Save changes');
    await page.waitForSelector('.conflict');
    expect(await page.textContent('.conflict')).toMatch(/Keep mine\s*Lyon.*Take theirs\s*Berlin/s);
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.click('text=Take theirs');
    await page.click('text=Save changes');
    await page.waitForSelector('.toast:has-text("Changes saved")');
    const now = await getRecord(db, app, 'customers', id);
    expect([now?.values['city'], now?.values['notes']]).toEqual(['Berlin', 'Calls at noon']);
    await page.context().close();
  });
});

describe('boards', () => {
  const drag = async (page: Page, id: string, column: string) => {
    const card = page.locator(`#card-${id}`);
    await card.hover();
    await page.mouse.down();
    const box = await page.locator(`.column[data-status=${column}] .cards`).boundingBox();
    await page.mouse.move((box?.x ?? 0) + 40, (box?.y ?? 0) + 10, { steps: 6 });
    return { drop: () => page.mouse.up() };
  };

  it('light up only the columns that take the dragged card, and move it there', async () => {
    const id = await receivedRepair('Dragged phone');
    const { page, complaints } = await openPage(browser);
    await page.goto(`${site}/apps/store/v/repair_board`);
    const { drop } = await drag(page, id, 'diagnosing');
    expect(await page.locator('.column[data-drop=yes]').getAttribute('data-status')).toBe(
      'diagnosing',
    );
    expect(await page.locator('.column[data-drop=no]').count()).toBe(3);
    await drop();
    await page.waitForSelector('.toast:has-text("is now Diagnosing")');
    expect(await page.locator(`.column[data-status=diagnosing] #card-${id}`).count()).toBe(1);
    expect(await statusOf(id)).toBe('diagnosing');
    await page.click('.toast >> text=Undo');
    await page.waitForSelector('.toast:has-text("is now Received")');
    expect(await statusOf(id)).toBe('received');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('refuse a forbidden drop and say why', async () => {
    const id = await receivedRepair('Impatient phone');
    const { page } = await openPage(browser);
    await page.goto(`${site}/apps/store/v/repair_board`);
    const { drop } = await drag(page, id, 'delivered');
    await drop();
    await page.waitForSelector('.toast:has-text("cannot move to Delivered")');
    expect(await page.textContent('.toast')).toContain('Diagnosing');
    expect(await page.locator(`.column[data-status=received] #card-${id}`).count()).toBe(1);
    expect(await statusOf(id)).toBe('received');
    await page.context().close();
  });

  it('move a card by keyboard and keep the focus on it', async () => {
    const id = await receivedRepair('Keyboard phone');
    const { page } = await openPage(browser);
    await page.goto(`${site}/apps/store/v/repair_board`);
    await page.focus(`#move-${id} > summary`);
    await page.keyboard.press('Enter');
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForSelector(`.column[data-status=diagnosing] #card-${id}`);
    expect(await page.evaluate("document.activeElement.closest('[data-card]')?.id")).toBe(
      `card-${id}`,
    );
    await page.context().close();
  });

  it('refuse a forged move in words, and leave the card where it is', async () => {
    const id = await receivedRepair('Forged phone');
    const { page } = await openPage(browser);
    await page.goto(`${site}/apps/store/repairs/${id}`);
    await page.evaluate("document.querySelector('button[name=to]').value = 'delivered'");
    await page.click('button[name=to]');
    await page.waitForSelector('.toast[data-kind=refused]');
    expect(await statusOf(id)).toBe('received');
    await page.context().close();
  });
});

describe('records', () => {
  it('are deleted after a question and come back by Undo', async () => {
    const id = await addRecord(db, app, 'customers', {
      name: 'Gone Soon',
      phone: '+1 512 555 0195',
    });
    const { page } = await openPage(browser);
    await page.goto(`${site}/apps/store/customers/${id}`);
    await page.click('summary[aria-label="Delete customer"]');
    await page.click('.confirm button');
    await page.waitForSelector('.toast:has-text("was deleted")');
    expect(await getRecord(db, app, 'customers', id)).toBeUndefined();
    await page.click('.toast >> text=Undo');
    await page.waitForSelector('.toast:has-text("is back")');
    expect(page.url()).toContain(`/customers/${id}`);
    await page.context().close();
  });

  it('that others need are kept, and the page says by whom', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${site}/apps/store/customers/${customer}`);
    await page.click('summary[aria-label="Delete customer"]');
    await page.click('.confirm button');
    await page.waitForSelector('.toast:has-text("still used by")');
    await page.context().close();
  });

  it('offer a new linked record with the link filled in, and come back', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${site}/apps/store/customers/${customer}`);
    await page.click('text=New sale');
    expect(await page.inputValue('[name="customer.text"]')).toBe('Ana Silva');
    await page.fill('[name=number]', 'S-linked');
    await page.fill('[name=total]', '1,234.50');
    await page.click('text=Save sale');
    await page.waitForSelector('.linked:has-text("S-linked")');
    expect(page.url()).toBe(`${site}/apps/store/customers/${customer}`);
    expect(await page.textContent('.linked')).toContain('$1,234.50');
    await page.context().close();
  });
});

describe('search', () => {
  it('opens with Ctrl K, finds while typing, and is walked with arrows', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${site}/apps/store`);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('silva');
    await page.waitForSelector('#palette a:has-text("Ana Silva")');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/customers/${customer}`);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

describe('colours', () => {
  it('change at once and stay after a reload', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${site}/apps/store`);
    const saved = page.waitForResponse('**/assets/theme');
    await page.click('.sidebar .to-dark');
    await saved;
    await page.reload();
    expect(await page.getAttribute('html', 'data-theme')).toBe('dark');
    await page.context().close();
  });
});

describe('without scripts', () => {
  const plain = { ...looks.light, javaScriptEnabled: false };

  it('a record is found, added with a picked link, moved and deleted', async () => {
    const { page } = await openPage(browser, plain);
    await page.goto(`${site}/apps/store/customers`);
    await page.fill('.main input[type=search]', 'silva');
    await page.keyboard.press('Enter');
    await page.waitForURL('**q=silva**');
    expect(await page.locator('tbody tr').count()).toBe(1);

    await page.goto(`${site}/apps/store/repairs/new`);
    await page.fill('[name=device]', 'Scriptless phone');
    await page.fill('[name="customer.text"]', 'ana');
    await page.click('text=Save repair');
    expect(await page.textContent('.error-summary')).toContain('Several customers match');
    expect(await page.inputValue('[name=device]')).toBe('Scriptless phone');
    await page.check('.match:has-text("Ana Costa") input');
    await page.click('text=Save repair');
    expect(await page.textContent('.details')).toContain('Ana Costa');

    await page.click('text=Move to Diagnosing');
    expect(await page.textContent('.track-now')).toBe('Diagnosing');
    await page.click('summary[aria-label="Delete repair"]');
    await page.click('.confirm button');
    expect(await page.textContent('.toast')).toContain('was deleted');
    await page.context().close();
  });

  it('a card moves from its menu on the board', async () => {
    const id = await receivedRepair('Plain phone');
    const { page } = await openPage(browser, plain);
    await page.goto(`${site}/apps/store/v/repair_board`);
    await page.click(`#move-${id} > summary`);
    await page.click(`#move-${id} button[value=diagnosing]`);
    expect(await page.locator(`.column[data-status=diagnosing] #card-${id}`).count()).toBe(1);
    await page.context().close();
  });

  it('the menu of a phone opens and the theme changes', async () => {
    const { page } = await openPage(browser, { ...looks.phone, javaScriptEnabled: false });
    await page.goto(`${site}/apps/store`);
    await page.click('summary[aria-label=Menu]');
    await page.click('.drawer .to-dark');
    expect(await page.getAttribute('html', 'data-theme')).toBe('dark');
    await page.click('summary[aria-label=Menu]');
    await page.click('.drawer >> text=Customers');
    expect(page.url()).toContain('/customers');
    await page.context().close();
  });
});
