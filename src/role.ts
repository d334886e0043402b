/** What a program of several on one database does: talk, work, or both. */
export const processRoles = ['all', 'bot', 'worker'] as const;
export type ProcessRole = (typeof processRoles)[number];
