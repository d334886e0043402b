/** The cellphone store, from the first message to the delivered CRM, with a pause and somebody else's approval. */
import { until } from '../support/until.ts';
import { buttonsOf, type Message, printMessage } from './message.ts';
import type { Stage } from './stage.ts';
import type { Room } from './workspace.ts';

export type Scene = { who: string; does: string; shown?: string };
export type Ending = { thread: Message[]; direct: Message[]; whispers: string[] };

/** @param tell is called with each thing that is done, and what is shown then */
export async function play(stage: Stage, tell: (scene: Scene) => void): Promise<Ending> {
  const { slack, program } = stage;
  const first = `${slack.mention} Create a CRM for my cellphone store`;
  const thread = await slack.say(program, 'ana', first, { channel: slack.store });
  const room: Room = { channel: slack.store, thread };
  const say = (text: string) => slack.say(program, 'ana', text, room);
  const told = (who: string, does: string, shown?: Message | string) =>
    tell({
      ...{ who, does },
      ...(shown ? { shown: typeof shown === 'string' ? shown : printMessage(shown) } : {}),
    });
  /** A card with that button, and these words on it. */
  const card = (label: string, words: RegExp, where = room) =>
    until(`a card with ${label} and ${words}`, async () =>
      (await slack.read(where)).findLast(
        (one) =>
          buttonsOf(one).some((button) => button.label === label) && words.test(printMessage(one)),
      ),
    );

  told(
    'Ana',
    'writes: @factotum Create a CRM for my cellphone store',
    await card('Accept', /repairs/),
  );
  await say('add a notes field to products');
  const plan = await card('Accept', /version 2/);
  told('Ana', 'writes: add a notes field to products', plan);

  const release = await stage.hold();
  await slack.press(program, 'ana', room, plan, 'Accept');
  told('Ana', 'presses [Accept]', await card('Pause', /Step 1 of/));
  await say('pause');
  const paused = await card('Resume', /PAUSED/);
  await release();
  told('Ana', 'writes: pause', paused);

  await say('continue my CRM task');
  const asked = await card('Approve', /APPROVAL REQUIRED/);
  told('Ana', 'writes: continue my CRM task', asked);
  await slack.press(program, 'ana', room, asked, 'Approve');
  const refusal = await until('a word to Ana alone', async () =>
    slack.whispers.findLast(({ user }) => user === slack.idOf('ana')),
  );
  told('Ana', 'presses [Approve], and is told alone', refusal.text);

  const direct: Room = { channel: await slack.direct('bob') };
  const copy = await card('Approve', /APPROVAL REQUIRED/, direct);
  told('Bob', 'finds a direct message', copy);
  await slack.press(program, 'bob', direct, copy, 'Approve');
  const delivered = await card('View Details', /TASK COMPLETE/);
  told('Bob', 'presses [Approve] there', delivered);

  // Every card comes to rest: no copy can be pressed any more, and each says how it ended.
  await until('the end of every card', async () => {
    const all = [...(await slack.read(room)), ...(await slack.read(direct))];
    const live = all.flatMap(buttonsOf).some(({ label }) => ['Approve', 'Pause'].includes(label));
    const isUnderWay = all.some((one) => /It is under way/.test(printMessage(one)));
    return live || isUnderWay ? undefined : true;
  });
  return {
    thread: await slack.read(room),
    direct: await slack.read(direct),
    whispers: slack.whispers.map(({ user, text }) => `${slack.nameOf(user)}: ${text}`),
  };
}
