/** The sign-in in a real browser: from a link on a card to the app, its history, and out again. */
import { beforeAll, expect, test } from 'vitest';
import { accessibilityProblems, looks, openPage, testBrowser } from '../support/browser.ts';
import { signInProgram } from '../support/signin-program.ts';
import { createStore, storeSpec } from '../support/store.ts';

const program = await signInProgram();
const { db, address, openId } = program;
const browser = await testBrowser();
const ana = { team: 'T0PHONES', user: 'U0ANA', name: 'Ana Lima' };
const shots = process.env['SCREENSHOTS'];

beforeAll(async () => {
  await program.install({ id: ana.team, name: 'Phone Shop' });
  await createStore(db, { ...storeSpec(), slug: 'phones' }, 'wsp_slack_T0PHONES');
});

test.each(Object.entries(looks))(
  'signing in and out, %s',
  async (look, options) => {
    const { page, complaints } = await openPage(browser, options);
    const see = async (name: string) => {
      if (shots) await page.screenshot({ path: `${shots}/${look}-${name}.png` });
      expect(await accessibilityProblems(page), name).toEqual([]);
    };
    await page.goto(`${address}/apps/phones/customers/new`);
    await page.getByRole('link', { name: 'Sign in with Slack' }).waitFor();
    await see('sign-in');

    openId.answer(undefined);
    await page.getByRole('link', { name: 'Sign in with Slack' }).click();
    await page.getByText('was told not to say who you are').waitFor();
    await see('fault');

    await page.getByRole('link', { name: 'Sign in', exact: true }).click();
    openId.answer({ ...ana, team: 'T0STRANGER' });
    await page.getByRole('link', { name: 'Sign in with Slack' }).click();
    await page.getByText('has not installed Factotum').waitFor();
    await see('stranger');

    await page.getByRole('link', { name: 'Sign in with another workspace' }).click();
    // At Slack somebody chooses another workspace; the provider of the tests knows one a browser.
    await page.context().clearCookies({ name: /^_session/ });
    openId.answer(ana);
    await page.getByRole('link', { name: 'Sign in with Slack' }).click();
    await page.waitForURL(`${address}/apps/phones/customers/new`);
    await page.fill('[name=name]', `Cara ${look}`);
    await page.fill('[name=phone]', `+1 512 555 01${10 + Object.keys(looks).indexOf(look)}`);
    await page.getByRole('button', { name: /^Save/ }).first().click();
    await page.getByText('Added by Ana Lima').waitFor();
    await see('record');

    await page.goto(`${address}/apps/elsewhere`);
    await page.getByText('There is no app at this address for Phone Shop').waitFor();
    await see('missing');
    await page.getByRole('link', { name: 'Your workspace' }).click();
    await page.getByText('You are signed in as Ana Lima').waitFor();
    await see('signed-in');

    await page.goto(`${address}/apps/phones`);
    if (options === looks.phone) await page.getByLabel('Menu', { exact: true }).first().click();
    if (shots) await page.screenshot({ path: `${shots}/${look}-app.png` });
    await page.getByRole('button', { name: 'Sign out' }).locator('visible=true').click();
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
    await see('signed-out');
    await page.goBack();
    await page.getByRole('link', { name: 'Sign in with Slack' }).waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  },
  120_000,
);

test('a form that comes too late keeps what was typed, and is sent again', async () => {
  const { page, complaints } = await openPage(browser);
  openId.answer(ana);
  await page.goto(`${address}/signin/slack?back=/apps/phones/customers/new`);
  await page.fill('[name=name]', 'Typed “for” <a> long time');
  await page.fill('[name=phone]', '+1 512 555 0199');
  await page.context().clearCookies();
  await page.getByRole('button', { name: /^Save/ }).first().click();
  await page.getByText('Nothing was saved yet').waitFor();
  if (shots) await page.screenshot({ path: `${shots}/unsent.png` });
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.getByRole('button', { name: 'Send it again' }).click();
  await page.getByText('Nothing was saved yet').waitFor();

  const opened = page.context().waitForEvent('page');
  await page.getByRole('link', { name: 'Sign in in a new tab' }).click();
  const tab = await opened;
  await tab.getByRole('link', { name: 'Sign in with Slack' }).click();
  await tab.getByText('You are signed in as Ana Lima').waitFor();
  await page.getByRole('button', { name: 'Send it again' }).click();
  await page.getByText('Added by Ana Lima').waitFor();
  await page.getByRole('heading', { name: 'Typed “for” <a> long time' }).waitFor();
  expect(complaints).toEqual([]);
  await page.context().close();
}, 60_000);
