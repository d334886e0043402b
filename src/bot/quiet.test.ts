import { describe, expect, test } from 'vitest';
import { quietUntil, wants } from './quiet.ts';

const night = { notify: 'all', quietFrom: 22 * 60, quietTo: 7 * 60, timezone: null } as const;
const at = (text: string) => new Date(text);

describe('quiet hours', () => {
  test('that pass midnight hold before and after it, and end to the minute', () => {
    const end = at('2026-03-03T07:00:00Z');
    expect(quietUntil(night, at('2026-03-02T22:00:00Z'), 'UTC')).toEqual(end);
    expect(quietUntil(night, at('2026-03-02T23:59:30Z'), 'UTC')).toEqual(end);
    expect(quietUntil(night, at('2026-03-03T06:59:59Z'), 'UTC')).toEqual(end);
    expect(quietUntil(night, end, 'UTC')).toBeUndefined();
    expect(quietUntil(night, at('2026-03-02T21:59:59Z'), 'UTC')).toBeUndefined();
  });

  test('within a day hold between their ends', () => {
    const noon = { ...night, quietFrom: 12 * 60, quietTo: 13 * 60 };
    expect(quietUntil(noon, at('2026-03-02T12:30:00Z'), 'UTC')).toEqual(at('2026-03-02T13:00:00Z'));
    expect(quietUntil(noon, at('2026-03-02T11:59:00Z'), 'UTC')).toBeUndefined();
  });

  test('are those of the person’s own zone, or else of the workspace', () => {
    const inTokyo = { ...night, timezone: 'Asia/Tokyo' };
    // 22:30 in Tokyo, where it is half past one in the afternoon in UTC.
    const now = at('2026-03-02T13:30:00Z');
    expect(quietUntil(inTokyo, now, 'UTC')).toEqual(at('2026-03-02T22:00:00Z'));
    expect(quietUntil(night, now, 'UTC')).toBeUndefined();
    expect(quietUntil(night, now, 'Asia/Tokyo')).toEqual(at('2026-03-02T22:00:00Z'));
  });

  test('over the night in which the clocks change are over by the clock, after a second look', () => {
    const inParis = { ...night, timezone: 'Europe/Paris' };
    let now = at('2026-10-24T21:00:00Z');
    let looks = 0;
    for (let end = quietUntil(inParis, now, 'UTC'); end; end = quietUntil(inParis, now, 'UTC')) {
      now = end;
      looks += 1;
    }
    expect(now).toEqual(at('2026-10-25T06:00:00Z'));
    expect(looks).toBe(2);
  });

  test('that are not set, or have no length, hold never', () => {
    const now = at('2026-03-02T23:00:00Z');
    expect(quietUntil({ ...night, quietFrom: null, quietTo: null }, now, 'UTC')).toBeUndefined();
    expect(quietUntil({ ...night, quietFrom: 0, quietTo: 0 }, now, 'UTC')).toBeUndefined();
  });
});

test('what somebody wants to hear of is everything, approvals and results, or nothing', () => {
  const kinds = ['progress', 'decision', 'result'] as const;
  const heard = (notify: 'all' | 'approvals' | 'none') =>
    kinds.filter((kind) => wants({ notify }, kind));
  expect(heard('all')).toEqual(['progress', 'decision', 'result']);
  expect(heard('approvals')).toEqual(['decision', 'result']);
  expect(heard('none')).toEqual([]);
});
