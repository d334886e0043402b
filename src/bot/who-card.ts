/** Which of several people of one name is meant: a question with a button for each. */
import type { Fellow } from './bot.ts';
import type { ActionDraft, CardDraft } from './card.ts';

/** A task of which it is not clear whose it is; `name` is how they were called. */
export type Unclear = { taskId: string; title: string; name: string; people: Fellow[] };

/** Pressing a button is the same as saying “assign … to …”, so whoever may not change the task is refused. */
export function whoCard({ taskId, title, name, people }: Unclear): CardDraft {
  const words = `Who is “${name.replace(/^@/, '')}”, for whom “${title}” is to be?`;
  return {
    kind: 'question',
    title: 'For whom is it?',
    text: [words, ...people.map((person) => `• ${labelOf(person, people)}`)].join('\n'),
    sections: [{ title: words, items: [] }],
    note: 'Until somebody says so it is nobody’s.',
    actions: people.map(
      (person): ActionDraft => ({
        verb: 'say',
        label: labelOf(person, people),
        style: 'secondary',
        subject: { text: `assign the ${taskId} task to @${person.id}` },
      }),
    ),
  };
}

/** Two people of one name are told apart by what else they are called. */
function labelOf({ name, aliases }: Fellow, people: Fellow[]): string {
  const isAlone = people.filter((other) => other.name === name).length === 1;
  const other = aliases.at(-1);
  return isAlone || !other ? name : `${name} (${other})`;
}
