/**
 * What every activity tells: where the bot may speak and at which address, and who speaks with it alone. Kept in
 * our own words, so that it works after a restart; written when it is new, and once an hour.
 */

import { type Database, systemTransaction, transaction } from '../../db/client.ts';
import { rememberConversation } from '../../db/conversation.ts';
import { rememberPerson } from '../../db/person.ts';
import { ensureWorkspace } from '../../db/workspace.ts';
import { type TeamsContext, teams } from './context.ts';
import { type Place, readPlace, type Spoken } from './identity.ts';

const againMs = 3_600_000;
const mostKnown = 20_000;

/** What was written, and when, for each program's database. */
const written = new WeakMap<Database, Map<string, { text: string; at: number }>>();

/** The workspace of somebody who speaks for the first time. */
export async function openWorkspace(
  { bot, defaults }: TeamsContext,
  { workspaceId, tenantId }: Pick<Place, 'workspaceId' | 'tenantId'>,
): Promise<void> {
  const { db, now } = bot.engine;
  const known = [`workspace ${workspaceId}`, tenantId] as const;
  if (!isNew(db, known, now())) return;
  const workspace = { id: workspaceId, kind: kindOf(workspaceId), name: tenantId, ...defaults };
  await systemTransaction(db, (tx) => ensureWorkspace(tx, workspace));
  keep(db, known, now());
}

/** @returns where it was said; undefined where that is nowhere of ours */
export async function remember(
  context: TeamsContext,
  activity: unknown,
  spoken?: Spoken,
): Promise<Place | undefined> {
  const place = readPlace(activity, context.workspaceOf);
  if (!place) return undefined;
  const { db, now } = context.bot.engine;
  const { workspaceId, tenantId, room, kind, serviceUrl, bot, name, team } = place;
  const row = {
    ...{ workspaceId, channel: teams, id: room, kind, tenantId, serviceUrl, bot },
    ...(name === undefined ? {} : { name }),
    ...(team === undefined ? {} : { team }),
  };
  const person = spoken?.room === 'personal' ? personOf(spoken) : undefined;
  const isThere: Known = [`${workspaceId} ${room}`, JSON.stringify(row)];
  const isThem: Known = [`${workspaceId} ${person?.id}`, JSON.stringify(person ?? null)];
  const isPersonNew = person && isNew(db, isThem, now());
  if (!isNew(db, isThere, now()) && !isPersonNew) return place;
  await transaction(db, { workspaceId }, async (tx) => {
    await rememberConversation(tx, row);
    if (person) await rememberPerson(tx, person);
  });
  keep(db, isThere, now());
  if (person) keep(db, isThem, now());
  // Their address, by which plans may name them, is not in what they send.
  if (person && isPersonNew)
    context.background.run('reach', async () =>
      context.bot.channels.get(teams)?.reach?.(workspaceId, [person.id]),
    );
  return place;
}

/** A tenant may be set to share the workspace of a Slack team. */
export const kindOf = (workspaceId: string): 'slack' | 'teams' =>
  workspaceId.startsWith('wsp_slack_') ? 'slack' : 'teams';

/** After the platform said that it is gone, the next word from there makes it known again. */
export function forget(db: Database, workspaceId: string, room: string): void {
  written.get(db)?.delete(`${workspaceId} ${room}`);
}

const personOf = ({ workspaceId, personId, conversation, name, mri, timezone }: Spoken) => ({
  ...{ workspaceId, id: personId, channel: teams, conversation, account: mri },
  ...(name === undefined ? {} : { name }),
  ...(timezone === undefined ? {} : { timezone }),
});

type Known = readonly [key: string, text: string];

function isNew(db: Database, [key, text]: Known, now: Date): boolean {
  const before = written.get(db)?.get(key);
  return before?.text !== text || now.getTime() - before.at >= againMs;
}

/** Only what is in the database. */
function keep(db: Database, [key, text]: Known, now: Date): void {
  const known = written.get(db) ?? new Map<string, { text: string; at: number }>();
  written.set(db, known);
  if (known.size >= mostKnown) known.clear();
  known.set(key, { text, at: now.getTime() });
}
