/** Tree → text in one form: keywords in capitals, two spaces a block. Printing what was printed changes nothing. */
import type { Argument, Branch, Count, Duration, File, Name, OnTimeout, Statement } from './ast.ts';
import {
  isWord,
  printArguments,
  printExpression,
  printQuoted,
  printText,
} from './print-expression.ts';

/** @param file read without errors: what was not understood is not in it */
export function print(file: File): string {
  const lines = printItems(file.items, (item) => {
    if (item.kind === 'use') return [`USE ${item.what} ${printQuoted(item.name)}`];
    if (item.kind !== 'workflow') return printStatement(item);
    const head = `ORCHESTRATE WORKFLOW ${printQuoted(item.name)}`;
    return [head, ...indented(printBody(item.body)), 'END WORKFLOW'];
  });
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function printItems<T extends { gap: boolean }>(items: T[], lines: (item: T) => string[]) {
  return items.flatMap((item, at) => [...(item.gap && at > 0 ? [''] : []), ...lines(item)]);
}

const printBody = (body: Statement[]): string[] => printItems(body, printStatement);
const indented = (lines: string[]) => lines.map((line) => (line === '' ? '' : `  ${line}`));

function printStatement(statement: Statement): string[] {
  const [first = '', ...others] = printAction(statement);
  const { number } = statement;
  return [`${number ? `STEP ${number.raw}: ` : ''}${first}`, ...others];
}

function printAction(of: Statement): string[] {
  switch (of.kind) {
    case 'comment':
      return [`' ${of.text}`.trimEnd()];
    case 'input': {
      const inputs = of.inputs.map(({ name, value }) =>
        value ? `${name.text} = ${printExpression(value)}` : name.text,
      );
      return [`INPUT ${inputs.join(', ')}`];
    }
    case 'bot':
      return [`BOT ${printQuoted(of.agent)} ${printText(of.instruction)}${clauses(of)}`];
    case 'tool':
      return [`CALL TOOL ${printQuoted(of.tool)}${clauses(of)}`];
    case 'run':
      return [`RUN WORKFLOW ${printQuoted(of.workflow)}${clauses(of)}`];
    case 'publish':
      return [`PUBLISH EVENT ${printQuoted(of.event)}${clauses(of)}`];
    case 'human':
      return [`HUMAN TASK ${printText(of.instruction)}${clauses(of)}`];
    case 'approval': {
      const about = of.about ? ` ${printText(of.about)}` : '';
      const from = of.from.length > 0 ? ` FROM ${of.from.map(printQuoted).join(', ')}` : '';
      return [`HUMAN APPROVAL${about}${from}${clauses(of)}`, ...indented(timeouts(of))];
    }
    case 'wait_event': {
      const where = of.where ? ` WHERE ${printExpression(of.where)}` : '';
      const head = `WAIT FOR EVENT ${printQuoted(of.event)}${where}${clauses(of)}`;
      return [head, ...indented(timeouts(of))];
    }
    case 'wait':
      return [`WAIT ${printExpression(of.amount)} ${of.unit}`];
    case 'wait_until':
      return [`WAIT UNTIL ${printExpression(of.time)}`];
    case 'set':
      return [`SET ${of.name.text} = ${printExpression(of.value)}`];
    case 'set_memory':
      return [`SET BOT MEMORY ${printExpression(of.key)}, ${printExpression(of.value)}`];
    case 'get_memory':
      return [`GET BOT MEMORY ${printExpression(of.key)}${clauses(of)}`];
    case 'share_memory': {
      const agents = of.with.map(printQuoted).join(', ');
      const how = of.how === 'link' ? ' AS LINK' : '';
      return [`BOT SHARE MEMORY ${printQuoted(of.key)} WITH ${agents}${how}`];
    }
    case 'sync_memory':
      return [`BOT SYNC MEMORY FROM ${printQuoted(of.from)}`];
    case 'talk':
      return [`TALK ${printExpression(of.text)}`];
    default:
      return printBlock(of);
  }
}

type BlockStatement = Extract<Statement, { kind: 'parallel' | 'if' | 'for' | 'on_event' }>;

function printBlock(of: BlockStatement): string[] {
  switch (of.kind) {
    case 'parallel': {
      const until = of.until === 'all' ? '' : ` ${of.until.toUpperCase()}`;
      const limit = of.limit ? ` LIMIT ${of.limit.raw}` : '';
      const branches = indented(of.branches.flatMap(printBranch));
      return [`PARALLEL${until}${limit}`, ...branches, 'END PARALLEL'];
    }
    case 'if': {
      const cases = of.cases.flatMap(({ condition, body }, at) => [
        `${at > 0 ? 'ELSE ' : ''}IF ${printExpression(condition)} THEN`,
        ...indented(printBody(body)),
      ]);
      const otherwise = of.otherwise ? ['ELSE', ...indented(printBody(of.otherwise))] : [];
      return [...cases, ...otherwise, 'END IF'];
    }
    case 'for': {
      const most = of.most ? ` MAX ${of.most.raw}` : '';
      const head = `FOR EACH ${of.item.text} IN ${printExpression(of.list)}${most}`;
      return [head, ...indented(printBody(of.body)), 'END FOR'];
    }
    case 'on_event': {
      const where = of.where ? ` WHERE ${printExpression(of.where)}` : '';
      const head = `ON EVENT ${printQuoted(of.event)}${where} DO`;
      return [head, ...indented(printBody(of.body)), 'END ON'];
    }
  }
}

/** One statement stands beside its label, several below. */
function printBranch({ label, body }: Branch): string[] {
  const name = isWord(label.text) || /^\d{1,9}$/.test(label.text) ? label.text : printQuoted(label);
  const lines = printBody(body);
  const [only] = body;
  if (body.length === 1 && only && only.kind !== 'comment')
    return [`BRANCH ${name}: ${lines[0] ?? ''}`, ...lines.slice(1)];
  return [`BRANCH ${name}:`, ...indented(lines)];
}

type Clauses = {
  with?: Argument[];
  need?: Count | undefined;
  as?: Name | undefined;
  cached?: Duration | undefined;
};

function clauses({ with: args, need, as, cached }: Clauses): string {
  return [
    args && args.length > 0 ? ` WITH ${printArguments(args)}` : '',
    need ? ` NEED ${need.raw}` : '',
    as ? ` AS ${as.text}` : '',
    cached ? ` CACHED FOR ${printDuration(cached)}` : '',
  ].join('');
}

function timeouts(of: { timeout: Duration | undefined; onTimeout: OnTimeout | undefined }) {
  const { timeout, onTimeout } = of;
  const lines = timeout ? [`TIMEOUT ${printDuration(timeout)}`] : [];
  if (onTimeout?.kind === 'escalate')
    lines.push(`ON TIMEOUT: ESCALATE TO ${onTimeout.to.map(printQuoted).join(', ')}`);
  else if (onTimeout) lines.push(`ON TIMEOUT: ${onTimeout.kind.toUpperCase()}`);
  return lines;
}

/** Seconds are what a bare number means. */
const printDuration = ({ amount, unit }: Duration): string =>
  unit === 'SECONDS' ? amount.raw : `${amount.raw} ${unit}`;
