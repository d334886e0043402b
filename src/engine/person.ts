/** Which of the names that plans, policies and workspaces use mean whoever acts. */
import { emailsOf } from '../db/person.ts';
import type { Tx } from '../db/tx.ts';
import type { Actor } from './context.ts';

/** The id that the channel has signed for, and the e-mail addresses that its platform vouches for. */
export type Names = { id: string; emails: string[] };

export async function namesOf(tx: Tx, { id }: Pick<Actor, 'id'>): Promise<Names> {
  // Somebody of another company, `<team>/<user>`: what that company says of an address decides nothing here.
  return { id, emails: id.includes('/') ? [] : await emailsOf(tx, id) };
}

/** Whether a name in a plan means them; an address is compared in lower case, an id as it is. */
export const means = (names: Names, name: string): boolean =>
  name === names.id || names.emails.includes(name.toLowerCase());
