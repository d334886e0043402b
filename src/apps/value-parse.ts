/** Reads what a person wrote into a field, or says in a sentence what to write. */
import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { isNumber, isText, type NumberField, type TextField, textLimits } from './column.ts';
import { parseDate, parseDatetime, parseTime } from './date-parse.ts';
import type { Format, Parsed, Stored } from './link.ts';
import { dateOrder, numberFormat, safeLocale } from './locale.ts';
import { compareNumbers, parseNumber } from './number-parse.ts';
import type { Field } from './spec.ts';

const ok = (value: Stored): Parsed => ({ ok: true, value });
const no = (message: string): Parsed => ({ ok: false, message });

/**
 * @param raw as a form sends it; empty, blank and absent all mean "nothing"
 * @param now what "tomorrow" is counted from
 */
export function parseValue(
  field: Field,
  raw: string | string[] | undefined,
  app: Format,
  now = new Date(),
): Parsed {
  if (field.type === 'relation') return parseRelation(field, raw);
  const text = clean(
    Array.isArray(raw) ? (raw.at(-1) ?? '') : (raw ?? ''),
    field.type === 'longtext',
  );
  if (field.type === 'boolean') return parseBoolean(field, text);
  if (text === '') return field.required ? no(missing(field)) : ok(null);
  if (isText(field)) return parseText(field, text, app);
  if (isNumber(field)) return parseAmount(field, text, app);
  switch (field.type) {
    case 'choice':
    case 'status': {
      const wanted = text.toLowerCase();
      const option =
        field.options.find((candidate) => candidate.key === text) ??
        field.options.find((candidate) => candidate.label.toLowerCase() === wanted);
      return option
        ? ok(option.key)
        : no(`Choose one of: ${field.options.map((each) => each.label).join(', ')}.`);
    }
    case 'date': {
      const value = parseDate(text, app, now);
      return value ? ok(value) : no(`Write a date like ${dateExample(app)}.`);
    }
    case 'datetime': {
      const value = parseDatetime(text, app, now);
      return value ? ok(value) : no(`Write a date and time like ${dateExample(app)} 14:30.`);
    }
    case 'time': {
      const value = parseTime(text);
      return value ? ok(value) : no('Write a time like 14:30.');
    }
    default:
      return no('This cannot be read.');
  }
}

/** The sentence for a required field that is empty. */
function missing(field: Field): string {
  const choose = ['choice', 'status', 'relation', 'date', 'datetime', 'time'].includes(field.type);
  return `${field.label} is required. ${choose ? 'Choose' : 'Write'} it here.`;
}

/** Without what Postgres cannot store or nobody can see: zero bytes, control codes, half characters. */
function clean(raw: string, lines: boolean): string {
  const sound = raw.replace(/\p{Cs}/gu, '\ufffd').replace(/\r\n?/g, '\n');
  const seen = sound.replace(/\p{Cc}/gu, (code) => (code === '\n' || code === '\t' ? code : ''));
  return (lines ? seen : seen.replace(/[\n\t]+/g, ' ')).trim();
}

