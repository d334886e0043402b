/** Notification settings in words, where the platform can ring; and days by the clock of whoever names them. */
import { expect, test } from 'vitest';
import { ana, slackBench } from '../../test/support/slack.ts';
import { findPerson } from '../db/person.ts';
import { listTasks } from '../db/task.ts';
import { receive } from './receive.ts';

const bench = await slackBench();
const conversation = 'D0ANA:1690000000.000001';
async function say(text: string, author = ana.id): Promise<string> {
  const said = { ...ana, channel: 'slack', conversation, author, text };
  const { messageId } = await receive(bench.bot, said);
  await bench.settle();
  const [row] = await bench.db.raw<{ text: string }[]>`
    select card->>'text' as text from cards where key = ${`reply:${messageId}`}`;
  return row?.text ?? '';
}
const settings = () => bench.read((tx) => findPerson(tx, ana.id, 'slack'));

test('whoever was never spoken to alone is told where to write', async () => {
  expect(await say('tell me nothing', 'U0NOBODY')).toContain('Write to me in our own chat first');
});

test('what is told and the quiet hours are changed in words, and the rest stays as it was', async () => {
  await bench.know({ id: ana.id, name: 'Ana', timezone: 'Europe/Paris' });
  expect(await say('my settings')).toContain('I tell you everything');
  expect(await say('tell me only approvals')).toContain('what needs you, and how it ended');
  const quiet = await say('quiet from 22:00 to 7:30');
  expect(quiet).toContain('It is quiet from 22:00 to 07:30 (Europe/Paris)');
  expect(await settings()).toMatchObject({
    ...{ notify: 'approvals', quietFrom: 1320, quietTo: 450 },
    ...{ name: 'Ana', timezone: 'Europe/Paris', conversation: 'D0ANA' },
  });
  expect(await say('no quiet hours')).toContain('There are no quiet hours.');
  expect(await settings()).toMatchObject({ notify: 'approvals', quietFrom: null, quietTo: null });
});

test('a time is by the clock of whoever says it, and is shown so', async () => {
  await bench.know({ id: ana.id, timezone: 'Europe/Paris' });
  await say('remind me to call the bank on 3 March 2031 at 15:00');
  const [task] = await bench.read((tx) => listTasks(tx, { conversation }));
  expect(task?.dueAt?.toISOString()).toBe('2031-03-03T14:00:00.000Z');
  const shown = await bench.db.raw<{ text: string }[]>`
    select card->>'text' as text from cards where task_id = ${task?.id ?? ''}`;
  expect(shown[0]?.text).toContain('Due: Mon, 3 Mar 2031, 15:00 (Europe/Paris)');
});
