/** A bot in a Slack workspace: tasks, cards and the fault server, on a clock of the test's own. */
import { randomBytes } from 'node:crypto';
import type { PostedCard } from '../../src/bot/bot.ts';
import { createSlackChannel } from '../../src/bot/slack/channel.ts';
import type { SlackDeps } from '../../src/bot/slack/send.ts';
import { rememberPerson } from '../../src/db/person.ts';
import { acceptPlan } from '../../src/engine/accept.ts';
import type { Actor } from '../../src/engine/context.ts';
import { createTask, proposePlan } from '../../src/engine/task.ts';
import { testBot } from './bot.ts';
import { ana as anyone, planOf } from './engine.ts';
import { slackServer } from './slack-server.ts';

const { workspaceId } = anyone;
/** The team behind the workspace of the tests. */
export const team = workspaceId;
export const ana: Actor = { workspaceId, id: 'U0ANA' };
export const bob: Actor = { workspaceId, id: 'U0BOB' };

/** Words only: what the blocks look like is not what is tested here. */
const renderWords = ({ id, version, card }: PostedCard, { ring }: { ring: string[] }) => ({
  text: [...ring.map((user) => `<@${user}>`), card.text].join(' '),
  blocks: [
    {
      type: 'section',
      block_id: `${id}:${version}:0`,
      text: { type: 'plain_text', text: `${card.title}\n${card.text}`.slice(0, 3000) },
    },
  ],
  ...(card.text.length > 3000 ? { overflow: { title: card.title, text: card.text } } : {}),
});

export async function slackBench() {
  let clock = () => new Date();
  const server = await slackServer(() => clock());
  const revoked: string[] = [];
  const warned: { event: string; data: Record<string, unknown> | undefined }[] = [];
  const make = (bench: { db: SlackDeps['db']; engine: { now: () => Date } }) => {
    const client = server.client();
    return createSlackChannel({
      db: bench.db,
      log: {
        info: () => {},
        warn: (event, data) => warned.push({ event, data }),
        error: (event, error) => warned.push({ event, data: { error: String(error) } }),
      },
      now: () => bench.engine.now(),
      clientFor: async () => client,
      render: renderWords,
      revoke: async (id) => {
        revoked.push(id);
      },
    });
  };
  const bench = await testBot((engine) => [make(engine)]);
  clock = () => bench.engine.now();
  // The workspace of the tests is one of Slack here.
  await bench.engine.db.raw`update workspaces set kind = 'slack' where id = ${workspaceId}`;
  server.users.push(
    { id: ana.id, team_id: team, tz: 'Europe/Paris', profile: { email: 'ana@shop.example' } },
    { id: bob.id, team_id: team, tz: 'America/New_York', profile: { email: 'bob@shop.example' } },
  );
  return {
    ...bench,
    server,
    revoked,
    warned,
    /** The same program started again, or another one on the same database. */
    another: () => ({ ...bench.bot, channels: new Map([['slack', make(bench)]]) }),
    /** Files a task in Slack and shows its plan; returns its id. */
    async file(
      steps: unknown[],
      conversation = `C${randomBytes(4).toString('hex').toUpperCase()}:1690000000.000001`,
    ): Promise<string> {
      return bench.read(async (tx) => {
        const task = await createTask(tx, bench.engine, ana, {
          ...{ channel: 'slack', conversation },
          ...{ title: 'Test CRM', shortName: 'CRM', description: 'Create a CRM' },
        });
        return (await proposePlan(tx, bench.engine, task, planOf(steps), [])).id;
      });
    },
    async accept(taskId: string): Promise<void> {
      await acceptPlan(bench.engine, ana, taskId, 1);
    },
    /** Lets time pass second by second, and runs what is due to be delivered. */
    async wait(seconds: number): Promise<void> {
      for (let passed = 0; passed < seconds; passed += 1) {
        bench.pass(1000);
        await bench.settle();
      }
    },
    know: (about: Partial<Parameters<typeof rememberPerson>[1]> & { id: string }) =>
      bench.read((tx) =>
        rememberPerson(tx, {
          ...{ workspaceId, channel: 'slack', conversation: `D${about.id.slice(1)}` },
          ...about,
        }),
      ),
    /** What stands in a channel, as texts. */
    texts: (channel: string) =>
      server.messages.filter((one) => one.channel === channel).map(({ text }) => text),
  };
}
