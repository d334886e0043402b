/** An app while it is being read: names are plain words, and anything may still be missing. */
import type { FieldType } from '../../../apps/spec.ts';

export type DraftField = {
  /** Lower-case words: "serial number". */
  name: string;
  type?: FieldType;
  /** States of a status or options of a choice, as people call them. */
  options?: string[];
  /** States outside the forward flow: cancelled, lost. */
  exits?: string[];
  /** Singular name of the entity that a relation points at. */
  to?: string;
  many?: boolean;
  required?: boolean;
  unique?: boolean;
  search?: boolean;
  /** The other side was said to have many of these. */
  owned?: boolean;
  /** Percent and number limits. */
  min?: number;
  source?: string;
};

export type DraftEntity = {
  /** Singular, lower-case words: "repair job". */
  name: string;
  /** The plural as the person wrote it, where they did. */
  label?: string;
  icon?: string;
  fields: DraftField[];
  /** The person listed the fields, so none may be added but links. */
  listed: boolean;
  /** Known only as what something else belongs to. */
  target?: boolean;
  /** Where the fields came from when the person did not list them. */
  known: boolean;
  source?: string;
};

/** One thing that a sentence says. */
export type Fact =
  | { kind: 'entity'; noun: string; source: string; label?: string }
  /** `full` when a list of several was said, whatever became of its items. */
  | { kind: 'fields'; noun: string; fields: DraftField[]; source: string; full?: boolean }
  /** `from` carries the link; `many` when one record links to several. */
  | {
      kind: 'link';
      from: string;
      to: string;
      many: boolean;
      role?: string;
      source: string;
      sure: boolean;
      hasMany?: boolean;
    }
  | {
      kind: 'status';
      noun?: string;
      name: string;
      states: string[];
      /** Other ends of the flow: rejected, lost. */
      exits?: string[];
      source: string;
    }
  | { kind: 'search'; names: string[]; source: string }
  | {
      kind: 'alert';
      text: string;
      noun?: string;
      field?: string;
      op: 'lt' | 'lte' | 'gt' | 'gte' | 'eq';
      value: string;
      /** What the date is called, where the condition is on one; the value is then a day. */
      date?: string;
      source: string;
    }
  | { kind: 'dashboard'; wants: string[]; source: string };

export type FactOf<K extends Fact['kind']> = Extract<Fact, { kind: K }>;
