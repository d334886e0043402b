/** The cellphone store, from the first message to the delivered CRM, with a pause and somebody else's approval. */
import type { AdaptiveCard } from '../../src/bot/teams/element.ts';
import { until } from '../support/until.ts';
import { buttonsOf, printCard, type Shown } from './message.ts';
import type { Stage } from './stage.ts';
import { people, type Room } from './tenant.ts';

export type Scene = { who: string; does: string; shown?: string };
export type Ending = { thread: AdaptiveCard[]; direct: AdaptiveCard[] };

/** @param tell is called with each thing that is done, and what is shown then */
export async function play(stage: Stage, tell: (scene: Scene) => void): Promise<Ending> {
  const { teams, endpoint } = stage;
  type Name = keyof typeof people;
  const told = (name: Name, does: string, shown: AdaptiveCard | string) =>
    tell({
      ...{ who: people[name].name, does },
      shown: typeof shown === 'string' ? shown : printCard(shown),
    });
  /** A card with that button, and these words on it. */
  const card = (where: Room, label: string, words: RegExp) =>
    until(`a card with ${label} and ${words}`, () =>
      teams.read(where).findLast(({ card: one }) => has(one, label) && words.test(printCard(one))),
    );
  const press = (name: Name, where: Room, of: Shown, label: string, seen = of.card) =>
    teams.press(endpoint, name, where, of, buttonIn(seen, label));

  await teams.add(endpoint, 'ana');
  await stage.letBobDecide();
  // From then on Teams can be told whose view of a card is another one.
  const direct: Room = { personal: 'bob' };
  await teams.say(endpoint, 'bob', direct, 'help');
  const room = await teams.mention(endpoint, 'ana', 'Create a CRM for my cellphone store');
  const say = (text: string) => teams.say(endpoint, 'ana', room, text);
  const first = await card(room, 'Accept', /repairs/);
  told('ana', 'writes: @Factotum Create a CRM for my cellphone store', first.card);
  await say('add a notes field to products');
  const plan = await card(room, 'Accept', /version 2/);
  told('ana', 'writes: add a notes field to products', plan.card);

  const release = await stage.hold();
  const answer = await press('ana', room, plan, 'Accept');
  told('ana', 'presses [Accept], and is told alone', String(answer));
  await card(room, 'Pause', /Step 1 of/);
  await say('pause');
  const paused = await card(room, 'Resume', /PAUSED/);
  await release();
  told('ana', 'writes: pause', paused.card);

  await say('continue my CRM task');
  const asked = await card(room, 'Decide', /APPROVAL REQUIRED/);
  told('ana', 'writes: continue my CRM task', asked.card);
  const own = await press('ana', room, asked, 'Decide');
  if (typeof own === 'string') throw new Error(`Ana saw no card: ${own}`);
  told('ana', 'presses [Decide], and sees alone', own);

  const forBob = await until('a view of Bob’s', async () => {
    const now = teams.read(room).find(({ id }) => id === asked.id);
    const seen = now && (await teams.see(endpoint, 'bob', room, now));
    return seen && has(seen, 'Approve') ? seen : undefined;
  });
  told('bob', 'looks at the same message', forBob);
  const copy = await card(direct, 'Approve', /APPROVAL REQUIRED/);
  told('bob', 'has it in his own chat as well', copy.card);
  const decided = await press('bob', room, asked, 'Approve', forBob);
  told('bob', 'presses [Approve] in the channel, and is told alone', String(decided));
  const delivered = await card(room, 'View Details', /TASK COMPLETE/);
  told('ana', 'finds in the thread', delivered.card);

  // Every card comes to rest: none can be pressed any more but the delivery, and each says how it ended.
  await until('the end of every card', () => {
    const others = [...teams.read(room), ...teams.read(direct)].filter(
      ({ id }) => id !== delivered.id,
    );
    const isOpen = others.some(({ card: one }) => buttonsOf(one).length > 0);
    const isUnderWay = others.some(({ card: one }) => /is under way/.test(printCard(one)));
    return isOpen || isUnderWay ? undefined : true;
  });
  return {
    thread: teams.read(room).map((one) => one.card),
    direct: teams.read(direct).map((one) => one.card),
  };
}

const has = (card: AdaptiveCard, label: string) =>
  buttonsOf(card).some(({ title }) => title === label);

function buttonIn(card: AdaptiveCard, label: string) {
  const button = buttonsOf(card).find(({ title }) => title === label);
  if (!button) throw new Error(`There is no ${label} on: ${printCard(card)}`);
  return button;
}
