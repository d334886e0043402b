/** What agents remember, as cards: lists, and what somebody is asked before it is forgotten. Pure. */
import type { ShownMemory } from '../db/memory.ts';
import { text } from './answer.ts';
import type { CardDraft } from './card.ts';
import { listCard } from './list-card.ts';
import { clip } from './words.ts';

/** More than anybody reads on one card. */
const mostLines = 40;

/** @param shown what is seen where it is asked; `of` is whose or what it is about, for the title */
export function memoryCard(
  shown: ShownMemory[],
  of: { agent?: string; about?: string },
): CardDraft {
  const about = of.about === undefined ? '' : ` about “${clip(of.about, 60)}”`;
  if (shown.length === 0)
    return text(
      of.agent === undefined
        ? `Nothing is remembered here${about}${about ? '.' : ' yet. A workflow lets its agent remember with SET BOT MEMORY "name", value.'}`
        : `“${clip(of.agent, 60)}” remembers nothing here${about}.`,
    );
  const title =
    of.agent === undefined ? `What is remembered${about}` : `What ${of.agent} remembers${about}`;
  const lines = shown.slice(0, mostLines).map((memory) => lineOf(memory, of.agent === undefined));
  return {
    ...listCard(title, lines),
    note:
      shown.length > mostLines
        ? `and ${shown.length - mostLines} more: say “what do you remember about …?”`
        : `Say “forget ${shown[0]?.key} of ${shown[0]?.agent}” to have something forgotten.`,
  };
}

function lineOf(
  { agent, key, shown, shownVersion, fromAgent, linkId, place }: ShownMemory,
  isNamed: boolean,
) {
  const value = clip(typeof shown === 'string' ? shown : JSON.stringify(shown ?? null), 200);
  const from =
    fromAgent === null ? '' : `, ${linkId === null ? 'from' : 'as a link to'} ${fromAgent}`;
  const where = place === '' ? '' : ', seen here only';
  return `${isNamed ? `${agent}: ` : ''}${key} = ${value} (version ${shownVersion}${from}${where})`;
}

/** Nothing is forgotten before somebody presses it. */
export function forgetCard(meant: ShownMemory[], more: number): CardDraft {
  const count = meant.length === 1 ? 'one thing' : `${meant.length} things`;
  const title = `Forget ${count}?`;
  const lines = meant.slice(0, mostLines).map((memory) => lineOf(memory, true));
  const rest = meant.length - lines.length;
  const shown = rest > 0 ? [...lines, `… and ${rest} more`] : lines;
  return {
    ...listCard(title, shown),
    kind: 'question',
    actions: [
      {
        verb: 'forget_memory',
        label: 'Forget',
        style: 'danger',
        subject: { memories: meant.map(({ id }) => id).join(',') },
      },
    ],
    note: `It goes with its history and cannot be brought back. Nothing is forgotten unless you say so.${more > 0 ? ` ${more} more stay for now.` : ''}`,
  };
}

/** Several agents have something of that name. */
export function whichCard(
  key: string,
  agents: string[],
  example: (agent: string) => string,
): CardDraft {
  const title = `Whose “${clip(key, 60)}” do you mean?`;
  return listCard(
    title,
    agents.slice(0, mostLines).map((agent) => `${agent}: say “${example(agent)}”`),
  );
}
