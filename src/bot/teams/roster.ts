/** People as the rosters of Teams have them. Pure. Source: "Get Teams specific context", learn.microsoft.com. */
import { z } from 'zod';
import type { Member } from './wire.ts';

const Roster = z.object({
  id: z.string(),
  name: z.string().nullish(),
  aadObjectId: z.string().nullish(),
  objectId: z.string().nullish(),
  email: z.string().nullish(),
  userRole: z.string().nullish(),
});

/** @returns undefined for programs, which have no object id */
export function memberOf(given: unknown): Member | undefined {
  const read = Roster.safeParse(given);
  const personId = read.data?.aadObjectId ?? read.data?.objectId;
  if (!read.success || !personId) return undefined;
  const { id, name, email, userRole } = read.data;
  return {
    ...{ mri: id, personId: personId.toLowerCase(), name: name ?? undefined },
    email: email?.toLowerCase() || undefined,
    isGuest: /guest|anonymous/i.test(userRole ?? ''),
  };
}
