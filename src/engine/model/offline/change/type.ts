/** Changes to what a field holds: its type, its currency. */
import type { AppSpec, Field } from '../../../../apps/spec.ts';
import { typeOfHint } from '../field-type.ts';
import { keysOf } from '../flow.ts';
import { splitList } from '../list.ts';
import { inText, toLabel } from '../word.ts';
import { type Changed, findEntity, findField, withEntity } from './find.ts';

const currencies: [RegExp, string][] = [
  [/^(?:euros?|eur|€)$/i, 'EUR'],
  [/^(?:us )?(?:dollars?|usd|\$)$/i, 'USD'],
  [/^(?:pounds?|gbp|sterling|£)$/i, 'GBP'],
  [/^(?:swiss )?(?:francs?|chf)$/i, 'CHF'],
  [/^(?:yen|jpy|¥)$/i, 'JPY'],
  [/^(?:rupees?|inr)$/i, 'INR'],
];

/** "make stock a whole number" · "price in euros" · "color is a choice of red, green, blue" */
export function retypeField(spec: AppSpec, clause: string): Changed | undefined {
  const inCurrency =
    /^(?:(?:show|make|have|put|use|set|all)\s+)?(?:the )?(.*?)\s*(?:should be |is |are |be )?(?:in|to|use|as)\s+(euros?|eur|€|(?:us )?dollars?|usd|\$|pounds?|gbp|sterling|£|(?:swiss )?francs?|chf|yen|jpy|¥|rupees?|inr)$/i.exec(
      clause,
    );
  if (inCurrency) return toCurrency(spec, inCurrency[1] ?? '', inCurrency[2] ?? '');
  const match =
    /^(?:make|change|turn|set|store|treat)?\s*(?:the )?(.+?)\s+(?:to|into|as|should be|must be|is|be)?\s*(?:an?\s+)?((?:choice|dropdown|list|select|one) (?:of|between|with|from)\s+.+|long text|multi-?line(?: text)?|text ?area|date and time|date ?time|timestamp|date|time|checkbox|yes\/?(?: or )?no|boolean|whole number|integer|decimal(?: number)?|number|percent(?:age)?|money|currency|amount|email|e-mail|phone(?: number)?|url|link|text|short text)(?: field)?(?:\s+(?:in|of|for|on)\s+(?:the )?([\p{L} _-]+))?$/iu.exec(
      clause,
    );
  const owner = match?.[3] ? findEntity(spec, match[3]) : undefined;
  const place = match
    ? findField(spec, (match[1] ?? '').replace(/\s+(?:to|into|as|an?)$/i, ''), owner)
    : undefined;
  if (!match || !place) return undefined;
  const { entity, field } = place;
  const retyped = asType(field, match[2] ?? '');
  if (!retyped) return undefined;
  if (
    spec.views.some(
      (view) => view.kind === 'board' && view.entity === entity.key && view.field === field.key,
    )
  )
    return { ask: `A board stands on ${inText(field.label)}. Drop the board first?` };
  return {
    spec: withEntity(spec, {
      ...entity,
      fields: entity.fields.map((other) => (other.id === field.id ? retyped : other)),
    }),
    changes: [
      `${field.label} of ${inText(entity.label)} is ${(match[2] ?? '').toLowerCase()} now.`,
    ],
  };
}

function asType(field: Field, words: string): Field | undefined {
  const { id, key, label, required, unique, search } = field;
  const common = {
    id,
    key,
    label,
    required,
    unique,
    search,
    ...(field.source ? { source: field.source } : {}),
  };
  const list = /^(?:choice|dropdown|list|select|one) (?:of|between|with|from)\s+(.+)$/i.exec(
    words,
  )?.[1];
  if (list) {
    const names = splitList(list);
    const keys = keysOf(names);
    return {
      ...common,
      type: 'choice',
      options: [...keys].map(([name, option]) => ({
        key: option,
        label: toLabel(name),
        tone: 'grey',
      })),
    };
  }
  const type = /^amount$/i.test(words) ? 'money' : typeOfHint(words);
  switch (type) {
    case 'integer':
    case 'decimal':
    case 'money':
    case 'percent':
      return { ...common, type };
    case 'text':
    case 'longtext':
    case 'email':
    case 'phone':
    case 'url':
    case 'boolean':
    case 'date':
    case 'datetime':
    case 'time':
      return { ...common, type };
    default:
      return undefined;
  }
}

function toCurrency(spec: AppSpec, words: string, unit: string): Changed | undefined {
  const currency = currencies.find(([pattern]) => pattern.test(unit))?.[1];
  if (!currency) return undefined;
  const place =
    words.trim() &&
    !/^(?:everything|money|it|prices|amounts|currency|all prices)$/i.test(words.trim())
      ? findField(spec, words)
      : undefined;
  if (
    words.trim() &&
    !place &&
    !/^(?:everything|money|it|all|currency|prices?|amounts?|the currency|all prices)$/i.test(
      words.trim(),
    )
  )
    return undefined;
  const changes = [`Money is in ${currency} now.`];
  const next = { ...spec, currency };
  if (!place || place.field.type === 'money') return { spec: next, changes };
  const money = asType(place.field, 'money');
  if (!money) return undefined;
  const { entity, field } = place;
  return {
    spec: withEntity(next, {
      ...entity,
      fields: entity.fields.map((other) => (other.id === field.id ? money : other)),
    }),
    changes: [...changes, `${field.label} of ${inText(entity.label)} is an amount of money.`],
  };
}
