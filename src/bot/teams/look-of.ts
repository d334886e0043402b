/** Whom a card names, as Teams calls them: looked up in the workspace, for the renderer. */
import { listPeople, type Person } from '../../db/person.ts';
import type { Tx } from '../../db/tx.ts';
import type { Card } from '../card.ts';
import { teams } from './context.ts';
import type { CardLook } from './look.ts';
import { decidersIn, idsIn, type People } from './people.ts';

export async function lookOf(tx: Tx, card: Card, baseUrl: string): Promise<CardLook> {
  const deciders = card.fields
    .filter(({ label }) => label === 'Who decides')
    .flatMap(({ value }) => decidersIn(value));
  const names = [...new Set([...idsIn(JSON.stringify(card)), ...deciders])];
  return { baseUrl, people: peopleOf(await listPeople(tx, names)) };
}

/** By id and by address. Whoever is known in Teams and elsewhere is called as in Teams. */
function peopleOf(rows: Person[]): People {
  const people = new Map<string, { id: string; name: string; mri?: string }>();
  const ordered = rows.toSorted(
    (a, b) => Number(a.channel === teams) - Number(b.channel === teams),
  );
  for (const { id, name, email, account, channel } of ordered) {
    const person = {
      ...{ id, name: name ?? email ?? id },
      ...(channel === teams && account ? { mri: account } : {}),
    };
    people.set(id, person);
    if (email && !id.includes('/')) people.set(email, person);
  }
  return people;
}
