/** TEMP until the real one is merged. */
import type { WorkingHours } from '../db/workspace.ts';
export const nextWorkingMoment = (at: Date, _h: WorkingHours | null, _z: string): Date => at;
export const addWorkingMs = (at: Date, ms: number, _h: WorkingHours | null, _z: string): Date =>
  new Date(at.getTime() + ms);
