import { readFileSync } from 'node:fs';
import express from 'express';
import { beforeAll, describe, expect, it } from 'vitest';
import { testServer } from '../../../test/support/browser.ts';
import { testDatabase } from '../../../test/support/database.ts';
import { addRecord, createStore } from '../../../test/support/store.ts';
import type { App } from '../../apps/app.ts';
import { getRecord } from '../../apps/record.ts';
import type { Database } from '../../db/client.ts';
import { hueStep } from '../ui/hue.ts';
import { hasIcon } from '../ui/icon.tsx';
import { securityHeaders } from '../ui/security.ts';
import { viewPath } from './address.ts';
import type { PageDeps } from './request.ts';
import { appPages, renderAppPage } from './route.ts';

let db: Database;
let app: App;
let deps: PageDeps;
let customer: string;
let repair: string;
const unsafe = '<img src=x onerror=alert(1)>"\'&';

beforeAll(async () => {
  db = await testDatabase();
  app = await createStore(db);
  customer = await addRecord(db, app, 'customers', {
    name: unsafe,
    phone: '+1 512 555 0100',
    notes: unsafe,
  });
  await addRecord(db, app, 'products', {
    name: 'Pixel',
    price: '1',
    website: 'https://example.com/a',
  });
  repair = await addRecord(db, app, 'repairs', { device: unsafe, issue: unsafe, customer });
  const building = {
    ...app,
    slug: 'half',
    status: 'building' as const,
    spec: {
      ...app.spec,
      slug: 'half',
      views: app.spec.views.filter((view) => view.key === 'customers'),
    },
  };
  deps = {
    db,
    now: () => new Date('2026-11-20T12:00:00Z'),
    findApp: async (slug) => ({ store: app, half: building })[slug],
  };
});

const get = (path: string) => renderAppPage(deps, `/apps/${path}`);
const allPaths = () => [
  'store',
  'store/v/repair_board',
  'store/customers',
  'store/repairs?q=img&f.status=received&f.quote=1..&sort=-due',
  `store/customers/${customer}`,
  `store/customers/${customer}/edit`,
  `store/repairs/${repair}`,
  `store/repairs/new?customer=${customer}`,
  'store/search?q=img',
  'store/nowhere',
];

