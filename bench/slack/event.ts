/**
 * Slack's events, a hundred a second, every fifth a repetition: how long until each is acknowledged, and
 * whether each message is handled and answered exactly once. A bare Bolt app hears the same before and after.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import postgres, { type Sql } from 'postgres';
import { startChild } from '../support/child.ts';
import { drive as driveAt } from '../support/drive.ts';
import { ms, percentile, printTable } from '../support/measure.ts';
import { startProgram, withServer } from '../support/program.ts';
import { directOf, type SlackApi, startSlackApi, team } from '../support/slack-api.ts';
import { type Delivery, sendEvent, signingSecret } from '../support/slack-sender.ts';

const perSecond = Number(process.env['RATE'] ?? 100);
/** So many write, each alone with the bot: Slack takes one answer a second in a channel. */
const people = 200;
const words = ['help', 'list my tasks', 'thanks'];
/** A program that has not done it by then has lost it. */
const patienceMs = 15 * 60_000;

export async function measureEvents(seconds: number): Promise<void> {
  await withServer(async (url) => {
    const api = await startSlackApi();
    const own = postgres(url, { max: 1, onnotice: () => {} });
    const program = await startProgram({
      ...{ DATABASE_URL: url, SLACK_API_URL: api.url, SLACK_BOT_TOKEN: 'xoxb-bench' },
      SLACK_SIGNING_SECRET: signingSecret,
    });
    const bolt = await startChild('bolt');
    try {
      // The first deliveries of a process are slow in both; they are not counted.
      await drive(bolt.address, deliveriesOf('warm-up', perSecond));
      await drive(program.address, deliveriesOf('warm-up', perSecond));
      await settled(own, numberOf(perSecond));
      const half = Math.ceil((perSecond * seconds) / 2);
      const before = await drive(bolt.address, deliveriesOf('before', half));
      const start = Date.now();
      const ours = await drive(program.address, deliveriesOf('ours', 2 * half));
      const messages = numberOf(perSecond) + numberOf(2 * half);
      await settled(own, messages);
      const doneMs = Date.now() - start;
      const after = await drive(bolt.address, deliveriesOf('after', half));
      await assertOnce(own, api, messages);
      report(ours, [...before, ...after], await waitsOf(own, numberOf(perSecond)));
      console.log(
        `${messages} messages, each handled once and answered once; all were answered ${ms(doneMs)} after the first of them came in ${seconds} s`,
      );
    } finally {
      await bolt.stop();
      await program.stop();
      await own.end();
      api.close();
    }
  });
}

/** How many messages are in so many deliveries. */
const numberOf = (count: number) => count - Math.floor(count / 5);

/** Every fifth says again what was said at once before, or forty messages ago: by its old id, or a new one. */
function deliveriesOf(name: string, count: number): Delivery[] {
  let said = 0;
  return Array.from({ length: count }, (_, index): Delivery => {
    if (index % 5 < 4) {
      const message = said++;
      return { event: eventOf(name, message), eventId: `Ev${name}${message}`, retry: 0 };
    }
    const message = Math.max(0, index % 2 === 0 ? said - 1 : said - 40);
    const isNew = index % 4 < 2;
    const eventId = `Ev${name}${message}${isNew ? 'again' : ''}`;
    return { event: eventOf(name, message), eventId, retry: isNew ? 0 : 1 };
  });
}

function eventOf(name: string, message: number): Delivery['event'] {
  const user = `U0BENCH${String(message % people).padStart(4, '0')}`;
  const ts = `${1_760_000_000 + message}.${name === 'ours' ? '000200' : '000100'}`;
  const text = words[message % words.length];
  const place = { channel: directOf(user), channel_type: 'im', ts, event_ts: ts };
  return { type: 'message', user, team, text, blocks: [], client_msg_id: ts, ...place };
}

/** @returns milliseconds until each was acknowledged */
const drive = (address: string, deliveries: Delivery[]): Promise<number[]> =>
  driveAt(
    perSecond,
    deliveries.map((delivery) => () => sendEvent(address, delivery)),
  );

/** Waits until so many messages are answered in Slack. */
async function settled(own: Sql, messages: number): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const [row] = await own`
      select (select count(*)::int from messages where channel = 'slack' and handled_at is not null) as handled,
        (select count(*)::int from cards where channel = 'slack' and shown_version = version) as shown,
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
async function assertOnce(
  own: Sql,
  { messages, unknown }: SlackApi,
  wanted: number,
): Promise<void> {
  const [row] = await own`
    select (select count(*)::int from messages where channel = 'slack') as stored,
      (select count(distinct (conversation, external_id))::int from messages where channel = 'slack') as different,
      (select count(handled_at)::int from messages where channel = 'slack') as handled,
      (select count(*)::int from cards where channel = 'slack') as answers,
      (select count(distinct conversation)::int from cards where channel = 'slack') as conversations`;
  const threads = new Set([...messages.values()].map((one) => `${one.channel}:${one.thread}`));
  const found = { ...row, posted: messages.size, threads: threads.size };
  for (const [what, count] of Object.entries(found))
    if (count !== wanted) throw new Error(`${what}: ${count}, not ${wanted}.`);
  if (unknown.size > 0) throw new Error(`The bench does not answer ${[...unknown]}.`);
}

/** Milliseconds from when a message was stored until it was understood and its answer stored. */
async function waitsOf(own: Sql, skipped: number): Promise<number[]> {
  const rows = await own`
    select extract(epoch from handled_at - created_at) * 1000 as ms
    from messages where channel = 'slack' order by created_at offset ${skipped}`;
  return rows.map((row) => Number(row['ms']));
}

function report(ours: number[], bolt: number[], waits: number[]): void {
  const both = (values: number[]) => [percentile(values, 0.5), percentile(values, 0.99)];
  const [own50 = 0, own99 = 0] = both(ours);
  const [bolt50 = 0, bolt99 = 0] = both(bolt);
  const ratio = [own50 / bolt50, own99 / bolt99].map((value) => value.toFixed(1));
  printTable(
    `${ours.length} events of Slack, ${perSecond} a second, a fifth of them repeated`,
    ['p50', 'p99'],
    [
      { what: 'acknowledged, when stored', values: both(ours).map(ms), aim: '100 ms' },
      { what: 'a Bolt app that only acknowledges', values: both(bolt).map(ms) },
      { what: 'Factotum ÷ Bolt', values: ratio },
      { what: 'handled, from when it was stored', values: both(waits).map(ms) },
    ],
  );
}
