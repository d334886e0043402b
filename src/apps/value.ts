/** One place that knows how the values of records look: read from what people write, printed for people. */
export type { Format, Link, Value } from './link.ts';
export { parseValue } from './value-parse.ts';
export { inputValue, printValue } from './value-print.ts';