function parseText(field: TextField, text: string, app: Format): Parsed {
  const limit = textLimits[field.type];
  // Postgres counts characters, JavaScript counts UTF-16 units.
  if (text.length > limit && [...text].length > limit) {
    return no(`Write at most ${limit.toLocaleString('en-US')} characters.`);
  }
  if (field.type === 'email') {
    return /^[^\s@<>()",;:]+@[^\s@<>()",;:.]+(?:\.[^\s@<>()",;:.]+)+$/.test(text)
      ? ok(text)
      : no('Write an e-mail address like name@example.com.');
  }
  if (field.type === 'url') return parseUrl(text);
  if (field.type === 'phone') return parsePhone(text, app);
  return ok(text);
}

/** Only http and https: any other scheme in a link could run something. */
function parseUrl(text: string): Parsed {
  const full =
    /^[a-z][a-z0-9+.-]*:/i.test(text) && !/^[\w.-]+:\d/.test(text) ? text : `https://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  const sound = url && ['http:', 'https:'].includes(url.protocol) && /.\../.test(url.hostname);
  return sound && !/\s/.test(full) && full.length <= textLimits.url
    ? ok(full)
    : no('Write a web address like https://example.com.');
}

function parsePhone(text: string, app: Format): Parsed {
  const region = new Intl.Locale(safeLocale(app.locale)).maximize().region;
  const number = parsePhoneNumberFromString(
    text,
    region && /^[A-Z]{2}$/.test(region) ? { defaultCountry: region as 'US' } : {},
  );
  if (number?.isValid()) return ok(number.formatInternational());
  const digits = text.replace(/\D/g, '');
  const plausible = digits.length >= 5 && digits.length <= 20 && /^[\d\s()+.\-/#*,x]+$/i.test(text);
  return plausible ? ok(text) : no('Write a phone number like +1 555 010 0123.');
}

function parseAmount(field: NumberField, text: string, app: Format): Parsed {
  const round = field.type === 'integer' || field.type === 'money';
  const parsed = parseNumber(text, app, !round);
  const example = numberFormat(app, field.type === 'integer' ? {} : { minimumFractionDigits: 2 });
  if (parsed === undefined)
    return no(`Write a number like ${example.format(field.type === 'integer' ? 1200 : 1234.5)}.`);
  const [whole = '', fraction = ''] = parsed.replace('-', '').split('.');
  if (field.type === 'integer' && /[1-9]/.test(fraction))
    return no('Write a whole number, without decimals.');
  if (field.type === 'money' && /[1-9]/.test(fraction.slice(2)))
    return no('Write an amount with at most two decimals.');
  if (whole.length > (field.type === 'money' ? 12 : 15) || fraction.length > 10)
    return no('This number is too long.');
  const value = field.type === 'integer' ? parsed.replace(/\..*$/, '') : parsed;
  const { min, max } = field;
  if (min !== undefined && compareNumbers(value, plain(min)) < 0)
    return no(`Write ${numberFormat(app, {}).format(min)} or more.`);
  if (max !== undefined && compareNumbers(value, plain(max)) > 0)
    return no(`Write ${numberFormat(app, {}).format(max)} or less.`);
  if (field.type === 'integer') return ok(Number(value));
  return ok(field.type === 'money' ? withPlaces(value, 2) : value);
}

/** JavaScript prints 1e-7 and 1e21 with an exponent. */
const plain = (bound: number): string =>
  String(bound).includes('e') ? bound.toFixed(Math.abs(bound) < 1 ? 20 : 0) : String(bound);

function withPlaces(number: string, places: number): string {
  const [whole = '0', fraction = ''] = number.split('.');
  return `${whole}.${fraction.slice(0, places).padEnd(places, '0')}`;
}

const yes = ['yes', 'y', 'true', 'on', '1', 'x', '✓', 'ja', 'si', 'sí', 'oui', 'sim'];
const not = ['', 'no', 'n', 'false', 'off', '0', 'nein', 'non', 'não'];

function parseBoolean(field: Field, text: string): Parsed {
  const word = text.toLowerCase();
  if (yes.includes(word)) return ok(true);
  return not.includes(word) ? ok(false) : no(`Write yes or no for ${field.label}.`);
}

function parseRelation(
  field: Field & { type: 'relation' },
  raw: string | string[] | undefined,
): Parsed {
  const ids = [
    ...new Set(
      (Array.isArray(raw) ? raw : [raw ?? '']).map((id) => id.trim()).filter((id) => id !== ''),
    ),
  ];
  if (ids.some((id) => !/^-?\d{1,18}$/.test(id))) return no(`Choose ${field.label} from the list.`);
  if (field.many && ids.length > 500) return no('Choose at most 500.');
  if (ids.length === 0) return field.required ? no(missing(field)) : ok(field.many ? [] : null);
  return ok(field.many ? ids : (ids.at(-1) ?? null));
}

function dateExample(app: Format): string {
  return { mdy: '12/31/2026', dmy: '31/12/2026' }[dateOrder(app)] ?? '2026-12-31';
}
