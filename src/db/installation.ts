/**
 * Where the program was installed, by whoever runs a workspace or a whole organisation, and its tokens.
 * Read and written by the program itself only: in a transaction of a workspace they cannot be seen.
 */
import { and, eq, isNull, lte, type SQLWrapper, sql } from 'drizzle-orm';
import { boolean, pgTable, text } from 'drizzle-orm/pg-core';
import { type SealKeys, seal, unseal } from '../seal.ts';
import { createdColumn, moment, oneOf, workspaceColumn } from './column.ts';
import { workspacePolicy } from './row-security.ts';
import type { Tx } from './tx.ts';

const revocations = ['uninstalled', 'tokens_revoked'] as const;
export type Revocation = (typeof revocations)[number];

export const installations = pgTable(
  'installations',
  {
    /** The workspace, or the organisation (`wsp_slack_E…`) that installed for all of its workspaces. */
    workspaceId: workspaceColumn().primaryKey(),
    isOrganisation: boolean().notNull().default(false),
    /** The platform's app. */
    appId: text(),
    botUserId: text(),
    installedBy: text(),
    /** Everything that the platform gave, encrypted; null when it is no longer valid. */
    sealed: text(),
    installedAt: createdColumn(),
    revokedAt: moment(),
    revoked: text({ enum: revocations }),
  },
  (table) => [
    oneOf('installations_revoked_check', table.revoked, revocations),
    workspacePolicy('installations', table.workspaceId),
  ],
);
export type Installation = typeof installations.$inferSelect;
type NewInstallation = Pick<
  Installation,
  'workspaceId' | 'isOrganisation' | 'appId' | 'botUserId' | 'installedBy'
>;

/** Stores it with its secret, in place of an earlier one of the same workspace. */
export async function saveInstallation(
  tx: Tx,
  keys: SealKeys,
  installation: NewInstallation,
  secret: string,
): Promise<void> {
  const row = {
    ...installation,
    sealed: seal(keys, secret, placeOf(installation)),
    installedAt: sql`clock_timestamp()`,
    revokedAt: null,
    revoked: null,
  };
  await tx
    .insert(installations)
    .values(row)
    .onConflictDoUpdate({ target: installations.workspaceId, set: row });
}

/** Also one that is no longer valid: then `revoked` says why. */
export async function findInstallation(
  tx: Tx,
  workspaceId: string,
): Promise<Installation | undefined> {
  const [row] = await tx
    .select()
    .from(installations)
    .where(eq(installations.workspaceId, workspaceId));
  return row;
}

/**
 * What was stored with it; undefined when it is no longer valid.
 * @throws NOT_READY without the key that it was encrypted with
 */
export function openInstallation(keys: SealKeys, installation: Installation): string | undefined {
  const { sealed, revokedAt } = installation;
  return sealed === null || revokedAt ? undefined : unseal(keys, sealed, placeOf(installation));
}

/** The one of a workspace that is valid, as part of another statement. */
export const installationOf = (tx: Tx, workspaceId: string | SQLWrapper) =>
  tx
    .select({ id: installations.workspaceId })
    .from(installations)
    .where(and(eq(installations.workspaceId, workspaceId), isNull(installations.revokedAt)));

/** Whether there is a valid one; it stays so until the transaction ends. */
export async function holdInstallation(tx: Tx, workspaceId: string): Promise<boolean> {
  return (await installationOf(tx, workspaceId).for('share')).length > 0;
}

/**
 * Throws the tokens away. One that was made after `at` stays: the news may be late, and it is about the
 * one before.
 * @returns whether there was one
 */
export async function revokeInstallation(
  tx: Tx,
  workspaceId: string,
  revoked: Revocation,
  at: Date,
): Promise<boolean> {
  const rows = await tx
    .update(installations)
    .set({ sealed: null, revoked, revokedAt: at })
    .where(
      and(
        eq(installations.workspaceId, workspaceId),
        isNull(installations.revokedAt),
        lte(installations.installedAt, at),
      ),
    )
    .returning({ id: installations.workspaceId });
  return rows.length > 0;
}

const placeOf = ({ workspaceId }: Pick<Installation, 'workspaceId'>) =>
  `installations:${workspaceId}`;
