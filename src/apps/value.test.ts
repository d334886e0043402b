import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Field, Field as FieldSchema } from './spec.ts';
import { type Format, inputValue, parseValue, printValue } from './value.ts';
import { instantOf, wallClock } from './zone.ts';

const us: Format = { locale: 'en-US', currency: 'USD', timezone: 'America/New_York' };
const de: Format = { locale: 'de-DE', currency: 'EUR', timezone: 'Europe/Berlin' };
const gb: Format = { locale: 'en-GB', currency: 'GBP', timezone: 'Europe/London' };
const br: Format = { locale: 'pt-BR', currency: 'BRL', timezone: 'America/Sao_Paulo' };
const now = new Date('2026-11-20T15:00:00Z');

function field(type: string, more: object = {}): Field {
  return FieldSchema.parse({ id: 'f_x', key: 'x', label: 'Price', type, ...more });
}

const read = (type: string, raw: string, app = us, more: object = {}) => {
  const parsed = parseValue(field(type, more), raw, app, now);
  return parsed.ok ? parsed.value : parsed.message;
};

describe('amounts', () => {
  test.each([
    ['1,234.50', us, '1234.50'],
    ['$12', us, '12.00'],
    ['$ 1,234', us, '1234.00'],
    ['-$5.5', us, '-5.50'],
    ['(40)', us, '-40.00'],
    ['USD 12.30', us, '12.30'],
    ['12,5', us, '12.50'],
    ['1.234,50 €', de, '1234.50'],
    ['1.234', de, '1234.00'],
    ['1234.50', de, '1234.50'],
    ['R$ 1.234,50', br, '1234.50'],
    ['£1,000,000', gb, '1000000.00'],
    ['１２', us, '12.00'],
    ['٣٫٥', us, '3.50'],
    ['1e5', us, 'Write a number like 1,234.50.'],
    ['12.345', us, 'Write an amount with at most two decimals.'],
    ['1,23,4', us, 'Write a number like 1,234.50.'],
    ['abc', de, 'Write a number like 1.234,50.'],
    ['9999999999999', us, 'This number is too long.'],
    ['', us, null],
  ])('%s is read', (raw, app, value) => expect(read('money', raw, app)).toBe(value));

  test('a form shows what it reads, in every locale', () => {
    const amount = fc.record({
      whole: fc.integer({ min: -999_999, max: 999_999 }),
      cents: fc.integer({ min: 0, max: 999 }),
    });
    fc.assert(
      fc.property(
        amount,
        fc.constantFrom(us, de, gb, br),
        fc.constantFrom('money', 'decimal', 'percent'),
        ({ whole, cents }, app, type) => {
          const places = type === 'money' ? 2 : 3;
          const text = `${whole}.${String(cents % 10 ** places).padStart(places, '0')}`;
          const input = String(inputValue(field(type), text));
          expect(Number(read(type, input, app))).toBe(Number(text));
          if (type === 'money')
            expect(Number(read(type, printValue(field(type), text, app), app))).toBe(Number(text));
        },
      ),
    );
  });

  test('keep to their bounds, exactly', () => {
    expect(read('integer', '1,200')).toBe(1200);
    expect(read('integer', '1.5')).toBe('Write a whole number, without decimals.');
    expect(read('decimal', '0.1000000001', us, { max: 0.1 })).toBe('Write 0.1 or less.');
    expect(read('money', '0', us, { min: 0.01 })).toBe('Write 0.01 or more.');
    expect(read('percent', '15 %')).toBe('15');
  });
});

