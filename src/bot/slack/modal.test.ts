import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostileCard, words } from '../../../test/support/slack-hostile.ts';
import { stringsIn, viewProblemsOf } from '../../../test/support/slack-validate.ts';
import { describeModal, detailsModal, settingsModal, textModal } from './modal.ts';
import { readMetadata, readSettings, readText } from './submission.ts';

const look = { baseUrl: 'https://factotum.example' };
const judge = (view: object) => viewProblemsOf({ ...view });
/** Big values are shrunk for minutes; the seed in the message repeats a failure as well. */
const often = { numRuns: 100, endOnFailure: true, seed: 20260301 };
const reject = { label: 'Why not? (optional)', placeholder: 'A reason helps whoever asked.' };
const asked = { action: 'act_1', version: 7, label: 'Reject', input: reject };

describe('a dialog', () => {
  test('is one that Slack opens, whatever it is given', () => {
    fc.assert(
      fc.property(words, words, words, (label, placeholder, text) => {
        const input = { label, placeholder };
        expect(judge(textModal({ action: 'act_1', version: 7, label, input }))).toEqual([]);
        const quote = { text, author: 'U024BE7LH' };
        expect(judge(describeModal({ metadata: { channel: 'C1' }, quote }))).toEqual([]);
      }),
      often,
    );
  });

  test('with details holds any card, and shows what a message folds', () => {
    fc.assert(
      fc.property(hostileCard, (card) => {
        expect(judge(detailsModal(card, look))).toEqual([]);
      }),
      { ...often, numRuns: 40 },
    );
  });

  test('that asks for a reason may be sent without one, and Slack writes “(optional)” itself', () => {
    const { blocks } = textModal(asked);
    expect(blocks[0]).toMatchObject({ optional: true, label: { text: 'Why not?' } });
  });

  test('remembers ids only', () => {
    expect(readMetadata(textModal(asked) as { private_metadata: string })).toEqual({
      action: 'act_1',
      version: 7,
    });
    for (const forged of ['', '{', '[]', '{"action":{"id":1}}', 'null'])
      expect(readMetadata({ private_metadata: forged })).toEqual({});
  });

  test('for a new task begins with the quoted message, which mentions nobody', () => {
    const quote = { text: 'Order <!channel> & panels', author: 'U024BE7LH' };
    const view = describeModal({ metadata: { channel: 'C1', thread: '1.2' }, quote });
    expect(view.blocks[1]).toMatchObject({ element: { initial_value: quote.text } });
    expect(stringsIn(view)).toContain('<@U024BE7LH>');
  });
});

describe('what comes back', () => {
  const submitted = (values: Record<string, object>) => ({
    private_metadata: '{}',
    state: {
      values: Object.fromEntries(
        Object.entries(values).map(([id, value]) => [id, { [id]: value }]),
      ),
    },
  });
  const times = (from: string | null, to: string | null, notify = 'all') =>
    submitted({
      notify: { selected_option: { value: notify } },
      quiet_from: { selected_time: from },
      quiet_to: { selected_time: to },
    });

  test('is the text without the blanks around it, and nothing where nothing was written', () => {
    expect(readText(submitted({ text: { value: '  a notes field \n' } }))).toBe('a notes field');
    for (const empty of [{ value: null }, {}, { value: 7 }])
      expect(readText(submitted({ text: empty }))).toBe('');
  });

  test('is a choice with quiet hours, which may pass midnight', () => {
    expect(readSettings(times('22:00', '07:30'))).toEqual({
      notify: 'all',
      quietFrom: '22:00',
      quietTo: '07:30',
    });
    expect(readSettings(times(null, null, 'none'))).toMatchObject({
      notify: 'none',
      quietFrom: null,
    });
  });

  test('is refused with the reason where one of two times is missing or both are the same', () => {
    expect(readSettings(times('22:00', null))).toHaveProperty('errors.quiet_to');
    expect(readSettings(times(null, '07:30'))).toHaveProperty('errors.quiet_from');
    expect(readSettings(times('07:30', '07:30'))).toHaveProperty('errors.quiet_to');
    expect(readSettings(times(null, null, 'sometimes'))).toHaveProperty('errors.notify');
  });

  test('is what the dialog showed when nothing is changed', () => {
    const view = settingsModal({
      notify: 'none',
      quietFrom: '22:00',
      quietTo: '07:30',
      timezone: 'Europe/Lisbon',
    });
    expect(judge(view)).toEqual([]);
    expect(view.blocks).toMatchObject([
      { element: { initial_option: { value: 'none' } } },
      { element: { initial_time: '22:00' } },
      { element: { initial_time: '07:30' } },
      {},
    ]);
  });
});
