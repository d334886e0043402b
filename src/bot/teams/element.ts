/**
 * The elements of Adaptive Cards that our cards are made of: all of version 1.5 or older, because
 * newer ones have broken whole cards in Teams. The words of people are only ever text runs, which
 * clients show as they are; a TextBlock is Markdown and holds words of our own alone.
 * Source: adaptivecards.io/explorer, and MicrosoftDocs/msteams-docs for mentions.
 */
export type Color = 'Accent' | 'Good' | 'Warning' | 'Attention';
export type Spacing = 'None' | 'Small' | 'Medium' | 'Large';
type Size = 'Small' | 'Medium' | 'Large';
export type Band = 'emphasis' | 'accent' | 'good' | 'warning' | 'attention';

type Common = { id?: string; spacing?: Spacing; isVisible?: boolean };
export type RunStyle = {
  weight?: 'Bolder';
  size?: Size;
  color?: Color;
  isSubtle?: true;
  italic?: true;
  strikethrough?: true;
  fontType?: 'Monospace';
};
export type Run = RunStyle & { type: 'TextRun'; text: string; selectAction?: OpenUrl };
export type Rich = Common & { type: 'RichTextBlock'; inlines: Run[] };
export type TextBlock = Common & {
  type: 'TextBlock';
  text: string;
  wrap: true;
  size?: Size;
  color?: Color;
  isSubtle?: true;
};
type Column = Common & {
  type: 'Column';
  width: 'auto' | 'stretch' | `${number}px`;
  verticalContentAlignment?: 'Center';
  items: (Rich | TextBlock | ActionSet)[];
};
export type ColumnSet = Common & { type: 'ColumnSet'; columns: Column[] };
export type Container = Common & {
  type: 'Container';
  items: Element[];
  style?: Band;
  bleed?: true;
  selectAction?: Toggle;
};
type ActionSet = Common & { type: 'ActionSet'; actions: Action[] };
type Input = {
  type: 'Input.Text';
  id: string;
  label: string;
  placeholder: string;
  isMultiline: true;
  maxLength: number;
  isRequired?: true;
  errorMessage?: string;
};
export type Element = Rich | TextBlock | ColumnSet | Container | ActionSet | Input;

export type ActionStyle = 'positive' | 'destructive';
type Submit = { type: 'Action.Submit'; title: string; data: object; style?: ActionStyle };
export type Execute = {
  type: 'Action.Execute';
  title: string;
  verb: string;
  data: object;
  style?: ActionStyle;
  /** What clients press that do not know Action.Execute. */
  fallback: Submit;
};
export type OpenUrl = { type: 'Action.OpenUrl'; title: string; url: string; style?: ActionStyle };
type Toggle = { type: 'Action.ToggleVisibility'; title: string; targetElements: string[] };
export type ShowCard = {
  type: 'Action.ShowCard';
  title: string;
  style?: ActionStyle;
  card: { type: 'AdaptiveCard'; body: Element[]; actions: Execute[] };
};
export type Action = Execute | OpenUrl | ShowCard;

/** Somebody who is named by `text`, which stands in the card exactly so. */
export type Mention = { type: 'mention'; text: string; mentioned: { id: string; name: string } };

export type AdaptiveCard = {
  $schema: 'http://adaptivecards.io/schemas/adaptive-card.json';
  type: 'AdaptiveCard';
  version: '1.5';
  body: Element[];
  actions?: Action[];
  refresh?: { action: Omit<Execute, 'fallback'>; userIds: string[] };
  msteams: { width: 'Full'; entities?: Mention[] };
  fallbackText: string;
  speak: string;
};

/** What is sent, as we count it. */
export const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