describe('pages', () => {
  it('answer for every view, at its address and by its key', async () => {
    for (const view of app.spec.views) {
      const page = await renderAppPage(deps, viewPath(app, view));
      expect(page.status, view.key).toBe(200);
      expect(page.body).toContain(`<h1 dir="auto">${view.label}</h1>`);
      expect((await get(`store/v/${view.key}`)).status, view.key).toBe(200);
    }
  });

  it('hold no inline style, script or handler, whatever records contain', async () => {
    for (const path of allPaths()) {
      const { body } = await get(path);
      const tags = body.replace(/"[^"]*"/g, '""').match(/<[a-z][^<>]*>/gi) ?? [];
      const attributes = tags.join('');
      expect(attributes, path).not.toMatch(/\sstyle=|<style|<script>|\son[a-z]+=|javascript:/);
      expect(body, path).not.toContain(unsafe.slice(0, 9));
    }
  });

  it('of views that are not built yet say so, and are not in the navigation', async () => {
    expect(await get('half/v/repair_board')).toMatchObject({ status: 404 });
    expect((await get('half/repairs')).body).toContain('This page is still being built.');
    expect((await get(`half/repairs/${repair}`)).status).toBe(404);
    const { body, status } = await get('half');
    expect(status).toBe(200);
    expect(body).not.toContain('Repair board');
    expect(body).toContain('href="/apps/half/customers"');
  });

  it('that do not exist answer 404 and lead back', async () => {
    for (const path of [
      'nothing',
      'store/nothing',
      'store/customers/999999',
      'store/customers/1/2/3',
      'store/customers/%zz',
    ]) {
      const page = await get(path);
      expect(page.status, path).toBe(404);
      expect(page.body, path).toMatch(/href="\/(apps\/store)?"/);
    }
  });

  it('export a list as CSV', async () => {
    const { body } = await get('store/products/export.csv');
    expect(body.split('\r\n')[1]).toContain('Pixel');
  });

  it('export no secret that somebody has written into a record', async () => {
    const secret = ['gh', 'p_CaNaRy0123456789abcdefgh'].join('');
    const name = `Keys ${secret}`;
    await addRecord(db, app, 'customers', {
      name,
      phone: '+1 512 555 0199',
      notes: `password: ${secret}`,
    });
    const { body } = await get('store/customers/export.csv');
    expect(body).toContain('Keys ••••');
    expect(body).not.toContain('CaNaRy');
  });

  it('name only icons that exist', async () => {
    const source = [
      'action.ts',
      'record.tsx',
      'history.tsx',
      'shell.tsx',
      'missing.tsx',
      'list-result.tsx',
      'search.tsx',
    ]
      .map((file) => readFileSync(new URL(file, import.meta.url), 'utf8'))
      .join('\n');
    for (const [, name] of source.matchAll(
      /(?:icon=|icon: |Icon name=)["']([a-z]+(?:-[a-z0-9]+)+)["']/g,
    )) {
      expect(hasIcon(name ?? ''), name).toBe(true);
    }
  });

  it('have a colour for every hue', () => {
    const css = readFileSync(new URL('../assets/styles.css', import.meta.url), 'utf8');
    for (let hue = 0; hue < 360; hue += 1) expect(css).toContain(`[data-hue="${hueStep(hue)}"]`);
  });
});

describe('over HTTP', () => {
  let site: string;
  beforeAll(async () => {
    const web = express();
    web.use(securityHeaders());
    web.use('/apps', appPages(deps));
    web.use(
      '/broken',
      appPages({ ...deps, findApp: () => Promise.reject(new Error('secret detail')) }),
    );
    site = await testServer(web);
  });
  const post = (
    path: string,
    body: Record<string, string> = {},
    headers: Record<string, string> = {},
  ) =>
    fetch(site + path, {
      method: 'POST',
      body: new URLSearchParams(body),
      headers,
      redirect: 'manual',
    });

  it('a GET of an address that changes something finds nothing and changes nothing', async () => {
    for (const verb of ['move?field=status&to=diagnosing', 'delete', 'restore']) {
      expect((await fetch(`${site}/apps/store/repairs/${repair}/${verb}`)).status).toBe(404);
    }
    expect((await getRecord(db, app, 'repairs', repair))?.version).toBe(1);
  });

  it('every answer carries the strict policy', async () => {
    const response = await fetch(`${site}/apps/store`);
    const policy = response.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none';script-src 'self';style-src 'self'");
    expect(policy).toContain("frame-ancestors 'none';base-uri 'none'");
  });

  it('a refused move to a part says why in a toast beside the unchanged board', async () => {
    const response = await post(
      `/apps/store/repairs/${repair}/move`,
      { field: 'status', to: 'delivered', back: '/apps/store/v/repair_board' },
      { 'HX-Request': 'true', 'HX-Target': 'section#board' },
    );
    const body = await response.text();
    expect(body).toMatch(/^<section class="board"/);
    expect(body).toContain('data-kind="refused"');
    expect((await getRecord(db, app, 'repairs', repair))?.values['status']).toBe('received');
  });

  it('a card that is gone answers with a toast that replaces nothing', async () => {
    const headers = { 'HX-Request': 'true', 'HX-Target': 'section#board' };
    const response = await post('/apps/store/repairs/999999/move', { to: 'diagnosing' }, headers);
    expect([response.status, response.headers.get('hx-reswap')]).toEqual([404, 'none']);
  });

  it('nobody is sent to another site', async () => {
    for (const back of [
      '//evil.example',
      'https://evil.example',
      '/\\evil.example',
      'javascript:alert(1)',
    ]) {
      const response = await post(`/apps/store/repairs/${repair}/move`, { to: 'received', back });
      expect(response.headers.get('location'), back).toBe('/');
    }
  });

  it('news in a forged cookie are text, and their undo stays on this site', async () => {
    const news = [
      { kind: 'done', text: unsafe, undo: { action: 'https://evil.example', label: 'Undo' } },
      { kind: 'x' },
      7,
    ];
    const cookie = `news=${encodeURIComponent(JSON.stringify(news))}`;
    const body = await (
      await fetch(`${site}/apps/store/customers`, { headers: { cookie } })
    ).text();
    expect(body).toContain('class="toast"');
    expect(body).not.toContain('evil.example');
    expect(body).not.toContain('<img src=x');
    expect(
      (await fetch(`${site}/apps/store`, { headers: { cookie: 'news=%7Bbroken; theme=%zz' } }))
        .status,
    ).toBe(200);
  });

  it('an unexpected error is a page without details', async () => {
    const response = await fetch(`${site}/broken/store`);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret detail');
  });
});
