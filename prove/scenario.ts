/** What is done while the program is killed. */
import type { Person } from './person.ts';

export type Scenario = {
  /** Where a task each is carried out. */
  conversations: string[];
  /** How many apps come of it. */
  apps: 0 | 1;
  /** What must stand in other conversations once, and once only. */
  sends: { conversation: string; text: string }[];
  /** Whether times pass that people are reminded by and asked again: how often that is depends on the moment. */
  isTimed: boolean;
  /** Everything that the person does; begun anew after each kill, with the same memory. */
  play(person: Person): Promise<void>;
};
