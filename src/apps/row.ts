/** A record as it is read: its own columns as text, its links with their titles. */
import type { Value } from './value.ts';

export type Row = {
  id: string;
  /** Grows by one with every change; a form sends back the one it showed. */
  version: number;
  createdAt: Date;
  updatedAt: Date;
  title: string;
  /** Field key → value; every field of the entity is present. */
  values: Record<string, Value>;
};
