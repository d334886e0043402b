/**
 * Two hundred tasks that move at the same time in one workspace: how many updates Slack sees, whether
 * each card ends with what is true, and how long an approval waits meanwhile. The program talks; the tasks
 * are worked on by the bench, as by another program on the same database.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import postgres, { type Sql } from 'postgres';
import type { Card } from '../../src/bot/card.ts';
import { workspaceIdOf } from '../../src/bot/slack/access.ts';
import { forAll } from '../contender/contender.ts';
import { median, ms, percentile, printTable } from '../support/measure.ts';
import { startProgram, withServer } from '../support/program.ts';
import { directOf, type Posted, type SlackApi, startSlackApi, team } from '../support/slack-api.ts';
import { sendPress, signingSecret } from '../support/slack-sender.ts';
import { askPlan, type Bench, startWork, workPlan } from './work.ts';

const workspaceId = workspaceIdOf(team);
const parts = 6;
const mostAsked = 10;
/** Between two approvals: each is shown in two places, and five decisions a minute have room of their own. */
const pauseMs = 30_000;
const patienceMs = 30 * 60_000;
const approver = 'U0APPROVER';
const number = (index: number) => String(index).padStart(4, '0');
const requesterOf = (index: number) => ({ workspaceId, id: `U0BENCH${number(index)}` });
const threadOf = (index: number) => `C0BENCH${number(index)}:1760000000.000100`;

/** @param seconds so long each task works */
export async function measureUpdates(tasks: number, seconds: number): Promise<void> {
  await withServer(async (url) => {
    const api = await startSlackApi();
    const own = postgres(url, { max: 1, onnotice: () => {} });
    const environment = {
      ...{ DATABASE_URL: url, SLACK_API_URL: api.url, SLACK_BOT_TOKEN: 'xoxb-bench' },
      SLACK_SIGNING_SECRET: signingSecret,
    };
    const program = await startProgram(environment, ['--role', 'bot']);
    const bench = await startWork(url, tasks + 10);
    try {
      const plan = workPlan(parts, (1000 * seconds) / parts);
      const ids: string[] = [];
      await forAll([...Array(tasks).keys()], async (index) => {
        ids[index] = await bench.propose(requesterOf(index), threadOf(index), plan);
      });
      const asking: string[] = [];
      for (let index = tasks; index < tasks + mostAsked; index += 1)
        asking.push(await bench.propose(requesterOf(index), threadOf(index), askPlan(approver)));
      await until(() => isShown(own, tasks + mostAsked));
      const start = Date.now();
      await forAll([...ids.entries()], ([index, id]) => bench.accept(requesterOf(index), id));
      const state = { isOver: false };
      const asked = ask(bench, own, api, program.address, asking, tasks, state);
      await until(async () => (await countDone(own)) >= tasks && (await isShown(own, tasks)));
      const shownMs = Date.now() - start;
      state.isOver = true;
      const waits = await asked;
      await until(() => isShown(own, tasks));
      await assertShown(own, api);
      report(tasks, api, waits, shownMs);
    } finally {
      await bench.stop();
      await program.stop();
      await own.end();
      api.close();
    }
  });
}

type Waits = { seen: number[]; told: number[] };

/** Asks somebody again and again while the tasks move, and presses Approve. */
async function ask(
  bench: Bench,
  own: Sql,
  { messages }: SlackApi,
  address: string,
  taskIds: string[],
  first: number,
  state: { isOver: boolean },
): Promise<Waits> {
  const waits: Waits = { seen: [], told: [] };
  for (const [index, taskId] of taskIds.entries()) {
    if (state.isOver) break;
    const askedAt = Date.now();
    await bench.accept(requesterOf(first + index), taskId);
    const shownIn = async (channel: string): Promise<Posted> => {
      let found: Posted | undefined;
      await until(async () => {
        const [card] = await own`
          select id from cards where task_id = ${taskId} and card->>'kind' = 'approval'
            and split_part(conversation, ':', 1) = ${channel}`;
        found = [...messages.values()].find((one) => card && one.card === card['id']);
        return found !== undefined;
      });
      if (!found) throw new Error('No approval was shown.');
      return found;
    };
    const home = await shownIn(threadOf(first + index).split(':')[0] ?? '');
    const copy = await shownIn(directOf(approver));
    waits.seen.push(home.postedAt - askedAt, copy.postedAt - askedAt);
    const pressedAt = Date.now();
    await sendPress(address, approver, buttonValue(copy, 'Approve'), copy);
    await until(async () => home.updatedAt.length > 0 && copy.updatedAt.length > 0);
    waits.told.push(...[home, copy].map(({ updatedAt }) => (updatedAt[0] ?? 0) - pressedAt));
    // It takes minutes: whoever waits sees how it goes.
    console.error(
      `approval ${index + 1}: seen ${waits.seen.slice(-2)} ms, shown ${waits.told.slice(-2)} ms`,
    );
    for (const end = askedAt + pauseMs; Date.now() < end && !state.isOver; ) await sleep(100);
  }
  return waits;
}

