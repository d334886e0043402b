/**
 * `npm run demo:slack`: the whole conversation in a Slack that is played on this machine, by the real program.
 * Nothing of it leaves the machine, and nothing stays.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printMessage } from './slack/message.ts';
import { play } from './slack/play.ts';
import { openStage } from './slack/stage.ts';

const indent = (text: string) => text.replace(/^(?=.)/gm, '    ');
const title = (text: string) => console.log(`\n${text}\n${'='.repeat(text.length)}`);

const home = await mkdtemp(join(tmpdir(), 'factotum-demo-'));
try {
  const stage = await openStage({ FACTOTUM_HOME: home });
  try {
    const readable = (text: string) =>
      text.replace(/<?@(U[A-Z0-9]+)>?/g, (_, user) => `@${stage.slack.nameOf(user)}`);
    title('What happens');
    const { thread, direct, whispers } = await play(stage, ({ who, does, shown }) =>
      console.log(`\n${who} ${does}\n${indent(readable(shown ?? ''))}`),
    );
    title('The thread in #store, as it stands now');
    for (const message of thread)
      console.log(
        `\n${stage.slack.nameOf(message.user)}\n${indent(readable(printMessage(message)))}`,
      );
    title('Bob’s direct messages');
    for (const message of direct) console.log(`\n${indent(readable(printMessage(message)))}`);
    title('Said to one person alone');
    console.log(indent(whispers.join('\n')));
    const page = await fetch(`${stage.address}/apps/cellphone-crm`);
    console.log(`\nThe app answers at /apps/cellphone-crm: ${page.status} ${page.statusText}`);
  } finally {
    await stage.close();
  }
} finally {
  await rm(home, { recursive: true, force: true });
}
