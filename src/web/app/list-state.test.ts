import { describe, expect, it } from 'vitest';
import { storeSpec } from '../../../test/support/store.ts';
import { entityOf } from '../../apps/spec.ts';
import { printListState, readListState, withoutFilter } from './list-state.ts';

const repairs = entityOf(storeSpec(), 'repairs');
const read = (query: string) => readListState(repairs, new URLSearchParams(query));

describe('the state of a list', () => {
  it('is the same after it was printed and read again', () => {
    const query =
      '?q=cracked+screen&f.status=ready&f.quote=10..&f.due=2026-11-01..2026-11-30&sort=-due';
    expect(printListState(read(query))).toBe(query.replaceAll(' ', '+'));
  });

  it('takes the two inputs of a span as one value', () => {
    expect(read('f.quote.from=10&f.quote.to=20').filters).toEqual({ quote: '10..20' });
    expect(read('f.quote.from=&f.quote.to=').filters).toEqual({});
  });

  it('leaves out what the entity does not have', () => {
    expect(read('f.nothing=1&f.device=x&sort=nothing&f.status=')).toMatchObject({
      filters: {},
      sort: undefined,
    });
  });

  it('starts on the first page again when anything else changes', () => {
    const state = read('after=abc&f.status=ready');
    expect(printListState(state)).toBe('?f.status=ready');
    expect(printListState(state, { after: 'def' })).toBe('?f.status=ready&after=def');
    expect(printListState(state, { filters: withoutFilter(state, 'status') })).toBe('');
  });
});
