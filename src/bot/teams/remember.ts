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
  if (isNew(db, `workspace ${workspaceId}`, tenantId, now()))
    await systemTransaction(db, (tx) =>
      ensureWorkspace(tx, {
        id: workspaceId,
        kind: kindOf(workspaceId),
        name: tenantId,
        ...context.defaults,
      }),
    );
  const row = {
    ...{ workspaceId, channel: teams, id: room, kind, tenantId, serviceUrl, bot },
    ...(name === undefined ? {} : { name }),
    ...(team === undefined ? {} : { team }),
  };
  const isPlaceNew = isNew(db, `${workspaceId} ${room}`, JSON.stringify(row), now());
  const person = spoken?.room === 'personal' ? personOf(spoken) : undefined;
  const isPersonNew =
    person && isNew(db, `${workspaceId} ${person.id}`, JSON.stringify(person), now());
  if (isPlaceNew || isPersonNew)
    await transaction(db, { workspaceId }, async (tx) => {
      await rememberConversation(tx, row);
      if (person) await rememberPerson(tx, person);
    });
  // Their address, by which plans may name them, is not in what they send.
  if (person && isPersonNew)
    context.background.run('reach', async () =>
      context.bot.channels.get(teams)?.reach?.(workspaceId, [person.id]),
    );
  return place;
}

/** A tenant may be set to share the workspace of a Slack team. */
const kindOf = (workspaceId: string) => (workspaceId.startsWith('wsp_slack_') ? 'slack' : 'teams');

/** After the platform said that it is gone, the next word from there makes it known again. */
export function forget(db: Database, workspaceId: string, room: string): void {
  written.get(db)?.delete(`${workspaceId} ${room}`);
}

const personOf = ({ workspaceId, personId, conversation, name, mri, timezone }: Spoken) => ({
  ...{ workspaceId, id: personId, channel: teams, conversation, account: mri },
  ...(name === undefined ? {} : { name }),
  ...(timezone === undefined ? {} : { timezone }),
});

function isNew(db: Database, key: string, text: string, now: Date): boolean {
  const known = written.get(db) ?? new Map<string, { text: string; at: number }>();
  written.set(db, known);
  const before = known.get(key);
  const at = now.getTime();
  if (before?.text === text && at - before.at < againMs) return false;
  if (known.size >= mostKnown) known.clear();
  known.set(key, { text, at });
  return true;
}
