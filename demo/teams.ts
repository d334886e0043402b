/**
 * `npm run demo:teams`: the whole conversation in a Teams that is played on this machine, by the real program.
 * Nothing of it leaves the machine, and nothing stays.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printCard } from './teams/message.ts';
import { play } from './teams/play.ts';
import { openStage } from './teams/stage.ts';

const indent = (text: string) => text.replace(/^(?=.)/gm, '    ');
const title = (text: string) => console.log(`\n${text}\n${'='.repeat(text.length)}`);

const home = await mkdtemp(join(tmpdir(), 'factotum-demo-'));
try {
  const stage = await openStage({ FACTOTUM_HOME: home });
  try {
    title('What happens');
    const { thread, direct } = await play(stage, ({ who, does, shown }) =>
      console.log(`\n${who} ${does}\n${indent(shown ?? '')}`),
    );
    title('The thread in the channel Orders, as it stands now');
    for (const card of thread) console.log(`\n${indent(printCard(card))}`);
    title('Bob’s own chat with Factotum');
    for (const card of direct) console.log(`\n${indent(printCard(card))}`);
    const page = await fetch(`${stage.address}/apps/cellphone-crm`);
    if (!page.ok) throw new Error(`The app answers with ${page.status}.`);
    console.log(`\nThe app answers at /apps/cellphone-crm: ${page.status} ${page.statusText}`);
  } finally {
    await stage.close();
  }
} finally {
  await rm(home, { recursive: true, force: true });
}
