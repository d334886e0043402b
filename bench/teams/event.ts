/**
 * What people say in Teams, fifty a second, every fifth delivered again: how long until each is answered over HTTP,
 * whether each is handled and answered exactly once, and whether Teams is ever sent more than it takes. A bare
 * botbuilder bot hears the same before and after.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import postgres, { type Sql } from 'postgres';
import { startTeamsConnector, type TeamsConnector } from '../../test/support/teams-connector.ts';
import { startChild } from '../support/child.ts';
import { drive } from '../support/drive.ts';
import { ms, percentile, printTable } from '../support/measure.ts';
import { startProgram, withServer } from '../support/program.ts';
import { activityOf, members, people, sendActivity, tenantIn, tenants } from './activity.ts';

const perSecond = Number(process.env['RATE'] ?? 50);
/** A program that has not done it by then has lost it. */
const patienceMs = 30 * 60_000;
/** "Optimize your bot with rate limiting in Teams", learn.microsoft.com. */
const mostOfTenant = 30;

export async function measureEvents(seconds: number): Promise<void> {
  await withServer(async (url) => {
    const connector = await startTeamsConnector();
    connector.people.push(...members);
    const own = postgres(url, { max: 1, onnotice: () => {} });
    const program = await startProgram({ DATABASE_URL: url, TEAMS_LOCAL: 'true' });
    const bare = await startChild('botbuilder');
    const run = (address: string, name: number, count: number) =>
      drive(
        perSecond,
        deliveriesOf(name, count, connector.url).map(
          (activity) => () => sendActivity(address, activity),
        ),
      );
    try {
      // The first deliveries of a process are slow in both, and ours has to get to know everybody once.
      const first = Math.ceil((people * 5) / 4);
      await run(bare.address, 1, first);
      await run(program.address, 1, first);
      await settled(own, numberOf(first));
      const half = Math.ceil((perSecond * seconds) / 2);
      const before = await run(bare.address, 2, half);
      const start = Date.now();
      const ours = await run(program.address, 3, 2 * half);
      const messages = numberOf(first) + numberOf(2 * half);
      await settled(own, messages);
      const doneMs = Date.now() - start;
      const after = await run(bare.address, 4, half);
      await assertOnce(own, connector, messages);
      assertWithin(connector);
      report(ours, [...before, ...after], await waitsOf(own, numberOf(first)));
      console.log(
        `${messages} messages in ${tenants} companies, each handled once and answered once; all were answered ${ms(doneMs)} after the first of them came in ${seconds} s.`,
      );
      console.log(
        `No thread was sent more than Teams takes. To one company, which takes ${mostOfTenant} within a second, ${mostAtOnce(connector, /^(post|update)$/)} messages were the most, ${mostAtOnce(connector, /./)} with the questions who somebody is.`,
      );
    } finally {
      await bare.stop();
      await program.stop();
      await own.end();
      await connector.close();
    }
  });
}

/** How many messages are in so many deliveries. */
const numberOf = (count: number) => count - Math.floor(count / 5);

/** Every fifth is one that was delivered already: the last one, or forty before that. */
function deliveriesOf(name: number, count: number, serviceUrl: string): object[] {
  let said = 0;
  return Array.from({ length: count }, (_, index) => {
    if (index % 5 < 4) return activityOf(name, said++, serviceUrl);
    const message = Math.max(0, index % 2 === 0 ? said - 1 : said - 40);
    return activityOf(name, message, serviceUrl);
  });
}

/** Waits until so many messages are answered in Teams. */
async function settled(own: Sql, messages: number): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const [row] = await own`
      select (select count(*)::int from messages where channel = 'teams' and handled_at is not null) as handled,
        (select count(*)::int from cards where channel = 'teams' and shown_version = version) as shown,
        (select count(*)::int from graphile_worker._private_jobs) as jobs`;
    if (row?.['handled'] >= messages && row?.['shown'] >= messages && row?.['jobs'] === 0) return;
    if (Date.now() > deadline)
      throw new Error(
        `Of ${messages} messages ${row?.['handled']} were handled, ${row?.['shown']} answered.`,
      );
    await sleep(250);
  }
}

/** @throws when a message was lost, stored, handled or answered twice */
async function assertOnce(own: Sql, connector: TeamsConnector, wanted: number): Promise<void> {
  const [row] = await own`
    select (select count(*)::int from messages where channel = 'teams') as stored,
      (select count(distinct (conversation, external_id))::int from messages where channel = 'teams') as different,
      (select count(handled_at)::int from messages where channel = 'teams') as handled,
      (select count(*)::int from cards where channel = 'teams') as answers`;
  const found = { ...row, sent: connector.callsOf('post').length };
  for (const [what, count] of Object.entries({ ...found, standing: connector.standing().length }))
    if (count !== wanted) throw new Error(`${what}: ${count}, not ${wanted}.`);
}

/** @throws when Teams would have refused something */
function assertWithin(connector: TeamsConnector): void {
  const [over] = connector.overruns();
  if (over)
    throw new Error(
      `${over.conversation} was sent ${over.count} within ${over.inMs} ms, not ${over.most}.`,
    );
  const most = mostAtOnce(connector, /^(post|update)$/);
  if (most > mostOfTenant) throw new Error(`One company was sent ${most} within a second.`);
}

/** The most requests of these kinds to one company within any second. */
function mostAtOnce({ calls }: TeamsConnector, kinds: RegExp): number {
  const times = new Map<string, number[]>();
  for (const { conversation, at } of calls.filter(({ kind }) => kinds.test(kind))) {
    const tenant = tenantIn(conversation);
    times.set(tenant, [...(times.get(tenant) ?? []), at]);
  }
  const fullest = (all: number[]) =>
    all.reduce(
      ({ first, most }, time, index) => {
        let from = first;
        while (time - (all[from] ?? time) >= 1_000) from += 1;
        return { first: from, most: Math.max(most, index - from + 1) };
      },
      { first: 0, most: 0 },
    ).most;
  return Math.max(0, ...[...times.values()].map(fullest));
}

/** Milliseconds from when a message was stored until it was understood and its answer stored. */
async function waitsOf(own: Sql, skipped: number): Promise<number[]> {
  const rows = await own`
    select extract(epoch from handled_at - created_at) * 1000 as ms
    from messages where channel = 'teams' order by created_at offset ${skipped}`;
  return rows.map((row) => Number(row['ms']));
}

function report(ours: number[], bare: number[], waits: number[]): void {
  const both = (values: number[]) => [percentile(values, 0.5), percentile(values, 0.99)];
  const [own50 = 0, own99 = 0] = both(ours);
  const [bare50 = 0, bare99 = 0] = both(bare);
  const ratio = [own50 / bare50, own99 / bare99].map((value) => value.toFixed(1));
  printTable(
    `${ours.length} activities of Teams, ${perSecond} a second, a fifth of them repeated`,
    ['p50', 'p99'],
    [
      { what: 'answered, when stored', values: both(ours).map(ms), aim: 'p99 150 ms' },
      { what: 'a botbuilder bot that only answers', values: both(bare).map(ms) },
      { what: 'Factotum ÷ botbuilder', values: ratio },
      { what: 'handled, from when it was stored', values: both(waits).map(ms) },
    ],
  );
}
