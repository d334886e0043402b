/** A bot over a test engine, with one channel that remembers what it was told to show. */
import { randomBytes } from 'node:crypto';
import type { Bot, Channel, Place, PostedCard } from '../../src/bot/bot.ts';
import type { Card } from '../../src/bot/card.ts';
import { type ClickOutcome, click } from '../../src/bot/click.ts';
import { deliverPost, deliverTask } from '../../src/bot/deliver.ts';
import { dispatch } from '../../src/bot/dispatch.ts';
import { receive } from '../../src/bot/receive.ts';
import type { JobKind, JobPayloads } from '../../src/db/job.ts';
import { listTasks, type Task } from '../../src/db/task.ts';
import { ana, testEngine } from './engine.ts';

type Shown = { place: Place; reference: string; versions: PostedCard[] };
type Waiting = { id: string; payload: unknown };

/** @param further channels besides the one that remembers */
export async function testBot(
  further: (bench: Awaited<ReturnType<typeof testEngine>>) => Channel[] = () => [],
) {
  const bench = await testEngine();
  const shown: Shown[] = [];
  const channel: Channel = {
    name: 'web',
    async post(place, posted) {
      const reference = `message-${shown.length + 1}`;
      shown.push({ place, reference, versions: [posted] });
      return reference;
    },
    async update(place, reference, posted) {
      const message = shown.find((one) => one.reference === reference);
      if (!message || message.place.conversation !== place.conversation)
        throw new Error(`Nothing stands at ${reference}.`);
      message.versions.push(posted);
      return reference;
    },
  };
  const channels = [channel, ...further(bench)].map((one) => [one.name, one] as const);
  const bot: Bot = { engine: bench.engine, channels: new Map(channels) };

  const take = async <K extends JobKind>(kind: K): Promise<JobPayloads[K] | undefined> => {
    const [row] = await bench.db.raw<Waiting[]>`
      delete from graphile_worker._private_jobs where id = (
        select job.id from graphile_worker._private_jobs as job
        join graphile_worker._private_tasks as task on task.id = job.task_id
        where task.identifier = ${kind} and job.run_at <= ${bench.engine.now()}
        order by job.id limit 1)
      returning id::text as id, payload`;
    // Written by addJob with the type of its kind.
    return row?.payload as JobPayloads[K] | undefined;
  };
  /** Reads what was said and posts what is to be shown, until neither is left. */
  const settle = async () => {
    for (let before = -1; before !== 0; ) {
      before = 0;
      for (let job = await take('ingest'); job; job = await take('ingest')) {
        before += 1;
        await dispatch(bot, job);
      }
      for (let job = await take('deliver'); job; job = await take('deliver')) {
        before += 1;
        await deliverTask(bot, job);
      }
      for (let job = await take('post'); job; job = await take('post')) {
        before += 1;
        await deliverPost(bot, job);
      }
    }
  };

  return {
    ...bench,
    bot,
    shown,
    /** The next job of a kind that is due, taken from the queue. */
    take,
    settle,
    /** A new conversation of its own. */
    talk(conversation = `talk-${randomBytes(5).toString('hex')}`) {
      const incoming = { ...ana, channel: 'web', conversation, author: ana.id };
      /** The cards that stand in the conversation, oldest first, each in its newest version. */
      const cards = (): Card[] =>
        shown
          .filter((message) => message.place.conversation === conversation)
          .flatMap((message) => message.versions.at(-1)?.card ?? []);
      const last = (kind?: Card['kind']): Card => {
        const found = cards().findLast((card) => !kind || card.kind === kind);
        if (!found)
          throw new Error(`There is no ${kind} card: ${cards().map((card) => card.kind)}`);
        return found;
      };
      return {
        conversation,
        incoming,
        cards,
        last,
        async say(text: string): Promise<Card> {
          await receive(bot, { ...incoming, text });
          await settle();
          return last();
        },
        /** Presses a button on the newest card that has it. */
        async press(label: string, input: { text?: string } = {}): Promise<ClickOutcome> {
          const action = cards()
            .flatMap((card) => card.actions)
            .findLast((candidate) => candidate.label === label);
          if (!action) throw new Error(`No card has the button ${label}.`);
          const outcome = await click(bot, ana, action.id, input);
          await settle();
          return outcome;
        },
        /** Newest first. */
        tasks: (): Promise<Task[]> => bench.read((tx) => listTasks(tx, { conversation })),
        async task(): Promise<Task> {
          const [task, ...others] = await bench.read((tx) => listTasks(tx, { conversation }));
          if (!task || others.length > 0)
            throw new Error(`There are ${others.length} tasks, not one.`);
          return task;
        },
      };
    },
  };
}
