import type { Database } from '../db/client.ts';
import type { App } from './app.ts';
import type { Row } from './row.ts';
import type { Field, Tone, Widget } from './spec.ts';

export type WidgetOf<K extends Widget['kind']> = Extract<Widget, { kind: K }>;
/** `value` is printed; a change of -0.12 is twelve percent less than the time span before. */
export type WidgetData =
  | {
      kind: 'number';
      widget: WidgetOf<'number'>;
      value: string;
      compare?: { value: string; change: number };
    }
  | {
      kind: 'series';
      widget: WidgetOf<'series'>;
      points: { label: string; value: number; printed: string }[];
      total: string;
    }
  | {
      kind: 'bars';
      widget: WidgetOf<'bars'>;
      bars: { label: string; tone?: Tone; value: number; printed: string }[];
    }
  | { kind: 'records'; widget: WidgetOf<'records'>; rows: Row[]; columns: Field[] };

export async function readWidget(_db: Database, _app: App, _widget: Widget, _now: Date): Promise<WidgetData> {
  throw new Error('not written yet');
}
