/** A card's actions as Slack buttons. The value is an opaque id and the version of the card. */
import type { Card } from '../card.ts';
import { warningOf } from '../warning.ts';
import { actionRows, type Block, type Button, confirmation, plainText, sizeOf } from './blocks.ts';
import { limits } from './limits.ts';

type Action = Card['actions'][number];
/** Where the buttons of one message or view begin to count: their ids must differ. */
type Count = { next: number };

/** Room for the buttons of one card: they must not push out what they are about. */
const mostBytes = 5_000;

/** @returns the buttons, and how many did not fit; the answers of a question can be typed as well */
export function buttonsOf(
  card: Pick<Card, 'kind' | 'actions'>,
  version: number,
  baseUrl: string,
  count: Count = { next: 0 },
): { rows: Block[]; missing: number } {
  const buttons = card.actions.flatMap((action) => {
    const button = toButton(action, card.kind, version, baseUrl, count.next);
    if (button) count.next += 1;
    return button ? [{ button, isLast: action.style !== 'secondary' }] : [];
  });
  // What steers the task stays; answers are left out from the end.
  const kept = new Set(buttons);
  const isTooMuch = () =>
    kept.size > limits.actions || sizeOf([...kept].map(({ button }) => button)) > mostBytes;
  for (const one of [
    ...buttons.filter((b) => b.isLast),
    ...buttons.filter((b) => !b.isLast),
  ].reverse())
    if (isTooMuch()) kept.delete(one);
  return {
    rows: actionRows(buttons.filter((one) => kept.has(one)).map(({ button }) => button)),
    missing: buttons.length - kept.size,
  };
}

function toButton(
  action: Action,
  kind: Card['kind'],
  version: number,
  baseUrl: string,
  index: number,
): Button | undefined {
  const { label, style, id, input } = action;
  const text = plainText(label, limits.buttonText);
  if (style === 'link') {
    const url = addressOf(action.url, baseUrl);
    return url
      ? { type: 'button', action_id: `link:${index}`, text, url, style: 'primary' }
      : undefined;
  }
  const isRed = style === 'danger' && kind !== 'question';
  return {
    type: 'button',
    action_id: `act:${index}`,
    text,
    value: printValue(id, version),
    ...(style === 'primary' ? { style } : isRed ? { style: 'danger' as const } : {}),
    // A button that asks for a text first can still be left.
    ...(style === 'danger' && !input ? { confirm: confirmation(warningOf(label, kind)) } : {}),
  };
}

/** Our own pages; Slack refuses a card with an address that is none. */
function addressOf(url: string | undefined, baseUrl: string): string | undefined {
  const full = url?.startsWith('/') ? baseUrl + url : url;
  return full && /^https?:\/\/\S+$/.test(full) && full.length <= limits.url ? full : undefined;
}

/** "act_…:7". */
const printValue = (id: string, version: number): string => `${id}:${version}`;

/** What a pressed button says; undefined for anything that we have not written. */
export function parseValue(value: string | undefined): { id: string; version: number } | undefined {
  const [, id, version] = /^(act_[0-9a-z]+):(\d{1,9})$/.exec(value ?? '') ?? [];
  return id && version ? { id, version: Number(version) } : undefined;
}
