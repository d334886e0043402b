/**
 * Who is signed in to the pages, and until when. The browser has a random token, this table its hash only.
 * Read and written by the program itself: which workspace a visitor belongs to is what it finds out here.
 */
import { createHash, randomBytes } from 'node:crypto';
import { and, eq, exists, getTableColumns, gt, inArray, lte, not, or } from 'drizzle-orm';
import { index, pgTable, text } from 'drizzle-orm/pg-core';
import { createdColumn, moment, workspaceColumn } from './column.ts';
import { installationOf } from './installation.ts';
import { workspacePolicy } from './row-security.ts';
import type { Tx } from './tx.ts';
import { workspaces } from './workspace.ts';

export const sessions = pgTable(
  'sessions',
  {
    /** SHA-256 of the token: whoever reads the table cannot sign in with it. */
    id: text().primaryKey(),
    workspaceId: workspaceColumn(),
    /** As the channel names them, the same as `requested_by`. */
    person: text().notNull(),
    /** As the platform says it at the sign-in. */
    name: text().notNull(),
    /** The platform that vouched for them. */
    provider: text().notNull(),
    createdAt: createdColumn(),
    expiresAt: moment().notNull(),
  },
  (table) => [
    index('sessions_workspace_index').on(table.workspaceId),
    index('sessions_expires_index').on(table.expiresAt),
    workspacePolicy('sessions', table.workspaceId),
  ],
);
type SessionRow = typeof sessions.$inferSelect;
/** `workspace` is the name of theirs. */
export type Session = SessionRow & { workspace: string };
type NewSession = Pick<SessionRow, 'workspaceId' | 'person' | 'name' | 'provider' | 'expiresAt'>;

/** @returns the token, which is known to nobody but the browser that gets it */
export async function startSession(tx: Tx, session: NewSession): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await tx.insert(sessions).values({ ...session, id: hashOf(token) });
  return token;
}

/** Undefined when nobody has this token, or its time is over. */
export async function findSession(tx: Tx, token: string, now: Date): Promise<Session | undefined> {
  const [row] = await tx
    .select({ ...getTableColumns(sessions), workspace: workspaces.name })
    .from(sessions)
    .innerJoin(workspaces, eq(workspaces.id, sessions.workspaceId))
    .where(and(eq(sessions.id, hashOf(token)), gt(sessions.expiresAt, now)));
  return row;
}

export async function endSession(tx: Tx, token: string): Promise<void> {
  await tx.delete(sessions).where(eq(sessions.id, hashOf(token)));
}

/**
 * Ends those of a workspace, or of all that an organisation let in and that have no installation of their own.
 * @param place the workspace, or the organisation in the form of one
 * @param organisation as `workspaces.organisation` names it
 */
export async function endSessions(tx: Tx, place: string, organisation: string): Promise<void> {
  const inside = tx
    .select({ id: workspaces.id })
    .from(workspaces)
    .where(
      and(
        eq(workspaces.organisation, organisation),
        not(exists(installationOf(tx, workspaces.id))),
      ),
    );
  await tx
    .delete(sessions)
    .where(or(eq(sessions.workspaceId, place), inArray(sessions.workspaceId, inside)));
}

/** Forgets those whose time was over at `now`, over all workspaces. */
export async function forgetSessions(tx: Tx, now: Date): Promise<void> {
  await tx.delete(sessions).where(lte(sessions.expiresAt, now));
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');
