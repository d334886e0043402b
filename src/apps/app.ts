/** A generated app as the runtime uses it: its registry row with a validated spec. */
import type { AppRow } from '../db/app.ts';
import { remember } from '../recent.ts';
import { AppSpec } from './spec.ts';

/** Who works with an app: their id, and the name that its history shows. */
export type Person = { id: string; name: string | null };

/** `person` is for whom it was opened; nobody where the program itself works with it. */
export type App = Omit<AppRow, 'spec'> & { spec: AppSpec; person?: Person | undefined };

/** @throws ZodError when the stored spec is not one (a spec is validated before it is stored) */
export function toApp(row: AppRow): App {
  return { ...row, spec: specOf(`${row.id}:${row.version}`, row.spec) };
}

/** A version of an app's spec never changes, and checking a large one takes longer than reading it. */
const specOf = remember(200, (spec: unknown) => AppSpec.parse(spec));
