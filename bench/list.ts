/** The list page of a generated CRM with 100,000 customers, beside the way one would first write it. */
import { once } from 'node:events';
import postgres, { type Sql } from 'postgres';
import { median, ms, percentile, printTable, timed } from './support/measure.ts';
import { build, listen, post, press, startProgram, withServer } from './support/program.ts';

const rows = 100_000;
const requests = 200;
const warmUp = 20;
/** The naive query runs beside every fifth request: its search takes about a second. */
const naiveEvery = 5;
const deepPage = 1000;

const first = ['Ana', 'Ben', 'Chloé', 'Dmitri', 'Elif', 'Farid', 'Grace', 'Hana', 'Iván', 'Jonas'];
const last = ['Silva', 'Okafor', 'Müller', 'Tanaka', 'Novák', 'Haddad', 'Costa', 'Larsen', 'Rossi'];
const nameOf = (row: number) =>
  `${first[row % first.length]} ${last[Math.floor(row / 7) % last.length]} ${row}`;
/** Spread over all numbers, the same in every run. */
const numberOf = (row: number) => String(2_000_000 + ((row * 7919) % 7_999_993));
const phoneOf = (row: number) => `+1 512 ${numberOf(row).slice(0, 3)} ${numberOf(row).slice(3)}`;

build();
await withServer(async (url) => {
  const sql = postgres(url, { onnotice: () => {} });
  const program = await startProgram({ DATABASE_URL: url });
  try {
    const { slug, schema } = await createCrm(program.address, sql);
    const loadMs = await timed(() => load(sql, schema));
    const plain = `${schema}.plain_customers`;
    await sql.unsafe(
      `create table ${plain} as select id, name, phone, email, created_at from ${schema}.customers`,
    );
    await sql.unsafe(`alter table ${plain} add primary key (id)`);
    await sql.unsafe(`vacuum analyze ${plain}`);
    await sql.unsafe(`vacuum analyze ${schema}.customers`);

    const list = `${program.address}/apps/${slug}/customers`;
    const second = await nextOf(list);
    let deep = second;
    for (let turn = 2; turn < deepPage; turn += 1) deep = await nextOf(deep);
    const someNumber = (round: number) => numberOf(((round * 499) % rows) + 1);
    const lines = [
      await compare(
        'plain',
        () => list,
        () => naive(sql, plain),
      ),
      await compare(
        'page 2',
        () => second,
        () => naive(sql, plain, { offset: 50 }),
      ),
      await compare(
        `page ${deepPage}`,
        () => deep,
        () => naive(sql, plain, { offset: 50 * (deepPage - 1) }),
      ),
      await compare(
        'search by phone',
        (round) => `${list}?q=${someNumber(round)}`,
        (round) => naive(sql, plain, { digits: someNumber(round) }),
      ),
      await compare(
        'sort by name',
        () => `${list}?sort=name`,
        () => naive(sql, plain, { order: 'name' }),
      ),
    ];
    printTable(
      `List of ${rows.toLocaleString('en')} customers, ${requests} requests each (loaded in ${ms(loadMs)})`,
      ['page p50', 'p99', 'naive query p50', 'p99', 'naive ÷ page'],
      lines,
    );
  } finally {
    await program.stop();
    await sql.end({ timeout: 5 });
  }
});

async function createCrm(address: string, sql: Sql): Promise<{ slug: string; schema: string }> {
  const heard = await listen(address, 'bench');
  const text = 'Create a CRM for my cellphone store';
  await post(address, '/api/messages', { conversation: 'bench', text });
  await press(address, await heard.card('plan'), 'Accept');
  await heard.card('delivery');
  heard.close();
  const [app] = await sql`select slug, schema_name as schema from apps`;
  if (!app) throw new Error('There is no app.');
  return { slug: String(app['slug']), schema: String(app['schema']) };
}

/** COPY runs the same triggers as a form: what is found by search and kept as history is real. */
async function load(sql: Sql, schema: string): Promise<void> {
  const into = await sql
    .unsafe(`copy ${schema}.customers (name, phone, email) from stdin`)
    .writable();
  for (let row = 1; row <= rows; row += 1) {
    const line = `${nameOf(row)}\t${phoneOf(row)}\tcustomer${row}@example.com\n`;
    if (!into.write(line)) await once(into, 'drain');
  }
  into.end();
  await once(into, 'finish');
}

/** Everything that the page shows, read the first way that comes to mind. */
async function naive(
  sql: Sql,
  table: string,
  query: { digits?: string; order?: 'name'; offset?: number } = {},
): Promise<void> {
  const where = query.digits
    ? `where name ilike $1 or email ilike $1 or regexp_replace(phone, '\\D', '', 'g') ilike $1`
    : '';
  const values = query.digits ? [`%${query.digits}%`] : [];
  const order = query.order ? 'name' : 'id desc';
  await sql.unsafe(
    `select * from ${table} ${where} order by ${order} limit 50 offset ${query.offset ?? 0}`,
    values,
  );
  await sql.unsafe(`select count(*) from ${table} ${where}`, values);
}

async function page(url: string): Promise<string> {
  const response = await fetch(url);
  const body = await response.text();
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}.`);
  return body;
}

/** The address behind the page's link to the next one. */
async function nextOf(url: string): Promise<string> {
  const link = /<a [^>]*rel="next"[^>]*>/.exec(await page(url))?.[0] ?? '';
  const [, address] = /href="([^"]+)"/.exec(link) ?? [];
  if (!address) throw new Error(`${url} has no next page.`);
  return new URL(address.replaceAll('&amp;', '&'), url).href;
}

/** Turn by turn, so that a busy moment of the machine hits both. */
async function compare(
  what: string,
  url: (round: number) => string,
  query: (round: number) => Promise<void>,
) {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = -warmUp; round < requests; round += 1) {
    const oursMs = await timed(() => page(url(Math.abs(round))));
    if (round >= 0) ours.push(oursMs);
    if (round % naiveEvery !== 0) continue;
    const theirsMs = await timed(() => query(Math.abs(round)));
    if (round >= 0) theirs.push(theirsMs);
  }
  const ratio = (median(theirs) / median(ours)).toFixed(1);
  const values = [ours, theirs].flatMap((each) => [ms(median(each)), ms(percentile(each, 0.99))]);
  return { what, values: [...values, `${ratio}×`], aim: '20 ms' };
}
