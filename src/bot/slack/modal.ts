/** The dialogs: asking for a text, details to read, a wish to describe, one's own settings. Pure. */
import type { types } from '@slack/bolt';
import { type NotifyChoice, notifyChoices } from '../../db/person.ts';
import type { Card } from '../card.ts';
import { cut, tidy } from '../text.ts';
import { type Block, context, markup, plainText, rich } from './blocks.ts';
import { limits } from './limits.ts';
import type { Look } from './part.ts';
import { blocksOf } from './render.ts';
import { line, plain } from './rich.ts';

/** What a dialog is called when it comes back. */
export const callbacks = {
  text: 'text',
  describe: 'describe',
  settings: 'settings',
  details: 'details',
} as const;

/** Bigger views are refused; a page that long is not read either. */
const detailsBytes = 100_000;

/** What a dialog remembers: opaque ids only, since everybody in the channel can read them. */
export type Metadata = Record<string, string | number>;

/** Modify, Reject and every other button that first asks for a text. */
export function textModal(asked: {
  /** The button's action id and the version of its card. */
  action: string;
  version: number;
  label: string;
  input: NonNullable<Card['actions'][number]['input']>;
}): types.ModalView {
  const { action, version, label, input } = asked;
  // Slack writes “(optional)” behind the label itself.
  const isOptional = input.label.includes('(optional)');
  return {
    ...frame(callbacks.text, label, { action, version }),
    submit: plainText('Send', limits.viewButton),
    blocks: [
      field('text', input.label.replace('(optional)', '').trim(), {
        ...(input.initial ? { initial: input.initial } : {}),
        isOptional,
        placeholder: input.placeholder,
      }),
    ],
  };
}

/** Create Another, the command without words, and the shortcuts; `quote` comes from a message. */
export function describeModal(given: {
  metadata: Metadata;
  quote?: { text: string; author?: string };
}): types.ModalView {
  const { metadata, quote } = given;
  return {
    ...frame(callbacks.describe, 'New task', metadata),
    submit: plainText('Plan it', limits.viewButton),
    blocks: [
      ...(quote?.author ? [context(['From a message of', markup(`<@${quote.author}>`)])] : []),
      field('text', 'What do you need?', {
        placeholder: 'Create a CRM for my cellphone store with customers, products and repairs',
        ...(quote ? { initial: quote.text } : {}),
      }),
      context(['You see a plan first. Nothing is made before you accept it.']),
    ],
  };
}

/** Logs and details to read at leisure. */
export function detailsModal(card: Card, look: Look): types.ModalView {
  const blocks = blocksOf(card, look, detailsBytes).slice(0, limits.viewBlocks);
  return {
    ...frame(callbacks.details, 'Details', {}),
    blocks: blocks.length > 0 ? blocks : [rich([line(plain('There is nothing to show yet.'))])],
  };
}

export type Settings = {
  notify: NotifyChoice;
  /** "22:00" and "07:30" in the person's own time zone; both or none. */
  quietFrom: string | null;
  quietTo: string | null;
};

const notifyWords: Record<Settings['notify'], [name: string, about: string]> = {
  all: ['Everything', 'Also when a task starts and when a step is complete'],
  approvals: ['Approvals and results', 'When somebody has to decide, and how a task ended'],
  none: ['Nothing', 'The cards still stand in their conversations'],
};

export function settingsModal(current: Settings & { timezone: string }): types.ModalView {
  const options = notifyChoices.map((choice) => option(choice, ...notifyWords[choice]));
  const chosen = options[notifyChoices.indexOf(current.notify)];
  return {
    ...frame(callbacks.settings, 'Settings', {}),
    submit: plainText('Save', limits.viewButton),
    blocks: [
      {
        type: 'input',
        block_id: 'notify',
        label: plainText('What should Factotum tell you?', limits.inputLabel),
        element: {
          type: 'radio_buttons',
          action_id: 'notify',
          options,
          ...(chosen ? { initial_option: chosen } : {}),
        },
      },
      clock('quiet_from', 'Quiet from', current.quietFrom),
      clock('quiet_to', 'Quiet until', current.quietTo),
      context([
        `Times are yours (${cut(tidy(current.timezone), 100)}). What comes meanwhile is told after.`,
      ]),
    ],
  };
}

const frame = (callback: string, title: string, metadata: Metadata) => ({
  type: 'modal' as const,
  callback_id: callback,
  title: plainText(title, limits.viewTitle),
  close: plainText('Close', limits.viewButton),
  private_metadata: JSON.stringify(metadata),
});

function field(
  id: string,
  label: string,
  about: { isOptional?: boolean; placeholder: string; initial?: string },
): Block {
  // A text field shows its text as it is: nothing in it is a mention.
  const initial = cut(tidy(about.initial ?? ''), limits.inputText);
  return {
    type: 'input',
    block_id: id,
    optional: about.isOptional ?? false,
    label: plainText(label, limits.inputLabel),
    element: {
      type: 'plain_text_input',
      action_id: id,
      multiline: true,
      max_length: limits.inputText,
      focus_on_load: true,
      placeholder: plainText(about.placeholder, limits.placeholder),
      ...(initial ? { initial_value: initial } : {}),
    },
  };
}

const option = (value: string, name: string, about: string): types.Option => ({
  value,
  text: plainText(name, limits.optionText),
  description: plainText(about, limits.optionText),
});

const clock = (id: string, label: string, initial: string | null): Block => ({
  type: 'input',
  block_id: id,
  optional: true,
  label: plainText(label, limits.inputLabel),
  element: {
    type: 'timepicker',
    action_id: id,
    ...(initial ? { initial_time: initial } : {}),
  },
});
