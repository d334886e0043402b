/** A generated app as the runtime uses it: its registry row with a validated spec. */
import type { AppRow } from '../db/app.ts';
import { AppSpec } from './spec.ts';

export type App = Omit<AppRow, 'spec'> & { spec: AppSpec };

/** @throws ZodError when the stored spec is not one (a spec is validated before it is stored) */
export function toApp(row: AppRow): App {
  return { ...row, spec: AppSpec.parse(row.spec) };
}
