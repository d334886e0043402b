/** Numbers as people write them: "1,234.50", "$12", "1.234,50 €", "(40)", "15 %". */
import type { Format } from './link.ts';
import { numberMarks } from './locale.ts';

/**
 * The number in plain form ("1234.50"), or undefined when it is none.
 * @param plainPoint a lone point is always the decimal mark, as in ISO and in `<input type=number>`
 */
export function parseNumber(raw: string, app: Format, plainPoint: boolean): string | undefined {
  const signed = /^\(.*\)$/.test(raw.trim()) ? `-${raw.trim().slice(1, -1)}` : raw;
  const text = signed
    .normalize('NFKC')
    .replace(/[−–]/g, '-')
    .replace(/\p{Sc}|%|[\s'’_]/gu, '')
    .replace(/^([+-]?)[A-Za-z]{1,3}\.?(?=[\d.,+-])|(?<=[\d.,])[A-Za-z]{3}$/g, '$1');
  const match = /^([+-]?)([\d.,٫٬]*\d[\d.,]*)$/.exec(latinDigits(text));
  if (!match) return undefined;
  const plain = plainDigits(match[2] ?? '', app, plainPoint);
  if (plain === undefined) return undefined;
  const [whole = '', fraction] = plain.split('.');
  const digits = whole.replace(/^0+(?=\d)/, '') || '0';
  const number = fraction ? `${digits}.${fraction}` : digits;
  return match[1] === '-' && /[1-9]/.test(number) ? `-${number}` : number;
}

/** Arabic and Persian digits and marks; NFKC has already made full-width ones plain. */
function latinDigits(text: string): string {
  return text
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
    .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0))
    .replaceAll('٫', '.')
    .replaceAll('٬', ',');
}

function plainDigits(text: string, app: Format, plainPoint: boolean): string | undefined {
  const points = text.split('.').length - 1;
  const commas = text.split(',').length - 1;
  if (points === 0 && commas === 0) return text;
  if (points > 0 && commas > 0) {
    // The mark further right parts the decimals, whatever the locale says.
    return text.lastIndexOf('.') > text.lastIndexOf(',')
      ? ungroup(text, ',', '.')
      : ungroup(text, '.', ',');
  }
  const mark = points > 0 ? '.' : ',';
  const other = mark === '.' ? ',' : '.';
  if (points + commas > 1) return ungroup(text, mark, other);
  if (mark === '.' && plainPoint) return text;
  const isGroup = numberMarks(app).decimal !== mark && /^\d{1,3}[.,]\d{3}$/.test(text);
  return isGroup ? ungroup(text, mark, other) : text.replace(mark, '.');
}

function ungroup(text: string, group: string, decimal: string): string | undefined {
  const [whole = '', fraction, ...rest] = text.split(decimal);
  if (rest.length > 0 || fraction?.includes(group)) return undefined;
  const groups = whole.split(group);
  // "12,34,567" is how India writes it: two digits in the middle are fine, three must end it.
  const sound = groups.every((digits, index) =>
    index === 0
      ? /^\d{1,3}$/.test(digits)
      : index === groups.length - 1
        ? /^\d{3}$/.test(digits)
        : /^\d{2,3}$/.test(digits),
  );
  if (!sound) return undefined;
  return fraction ? `${groups.join('')}.${fraction}` : groups.join('');
}

/** -1, 0 or 1; exact for plain numbers of any length. */
export function compareNumbers(left: string, right: string): number {
  const [a, b] = [scaled(left), scaled(right)];
  const places = Math.max(a.places, b.places);
  const difference =
    a.digits * 10n ** BigInt(places - a.places) - b.digits * 10n ** BigInt(places - b.places);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function scaled(number: string): { digits: bigint; places: number } {
  const [whole = '0', fraction = ''] = number.split('.');
  return { digits: BigInt(`${whole}${fraction}`), places: fraction.length };
}
