import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { execute, parsePressed } from './invoke.ts';

const ref = { card: 'crd_1a', version: 3 };
const invoke = (verb: string, data: unknown, trigger?: string) => ({
  action: { type: 'Action.Execute', verb, data },
  ...(trigger ? { trigger } : {}),
});

describe('a pressed button', () => {
  test('is read as it was printed, with Action.Execute and without', () => {
    const { verb, data, fallback } = execute('act', 'Go', { ...ref, action: 'act_9' });
    const pressed = { ...ref, kind: 'act', action: 'act_9', text: undefined };
    expect(parsePressed(invoke(verb, data, 'manual'))).toEqual(pressed);
    expect(parsePressed(fallback.data)).toEqual(pressed);
  });

  test('brings the text of its own field and no other', () => {
    const data = { ...ref, action: 'act_9', text_act_9: '  more\0 rows ', text_act_8: 'other' };
    expect(parsePressed(invoke('act', data))).toMatchObject({ text: 'more rows' });
    expect(parsePressed(invoke('act', { ...data, text_act_9: 7 }))).toMatchObject({
      text: undefined,
    });
  });

  test('has no more text than the field takes', () => {
    const data = { ...ref, action: 'act_9', text_act_9: 'x'.repeat(90_000) };
    expect(parsePressed(invoke('act', data))).toMatchObject({ text: 'x'.repeat(4_000) });
  });

  test('is told from what Teams fetches by itself', () => {
    const { verb, data } = execute('refresh', 'Refresh', ref);
    expect(parsePressed(invoke(verb, data, 'automatic'))).toEqual({
      ...{ ...ref, kind: 'view', isAutomatic: true },
    });
    expect(parsePressed(invoke('view', ref))).toMatchObject({ isAutomatic: false });
    expect(parsePressed(invoke('act', { ...ref, action: 'act_9' }, 'automatic'))).toBeUndefined();
  });

  test.each([
    ['nothing', undefined],
    ['a message of somebody', { text: 'hello' }],
    ['another verb', invoke('drop', { ...ref, action: 'act_9' })],
    ['no action', invoke('act', ref)],
    ['an id that is none of ours', invoke('act', { ...ref, action: "act_'; drop table" })],
    ['another card', invoke('view', { card: '../x', version: 1 })],
    ['a version that is none', invoke('view', { ...ref, version: -1 })],
    ['no page', invoke('page', ref)],
    ['half a page', invoke('page', { ...ref, page: 1.5 })],
  ])('says nothing with %s', (_, value) => {
    expect(parsePressed(value)).toBeUndefined();
  });

  test('never throws, whatever is sent', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        parsePressed(value);
        parsePressed({ action: { verb: 'act', data: value } });
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});
