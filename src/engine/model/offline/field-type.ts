/**
 * What a field's name says about its values. The rules are read from the top and the
 * first that fits decides, so the narrow ones stand before the wide ones.
 */
import type { FieldType } from '../../../apps/spec.ts';

type Rule = [type: FieldType, name: RegExp];

const ends = (words: string) => new RegExp(`(?:^| )(?:${words})$`);
const whole = (words: string) => new RegExp(`^(?:${words})$`);
const any = (words: string) => new RegExp(`\\b(?:${words})\\b`);

const rules: Rule[] = [
  [
    'text',
    ends(
      'name|title|type|code|category|label|reason|location|place|method|brand|model|number plate|id|ref|reference|format|range|order number|account number|part number|serial number|invoice number|ip address|mac address|currency|unit|stage|level name|payment terms',
    ),
  ],
  ['boolean', /^(?:is|has|was|can|allow|allows|needs|requires|accepts|should|whether) /],
  ['boolean', /(?:^| )(?:flag|yes no|enabled|checkbox)$/],
  [
    'boolean',
    whole(
      'active|paid|approved|completed|done|verified|vaccinated|archived|published|available|in stock|insured|neutered|spayed|smoker|featured|billable|taxable|refundable|returned|urgent|confirmed|attended|present|refrigerated|read|sent|closed|vegan|vegetarian|gluten free|newsletter|anonymous|recurring|taxed|shipped|required|public|private|vip|organic|on sale|legal hold|reimbursable|certified|signed|passed',
    ),
  ],
  [
    'datetime',
    /(?:timestamp|date ?time|date and time)|(?:appointment|visit|meeting|check ?-?in|check ?-?out|booking|pickup|delivery|arrival|departure|event|departure|withdrawal|request|confirmation|login|scheduled) (?:date )?time$|(?:^| )(?:at|datetime)$/,
  ],
  ['email', /\be-?mails?(?: address(?:es)?)?$/],
  ['phone', /\b(?:phone|telephone|mobile|cell|cellphone|fax|whatsapp)(?: (?:number|no|nr))?s?$/],
  ['url', /\b(?:url|website|web site|web page|homepage|link|linkedin(?: profile)?)s?$/],
  [
    'date',
    /\b(?:date|birthday|birthdate|dob|deadline|expiry|expiration|date of (?:\w+ ?){1,3})$|(?:^| )(?:due|due back|on|since|until|from date|to date|day of (?:birth|death|purchase))$|^date\b|\bdue (?:date|by|on)\b| (?:start|end)$/,
  ],
  [
    'date',
    whole(
      'check in|check out|start|end|starts|ends|from|until|born|hired|joined|expires|purchased|valid from|valid to',
    ),
  ],
  ['time', ends('time|time of day|hour of day|opens|closes')],
  ['integer', /^(?:number of|no of|# of|count of|how many)\b/],
  [
    'integer',
    ends(
      'left|remaining|quantity|qty|count|stock|stock level|units|age|capacity|seats|bedrooms|bathrooms|rooms|beds|pages|year|years?(?: of experience)?|mileage|odometer|points|servings|copies|in stock|on hand|level|threshold|reorder point|reorder level|population|floors?|rank|position in list|sequence|edition number|lot size|minutes|duration|days|guests|party size|attendees|credits|credit hours|calories|semester number|quantity per unit|headcount|kilometers|miles|shares|views|likes',
    ),
  ],
  [
    'percent',
    /\b(?:percent|percentage|discount|commission|margin|probability|vat rate|tax rate|interest rate|completion|progress)\b|%/,
  ],
  [
    'decimal',
    ends(
      'weight|humidity|height|length|width|depth|hours|hours worked|rating|score|latitude|longitude|lat|lng|distance|temperature|volume|gpa|area|acreage|size in acres|surface|speed|hectares|acres|square feet|square meters|litres|liters|yield|thickness|radius|diameter|voltage|ph|dose amount',
    ),
  ],
  [
    'money',
    /\b(?:price|cost|amount|subtotal|salary|wage|fee|fees|budget|revenue|balance|rent|deposit|premium|tax|fare|income|tip|value|worth|payment amount|hourly rate|day rate|daily rate|nightly rate|rate per (?:hour|night|day)|price per \w+|turnover|grand total|total|charge|charges|fine|stipend|sales target|profit|valuation|payout|bounty|pay)s?(?: (?:last year|per \w+|due|paid))?$/,
  ],
  [
    'longtext',
    /\b(?:notes?|descriptions?|comments?|details?|messages?|instructions?|summary|bio|biography|body|content|contents|remarks?|history|feedback|directions|method of preparation|ingredients|problem|symptoms|diagnosis|treatment|agenda|minutes of meeting|cover letter|allergies|medical history|text|abstract|synopsis|transcript|specifications?|terms|steps|observations?|findings|requirements|syllabus)$/,
  ],
  [
    'longtext',
    /^(?:(?:postal|home|work|street|mailing|billing|shipping|delivery|full|permanent|current|business) )?address(?:es)?$/,
  ],
  ['integer', ends('number of \\w+|total quantity')],
  ['boolean', any('opt in|opted in|consent given')],
];

/** Fields whose options everybody knows. */
const known: [name: RegExp, options: string[]][] = [
  [/(?:^| )priority$/, ['Low', 'Medium', 'High', 'Urgent']],
  [/(?:^| )severity$/, ['Low', 'Medium', 'High', 'Critical']],
  [/^(?:gender|sex)$/, ['Female', 'Male', 'Other']],
  [/^payment (?:method|type|mode)$/, ['Cash', 'Card', 'Bank transfer', 'Other']],
  [
    /^(?:weekday|day of (?:the )?week)$/,
    ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
  ],
  [/^(?:t-?shirt|shirt|clothing) size$/, ['XS', 'S', 'M', 'L', 'XL']],
  [/^blood (?:type|group)$/, ['A+', 'A-', 'B+', 'B-', 'AB+', 'AB-', 'O+', 'O-']],
  [/^(?:risk|difficulty|urgency)(?: level)?$/, ['Low', 'Medium', 'High']],
];

/** The type that a field of this name most likely has; text when the name says nothing. */
export function typeOfName(name: string): FieldType {
  const words = name.replace(/-/g, ' ');
  return rules.find(([, pattern]) => pattern.test(words))?.[0] ?? 'text';
}

/** The well-known options of "priority", "gender" and their like. */
export function optionsOfName(name: string): string[] | undefined {
  return known.find(([pattern]) => pattern.test(name))?.[1];
}

/** A word that names a value and not a thing of its own: such a noun is a field, never a list. */
export function isValueName(name: string): boolean {
  return (
    typeOfName(name) !== 'text' ||
    optionsOfName(name) !== undefined ||
    /(?:^| )(?:name|title|code|number|type|id|status|state|color|colour|sku|isbn|ssn|vin|imei|username|password|password hash|nickname|zip|postcode|zip code|postal code|street|gender|nationality|occupation|breed|species|model|size|surname|first name|last name|street address|label|key|reason|slug|format|unit|stage|abbreviation|initials|license plate|plate|token)$/.test(
      name,
    )
  );
}

/** Types as people say them: "as long text", "a whole number", "varchar". */
const spoken: [FieldType, RegExp][] = [
  [
    'longtext',
    /\b(?:long ?text|multi-?line|text ?area|paragraphs?|rich text|memo|clob|markdown)\b/,
  ],
  ['datetime', /\b(?:date ?time|timestamp(?:tz)?|date and time)\b/],
  ['date', /\b(?:dates?|calendar day)\b/],
  ['time', /\btime\b/],
  [
    'boolean',
    /\b(?:bool(?:ean)?|yes ?[/-]? ?(?:or )?no|true ?[/-]? ?(?:or )?false|check ?box|toggle|flag|tickbox)\b/,
  ],
  ['integer', /\b(?:whole numbers?|int(?:eger)?s?|bigint|smallint|serial|round number)\b/],
  ['percent', /\b(?:percent(?:age)?)\b|%/],
  [
    'money',
    /\b(?:money|currency|euros?|eur|dollars?|usd|pounds?|gbp|price|yen|francs?|chf)\b|[€$£]/,
  ],
  [
    'decimal',
    /\b(?:decimal|float|double|real|numeric|number|numbers|digits|kg|km|metres|meters)\b/,
  ],
  ['email', /\be-?mail\b/],
  ['phone', /\b(?:phone|telephone)\b/],
  ['url', /\b(?:url|link|web address)\b/],
  ['text', /\b(?:text|string|varchar|char|character varying|short text|uuid|words)\b/],
];

/** The type that a hint names, if it names one. */
export function typeOfHint(hint: string): FieldType | undefined {
  const words = hint.toLowerCase();
  return spoken.find(([, pattern]) => pattern.test(words))?.[0];
}
