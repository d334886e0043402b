/** What is done while the program is killed, as values. */
import type { Person } from './person.ts';

export type Scenario = {
  /** Where the person is. */
  conversation: string;
  /** What must stand in other conversations once, and once only. */
  sends: { conversation: string; text: string }[];
  /** Everything that the person does; begun anew after each kill, with the same memory. */
  play(person: Person): Promise<void>;
};

const conversation = 'shop';

/** A sentence becomes an app. */
const build: Scenario = {
  conversation,
  sends: [],
  async play(person) {
    await person.say(conversation, 'wish', 'Create a CRM for my cellphone store');
    await person.attend(conversation);
  },
};

export const scenarios = { build };
export type ScenarioName = keyof typeof scenarios;
