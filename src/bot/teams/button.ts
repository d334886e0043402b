/** A card's actions as buttons of Teams. Those that ask for a text, or twice, open a part of the card. */
import type { Card } from '../card.ts';
import { warningOf } from '../warning.ts';
import type { Action, ActionStyle, Element, OpenUrl, ShowCard } from './element.ts';
import { buttonText, type CardRef, execute, inputIdOf } from './invoke.ts';
import { limits } from './limits.ts';
import type { Row } from './row.ts';
import { bulletRows } from './row.ts';
import { cut, ours, tidy } from './text.ts';

type CardAction = Card['actions'][number];
type Sets = {
  /** Under the card. */
  main: Action[];
  /** Within it: the answers that are too many, whole where a button cuts them. */
  rows: Row[];
};

/** Long labels and many buttons do not fit side by side. */
const rowLength = 3;

export function buttonsOf(
  card: Pick<Card, 'kind' | 'actions'>,
  ref: CardRef,
  baseUrl: string,
): Sets {
  const known = card.actions.flatMap((action) => {
    const button = toButton(action, card.kind, ref, baseUrl);
    return button ? [{ action, button }] : [];
  });
  const cutOnes = known.filter(({ action, button }) => !isWhole(action.label, button.title));
  const told = bulletRows(cutOnes.map(({ action }) => action.label));
  if (known.length <= limits.actions)
    return { main: known.map(({ button }) => button), rows: told };
  // What steers stays under the card, in its place; answers stand in the card.
  const steering = known.filter(({ action }) => action.style !== 'secondary');
  const main = steering.slice(0, limits.actions);
  const rest = known.filter((one) => !main.includes(one)).map(({ button }) => button);
  return { main: main.map(({ button }) => button), rows: [...told, ...setsOf(rest)] };
}

const isWhole = (label: string, title: string) =>
  tidy(label).replace(/\s+/g, ' ').trim() === title || tidy(label).trim() === '';

function setsOf(buttons: Action[]): Row[] {
  const rows: Row[] = [];
  for (let at = 0; at < buttons.length; at += rowLength)
    rows.push({
      element: { type: 'ActionSet', spacing: 'Small', actions: buttons.slice(at, at + rowLength) },
    });
  return rows;
}

const styles: Record<CardAction['style'], ActionStyle | undefined> = {
  primary: 'positive',
  secondary: undefined,
  danger: 'destructive',
  link: 'positive',
};

function toButton(
  action: CardAction,
  kind: Card['kind'],
  ref: CardRef,
  baseUrl: string,
): Action | undefined {
  const { id, label, input } = action;
  // To leave a question unanswered destroys nothing.
  const style = kind === 'question' && action.style === 'danger' ? undefined : styles[action.style];
  if (action.style === 'link') return linkTo(label, action.url, baseUrl, style);
  const press = (title: string) => execute('act', title, { ...ref, action: id }, style);
  if (input) return part(label, style, [inputOf(id, input)], press(label));
  if (action.style !== 'danger') return press(label);
  const { text, yes } = warningOf(label, kind);
  return part(label, style, [ours(text)], press(yes));
}

const part = (
  label: string,
  style: ActionStyle | undefined,
  body: Element[],
  press: ReturnType<typeof execute>,
): ShowCard => ({
  type: 'Action.ShowCard',
  title: buttonText(label),
  ...(style ? { style } : {}),
  card: { type: 'AdaptiveCard', body, actions: [press] },
});

/** The label says where nothing has to be written. */
function inputOf(
  action: string,
  { label, placeholder, initial = '' }: NonNullable<CardAction['input']>,
): Element {
  const isOptional = /\(optional\)/i.test(label);
  return {
    type: 'Input.Text',
    id: inputIdOf(action),
    label: cut(tidy(label).trim(), limits.inputLabel) || 'Your words',
    placeholder: cut(tidy(placeholder).trim(), limits.placeholder),
    isMultiline: true,
    maxLength: limits.inputText,
    ...(initial ? { value: cut(tidy(initial), limits.inputText) } : {}),
    ...(isOptional ? {} : { isRequired: true, errorMessage: 'Write it here first.' }),
  };
}

/** Our own pages and whole addresses of the web, nothing else: no scripts, no other programs. */
export function addressOf(url: string | undefined, baseUrl: string): string | undefined {
  const full = url?.startsWith('/') && !url.startsWith('//') ? baseUrl + url : url;
  if (!full || full.length > limits.url || /[\s\\<>"]/.test(full) || !URL.canParse(full))
    return undefined;
  return /^https?:$/.test(new URL(full).protocol) ? full : undefined;
}

function linkTo(
  label: string,
  url: string | undefined,
  baseUrl: string,
  style?: ActionStyle,
): OpenUrl | undefined {
  const address = addressOf(url, baseUrl);
  return address
    ? {
        type: 'Action.OpenUrl',
        title: buttonText(label),
        url: address,
        ...(style ? { style } : {}),
      }
    : undefined;
}
