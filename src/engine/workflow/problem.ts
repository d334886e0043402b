/** What is wrong with a workflow: a number, a place, a sentence, and where possible what was meant. */
import { frameOf, markedLine, positionOf, type Source, type Span } from './source.ts';
import { nearest } from './suggest.ts';

/** Numbers never change their meaning; docs/workflow-language.md lists them. */
export const problemCodes = {
  WF101: 'A text in quotes is not closed.',
  WF102: 'A character has no meaning here.',
  WF103: 'A hidden character stands in the text.',
  WF104: 'A number is too long.',
  WF105: 'The text is too long.',
  WF201: 'A keyword is not known.',
  WF202: 'Something else is expected here.',
  WF203: 'The rest of the line is not understood.',
  WF204: 'A block is not closed.',
  WF205: 'An END does not fit.',
  WF206: 'A part stands where it cannot.',
  WF207: 'A clause does not belong to this statement, or is given twice.',
  WF208: 'Something is nested too deep or too long.',
  WF210: 'A placeholder in a text is not understood.',
  WF301: 'A step number is used twice.',
  WF302: 'A name is used twice.',
  WF303: 'A block is empty.',
  WF304: 'A variable is not known.',
  WF305: 'A variable has no value yet.',
  WF306: 'Workflows run each other in a circle.',
  WF307: 'A function is not known, or has other arguments.',
  WF308: 'A tool, agent or workflow is not known here.',
  WF309: 'A name is empty or too long.',
  WF310: 'A number is out of its range.',
  WF311: 'A clause is missing, or contradicts another.',
  WF312: 'A tool has no such field, needs another, or does not take the value.',
  WF313: 'A handler publishes the event that starts it.',
  WF314: 'An input is spelled almost like a variable.',
  WF315: 'An agent is not known here yet.',
  WF316: 'Nobody is known to publish this event, or to wait for it.',
  WF317: 'There are no knowledge bases here.',
  WF318: 'An agent is switched off just now.',
  WF401: 'This installation cannot run it yet.',
  WF402: 'An input has no value.',
  WF403: 'It does not fit into a plan.',
  WF404: 'There is no such workflow in the text.',
  WF405: 'A value cannot be computed.',
  WF406: 'An agent that it asks is switched off.',
} as const;
export type ProblemCode = keyof typeof problemCodes;

/** Warnings do not keep a workflow from running. */
const warnings: readonly ProblemCode[] = ['WF313', 'WF314', 'WF315', 'WF316', 'WF317', 'WF318'];

export type Problem = Span & {
  code: ProblemCode;
  severity: 'error' | 'warning';
  line: number;
  column: number;
  message: string;
  hint?: string;
};

/** Comparing words costs more than reading them: a text of nothing but errors is not compared to its end. */
const mostSuggestions = 200;

export class Problems {
  readonly list: Problem[] = [];
  readonly source: Source;
  /** Blocks with a statement that was not understood: whatever else they are, they are not empty. */
  readonly unread: WeakSet<object>;
  private readonly suggested = new Map<string, string | undefined>();

  constructor(source: Source, unread = new WeakSet<object>()) {
    this.source = source;
    this.unread = unread;
  }

  add(code: ProblemCode, { start, end }: Span, message: string, hint?: string): void {
    // A word that is looked at twice is wrong once.
    const last = this.list.at(-1);
    if (last?.code === code && last.start === start && last.message === message) return;
    const severity = warnings.includes(code) ? 'warning' : 'error';
    const place = { start, end, ...positionOf(this.source, start) };
    this.list.push({ code, severity, ...place, message, ...(hint === undefined ? {} : { hint }) });
  }

  /** What is meant by a word, among the candidates for `what`; the same for each time that it is asked. */
  suggest<T extends string>(what: string, word: string, candidates: () => Iterable<T>) {
    const key = `${what} ${word}`;
    const found = this.suggested.get(key) as T | undefined;
    if (found !== undefined || this.suggested.has(key)) return found;
    if (this.suggested.size >= mostSuggestions) return undefined;
    const near = nearest(word, candidates());
    this.suggested.set(key, near);
    return near;
  }
}

export const inOrder = (problems: readonly Problem[]): Problem[] =>
  [...problems].sort((a, b) => a.start - b.start || a.code.localeCompare(b.code));

/** With its line of text and a mark under the place. */
export function printProblem(source: Source, problem: Problem): string {
  const { severity, code, line, column, message, hint } = problem;
  return [
    `${severity} ${code} in line ${line}, column ${column}: ${message}`,
    frameOf(source, problem),
    ...(hint === undefined ? [] : [`  hint: ${hint}`]),
  ].join('\n');
}

/** The same on one line, for where blanks are not kept. */
export function problemLine(source: Source, problem: Problem): string {
  const { severity, code, line, column, message, hint } = problem;
  const place = `${severity === 'warning' ? 'Warning, line' : 'Line'} ${line}, column ${column}`;
  const words = [message, ...(hint === undefined ? [] : [hint])].join(' ');
  return `${place}: ${words} · ${markedLine(source, problem)} · ${code}`;
}