describe('dates', () => {
  test.each([
    ['12/31/2026', us, '2026-12-31'],
    ['31/12/2026', gb, '2026-12-31'],
    ['31.12.26', de, '2026-12-31'],
    ['2026-12-31', gb, '2026-12-31'],
    ['tomorrow', us, '2026-11-21'],
    ['Nov 20, 2026', us, '2026-11-20'],
    ['20 November 2026', gb, '2026-11-20'],
    ['31/12/2026', us, 'Write a date like 12/31/2026.'],
    ['02/29/2026', us, 'Write a date like 12/31/2026.'],
    ['soon maybe', gb, 'Write a date like 31/12/2026.'],
  ])('%s is read', (raw, app, value) => expect(read('date', raw, app)).toBe(value));

  test.each([
    ['2026-11-20T09:30', us, '2026-11-20T14:30:00.000Z'],
    ['2026-11-20 09:30:15', us, '2026-11-20T14:30:00.000Z'],
    ['2026-11-20T09:30:00Z', us, '2026-11-20T09:30:00.000Z'],
    ['2026-11-20T09:30:00+02:00', us, '2026-11-20T07:30:00.000Z'],
    ['11/20/2026 5:30 pm', us, '2026-11-20T22:30:00.000Z'],
    ['11/20/2026', us, '2026-11-20T05:00:00.000Z'],
    ['20.11.2026, 17:30', de, '2026-11-20T16:30:00.000Z'],
    ['tomorrow at 5pm', us, '2026-11-21T22:00:00.000Z'],
    ['tomorrow', us, '2026-11-21T05:00:00.000Z'],
    ['2026-13-01T00:00:00Z', us, 'Write a date and time like 12/31/2026 14:30.'],
  ])('%s is a moment', (raw, app, value) => expect(read('datetime', raw, app)).toBe(value));

  test('a wall clock is the same after there and back, except where clocks jump', () => {
    const zones = [
      'America/New_York',
      'Europe/Berlin',
      'Asia/Kolkata',
      'Pacific/Apia',
      'UTC',
      'Australia/Lord_Howe',
    ];
    const at = fc.date({
      min: new Date('1990-01-01'),
      max: new Date('2040-01-01'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(at, fc.constantFrom(...zones), (date, timezone) => {
        const wall = wallClock(date, { timezone });
        expect(wallClock(instantOf(wall, { timezone }), { timezone })).toBe(wall);
      }),
    );
    expect(instantOf('2026-03-08T02:30', us).toISOString()).toMatch(/^2026-03-08T0[67]:30/);
  });

  test.each([
    ['5pm', '17:00'],
    ['5:30 PM', '17:30'],
    ['12 am', '00:00'],
    ['17h30', '17:30'],
    ['25:00', 'Write a time like 14:30.'],
    ['5', 'Write a time like 14:30.'],
  ])('%s is a time', (raw, value) => expect(read('time', raw)).toBe(value));
});

describe('words', () => {
  test.each([
    ['email', 'a@b.co', 'a@b.co'],
    ['email', 'a@b', 'Write an e-mail address like name@example.com.'],
    ['email', 'a b@c.de', 'Write an e-mail address like name@example.com.'],
    ['phone', '2025550143', '+1 202 555 0143'],
    ['phone', '+442079460018', '+44 20 7946 0018'],
    ['phone', '12345', '12345'],
    ['phone', 'call me', 'Write a phone number like +1 555 010 0123.'],
    ['url', 'example.com', 'https://example.com'],
    ['url', 'localhost:80', 'Write a web address like https://example.com.'],
    ['url', 'javascript:alert(1)', 'Write a web address like https://example.com.'],
    ['url', 'data:text/html,x', 'Write a web address like https://example.com.'],
    ['boolean', 'yes', true],
    ['boolean', '', false],
    ['text', ' two\nlines ', 'two lines'],
    ['relation', '12', '12'],
    ['relation', '1; drop', 'Choose Price from the list.'],
  ])('a %s is read from %s', (type, raw, value) =>
    expect(read(type, raw, us, type === 'relation' ? { to: 'x' } : {})).toBe(value),
  );

  test('no text makes the reader fail', () => {
    const types = [
      'text',
      'longtext',
      'email',
      'phone',
      'url',
      'boolean',
      'date',
      'datetime',
      'time',
      'integer',
      'decimal',
      'money',
      'percent',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...types),
        fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[\d.,:/ apm$-]{1,20}$/)),
        fc.constantFrom(us, de, br),
        (type, raw, app) => {
          const parsed = parseValue(field(type), raw, app, now);
          if (parsed.ok)
            expect(typeof printValue(field(type), parsed.value as string, app)).toBe('string');
          else expect(parsed.message).toMatch(/[.]$/);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('printing', () => {
  test.each([
    ['money', '1234.50', us, '$1,234.50'],
    ['money', '999999999999.99', us, '$999,999,999,999.99'],
    ['money', '-3.00', de, '-3,00\u00a0€'],
    ['percent', '12.5', us, '12.5%'],
    ['date', '2026-11-20', us, 'Nov 20, 2026'],
    ['datetime', '2026-11-20T22:30:00.000Z', us, 'Nov 20, 2026, 5:30 PM'],
    ['time', '17:30', us, '5:30 PM'],
    ['boolean', true, us, 'Yes'],
    ['text', '', us, ''],
    ['money', null, us, ''],
  ])('a %s %s', (type, value, app, text) =>
    expect(printValue(field(type), value, app).replaceAll('\u202f', ' ')).toBe(text),
  );

  test('survives a locale, currency or time zone that nobody knows', () => {
    const odd: Format = {
      locale: 'xx-invalid-locale-!',
      currency: 'XXX',
      timezone: 'Mars/Olympus',
    };
    expect(printValue(field('money'), '1.00', odd)).toContain('1.00');
    expect(read('datetime', '2026-11-20T09:30', odd)).toBe('2026-11-20T09:30:00.000Z');
  });

  test('a datetime goes into a form as the wall clock of the app', () => {
    expect(inputValue(field('datetime'), '2026-11-20T22:30:00.000Z', us)).toBe('2026-11-20T17:30');
    expect(inputValue(field('datetime'), null, us)).toBe('');
  });
});
