/** A generated app as the runtime uses it: its registry row with a validated spec. */
import type { AppRow } from '../db/app.ts';
import { remember } from '../recent.ts';
import { AppSpec } from './spec.ts';

export type App = Omit<AppRow, 'spec'> & { spec: AppSpec };

/** @throws ZodError when the stored spec is not one (a spec is validated before it is stored) */
export function toApp(row: AppRow): App {
  return { ...row, spec: specOf(`${row.id}:${row.version}`, row.spec) };
}

/** A version of an app's spec never changes, and checking a large one takes longer than reading it. */
const specOf = remember(200, (spec: unknown) => AppSpec.parse(spec));