function buttonValue({ blocks }: Posted, label: string): string {
  const button = blocks
    .flatMap(({ elements = [] }) => elements)
    .find(({ text, value }) => value && text?.text?.includes(label));
  if (!button?.value) throw new Error(`The message has no ${label}.`);
  return button.value;
}

async function countDone(own: Sql): Promise<number> {
  const [row] = await own`
    select count(*)::int as done from tasks where title = 'Count the stock' and status = 'completed'`;
  return Number(row?.['done']);
}

/** Whether nothing is to be done now and every card is shown as it is, and those are at least so many. */
async function isShown(own: Sql, least: number): Promise<boolean> {
  const [row] = await own`
    select count(*)::int as cards, count(*) filter (where version > shown_version)::int as behind,
      (select count(*)::int from graphile_worker._private_jobs where run_at <= now()) as jobs
    from cards where channel = 'slack'`;
  return row?.['cards'] >= least && row?.['behind'] === 0 && row?.['jobs'] === 0;
}

/** @throws when a card stands twice, or shows anything else than its newest version */
async function assertShown(own: Sql, { messages, unknown }: SlackApi): Promise<void> {
  const rows = await own<{ id: string; version: number; reference: string; card: Card }[]>`
    select id, version, reference, card from cards where channel = 'slack'`;
  if (messages.size !== rows.length)
    throw new Error(`${messages.size} messages show ${rows.length} cards.`);
  for (const { id, version, reference, card } of rows) {
    const message = messages.get(reference.split(':').slice(0, 2).join(':'));
    const isNewest = message?.blocks.every(({ block_id }) =>
      block_id?.startsWith(`${id}:${version}:`),
    );
    if (message?.card !== id || !isNewest)
      throw new Error(`Version ${version} of the ${card.kind} card ${id} is not shown.`);
  }
  const [row] = await own`
    select count(*)::int as wrong from tasks join cards on cards.task_id = tasks.id
    where tasks.title = 'Count the stock' and cards.card->>'kind' = 'progress'
      and cards.card->'progress'->>'percent' <> '100'`;
  if (row?.['wrong'] !== 0) throw new Error(`${row?.['wrong']} tasks do not end with 100 %.`);
  if (unknown.size > 0) throw new Error(`The bench does not answer ${[...unknown]}.`);
}

/** The most of them that came within a minute of each other. */
function mostInMinute(times: number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  let first = 0;
  let most = 0;
  for (const [index, time] of sorted.entries()) {
    while (time - (sorted[first] ?? 0) >= 60_000) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}

function report(tasks: number, api: SlackApi, { seen, told }: Waits, shownMs: number): void {
  const all = [...api.messages.values()].flatMap(({ updatedAt }) => updatedAt);
  const both = (values: number[]) => [ms(median(values)), ms(percentile(values, 1))];
  printTable(
    `${tasks} tasks that move at once in one workspace, and ${seen.length / 2} approvals meanwhile`,
    ['median', 'most'],
    [
      { what: 'updates within a minute', values: ['', String(mostInMinute(all))], aim: '45' },
      { what: 'asked → seen', values: both(seen), aim: '3 s' },
      { what: 'approved → shown', values: both(told), aim: '3 s' },
    ],
  );
  console.log(
    `Every card shows its newest version ${ms(shownMs)} after the tasks began, by ${all.length} updates of ${api.messages.size} messages`,
  );
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error('It did not come about within half an hour.');
    await sleep(50);
  }
}
