/**
 * Which words of a text are names, as far as capitals and the words beside them tell. Within a sentence a capital is
 * enough; at its beginning every word has one, so there the next word has to be what people do or have, and the word
 * none that begins sentences. German writes all nouns with a capital: there a name follows a title or a greeting.
 */
import { alsoNouns, doing } from '../offline/extract/verbs.ts';

const word = "\\p{Lu}[\\p{L}’'-]+";
/** A capital within a sentence. */
const within = new RegExp(
  `(?<=[\\p{Ll}\\d,;]['’]?[ \\t]|\\b(?:Hello|Hi|Dear|Hey)[ \\t])${word}(?:[ \\t]${word})*`,
  'gu',
);
const start =
  '(?<=(?:^|\\n)[ \\t]*(?:[-*•–][ \\t]+|\\d{1,2}[.)][ \\t]+)?|[.!?:…]["”’)]?\\s+|["“(])';
/** What one person does: "said", "is", "’s", "and I". */
const singular =
  "(?=['’]s\\b|[ \\t](?:is|was|has|does|wants|needs|takes|asks|says|said|asked|told|called|wrote|sent|agreed|confirmed|promised|offered|decided|suggested|approved|signed|explained|mentioned|thinks|thought|knows|knew|and I|or I)\\b)";
const either =
  '(?=[ \\t](?:will|would|had|can|could|may|might|must|should|shall|did|also|already|still|never|just|only|then|and \\p{Lu}|or \\p{Lu})|(?:,[ \\t]?\\n|,[ \\t]*$)|[ \\t]\\()';
const opening = new RegExp(`${start}(${word})(?:${singular}|(${either}))`, 'gu');
/** Below "Best regards," stands who writes. */
const signature = new RegExp(
  `(?<=(?:[Rr]egards|[Ww]ishes|[Ss]incerely|[Ff]aithfully|[Tt]hanks|[Cc]heers|[Yy]ours|Grüßen?|[Gg]reetings),?[ \\t]*\\n[ \\t]*)${word}(?:[ \\t]${word}){0,2}(?=[ \\t]*(?:\\n|$))`,
  'gu',
);
const titled = new RegExp(
  `(?<=\\b(?:Herrn?|Frau|Dr\\.|Hallo|Liebe[rs]?|Hi|Kolleg(?:e|in)|Geehrte[r]?|geehrte[r]?)[ \\t])(?!Herrn?\\b|Frau\\b|Dr\\b|Damen\\b|Kolleg|Team\\b|Alle\\b)${word}(?:[ \\t]${word})*`,
  'gu',
);
const german =
  /\b(?:der|die|das|den|dem|und|ist|sind|nicht|für|mit|wir|ich|Ihnen|Ihre[rnm]?|eine[rnm]?|auf|zum|zur|haben|wird|werden|bitte)\b/g;

/** Words that begin sentences, headings and lines of lists, and are nobody's name. */
const ordinary = new Set(
  `a an the this that these those there here it its it’s that’s there’s what’s here’s let’s he she they we you i who what when where why which whose how whatever
  my your our their his her all any both each either every everyone everybody everything few many most much neither nobody none nothing one other others several some someone somebody something such
  and or but so yet nor for if as at by from in into of off on onto out over since than through to under until up upon with within without while whereas although though because before after once unless whether about above across against along among around behind below beside between beyond despite during except like near past per regarding concerning
  not no yes please thanks thank hello hi hey dear sorry welcome congratulations greetings regards cheers sincerely
  also again already always almost altogether anyway besides certainly still then therefore thus today tomorrow tonight yesterday now nevertheless next never maybe perhaps meanwhile moreover however hence instead indeed later last first second third finally further furthermore earlier otherwise overall rather soon sometimes together too usually very well just only even ever
  access advice agenda approval attention availability background benefit breakfast budget business capacity cash change chapter client communication company conclusion content contract copy cost coverage customer data date deadline deal delay delivery demand department design dinner discount document draft duration email equipment evidence expense experience fax feedback finance focus food form freight fun funding goal growth guest headcount health help hour idea impact income industry information input interest inventory invoice issue item job launch lead leadership legal level location logistics lunch mail management manager margin market marketing material media meeting member menu message method milestone minute mode money month morning afternoon evening name need news note notice number office online operation option order output owner package page paper parking part partner payment people person phone photo pickup plan point policy post power price print priority problem process product production profit progress project proof proposal purchase purpose quality question reach reason receipt record refund registration rent reply report request research resource response rest result return revenue review risk role room sale sales schedule scope seating security service session setup shipment shipping site software space staff stage start state status step stock stop storage store strategy success summary supplier supply support system table tax team test text theme ticket time title tool topic total traffic training transport travel trust turnover type update use user value vendor venue version video visit volume wait water weather website week work workshop year
  section subject overview introduction scope appendix summary details
  yours mine ours whoever anyone anybody anything nothing half part plenty enough more less least another same`
    .split(/\s+/)
    .filter(Boolean),
);
/** What words of a language are made with, and names hardly ever. */
const madeWord =
  /(?:ing|ings|ed|ly|tion|tions|sion|sions|ment|ments|ness|ity|ities|ance|ence|able|ible|ful|less|ous|ive|ism|ship|ships|hood|ware|age|ages|ure|ures|ers|ors|ies|ress|cess|ics)$/;

/**
 * @param known words in small letters that are said elsewhere, so that they are not made up here
 * @returns where they stand, in their order, none within another
 */
export function namesOf(text: string, known: ReadonlySet<string>): { name: string; at: number }[] {
  const isGerman = (text.match(german)?.length ?? 0) >= 3;
  const small = new Set(text.match(/(?<![\p{L}’'-])\p{Ll}[\p{L}’'-]+/gu) ?? []);
  const isOrdinary = (found: string, isEither: boolean) => {
    const bare = found.toLowerCase().replace(/['’]s?$/, '');
    return (
      ordinary.has(bare) ||
      known.has(bare) ||
      small.has(bare) ||
      doing.has(bare) ||
      alsoNouns.has(bare) ||
      madeWord.test(bare) ||
      // "Prices will rise", but "James said".
      (isEither && /[^s]s$/.test(bare))
    );
  };
  const places = [
    ...[...text.matchAll(isGerman ? titled : within)].map(({ 0: name, index }) => ({
      name,
      at: index,
    })),
    ...[...text.matchAll(signature)].map(({ 0: name, index }) => ({ name, at: index })),
    ...(isGerman ? [] : [...text.matchAll(opening)]).flatMap((found) => {
      const name = (found[1] ?? '').replace(/['’]s$/, '');
      return isOrdinary(name, found[2] !== undefined) ? [] : [{ name, at: found.index }];
    }),
  ].sort((a, b) => a.at - b.at || b.name.length - a.name.length);
  let end = 0;
  return places.filter(({ name, at }) => {
    if (at < end) return false;
    end = at + name.length;
    return true;
  });
}
