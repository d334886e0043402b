/** Names, numbers and clauses of single statements, and names that are there twice. */
import type { Count, Duration, File, Name, Statement, Text } from './ast.ts';
import { statementsIn } from './ast.ts';
import { secondsOf } from './keyword.ts';
import { durationSeconds } from './parse-name.ts';
import type { ProblemCode, Problems } from './problem.ts';
import { positionOf, type Span } from './source.ts';
import { sameName, variableKey } from './visit.ts';

const longestName = 120;
const longestText = 2000;
const longestWait = 10 * 365 * 86_400;
const mostPeople = 20;
const mostBranches = 20;
const mostRounds = 1000;
const largestStep = 100_000;

export function checkStatement(problems: Problems, of: Statement): void {
  if (of.number) checkCount(problems, of.number, 'The number of a step', largestStep, 0);
  switch (of.kind) {
    case 'bot':
      checkNames(problems, 'agent', [of.agent]);
      checkText(problems, of.instruction);
      break;
    case 'tool':
      checkNames(problems, 'tool', [of.tool]);
      break;
    case 'run':
      checkNames(problems, 'workflow', [of.workflow]);
      break;
    case 'human':
      checkText(problems, of.instruction);
      break;
    case 'approval':
      checkApproval(problems, of);
      break;
    case 'parallel':
      checkParallel(problems, of);
      break;
    case 'if':
      for (const { body, condition } of of.cases) checkBlock(problems, body, condition, 'THEN');
      if (of.otherwise) checkBlock(problems, of.otherwise, of, 'ELSE');
      break;
    case 'for':
      checkBlock(problems, of.body, of, 'FOR EACH');
      if (of.most) checkCount(problems, of.most, 'MAX', mostRounds);
      break;
    case 'wait':
      if (of.amount.kind === 'number')
        checkWait(problems, of.amount, of.amount.value * secondsOf[of.unit]);
      break;
    case 'wait_event':
      checkNames(problems, 'event', [of.event]);
      checkTimeout(problems, of);
      if (!of.timeout) {
        const message = 'A wait for an event has an end.';
        problems.add('WF311', of, message, 'Add TIMEOUT 1 HOURS, and ON TIMEOUT: if it matters.');
      }
      break;
    case 'publish':
      checkNames(problems, 'event', [of.event]);
      break;
    case 'on_event':
      checkNames(problems, 'event', [of.event]);
      checkBlock(problems, of.body, of, 'ON EVENT');
      break;
    case 'get_memory':
      if (!of.as)
        problems.add('WF311', of, 'What is read from the memory goes nowhere.', 'Add AS name.');
      break;
    case 'share_memory':
      checkNames(problems, 'key', [of.key]);
      checkNames(problems, 'agent', of.with);
      break;
    case 'sync_memory':
      checkNames(problems, 'agent', [of.from]);
  }
  if ('cached' in of && of.cached) checkDuration(problems, of.cached);
  if ('with' in of && of.kind !== 'share_memory')
    checkTwice(
      problems,
      of.with.map(({ name }) => name),
      (name) => name,
      'The field',
    );
}

function checkApproval(problems: Problems, of: Extract<Statement, { kind: 'approval' }>): void {
  if (of.about) checkText(problems, of.about);
  if (of.from.length === 0) {
    const hint = 'Add FROM "someone", or FROM "workspace" for its approvers.';
    problems.add('WF311', of, 'Nobody is asked.', hint);
  }
  checkNames(problems, 'person', of.from);
  if (of.need) {
    checkCount(problems, of.need, 'NEED', mostPeople);
    // "workspace" stands for several people.
    const isClosed = !of.from.some(({ text }) => sameName(text) === 'workspace');
    if (isClosed && of.from.length > 0 && of.need.value > of.from.length) {
      const message = `${of.need.raw} have to agree, and ${of.from.length} ${of.from.length === 1 ? 'is' : 'are'} asked.`;
      problems.add('WF310', of.need, message, 'Name more people behind FROM.');
    }
  }
  checkTimeout(problems, of);
  if (of.onTimeout?.kind === 'continue') {
    const message = 'An approval is never given because time has passed.';
    problems.add('WF311', of.onTimeout, message, 'Write ESCALATE TO "someone", or REJECT.');
  }
}

function checkTimeout(
  problems: Problems,
  of: Extract<Statement, { kind: 'approval' | 'wait_event' }>,
): void {
  if (of.timeout) checkDuration(problems, of.timeout);
  else if (of.onTimeout)
    problems.add('WF311', of.onTimeout, 'There is no time that could be over.', 'Add TIMEOUT n.');
  if (of.onTimeout?.kind === 'escalate') checkNames(problems, 'person', of.onTimeout.to);
}

function checkParallel(problems: Problems, of: Extract<Statement, { kind: 'parallel' }>): void {
  if (of.limit) checkCount(problems, of.limit, 'LIMIT', mostBranches);
  if (of.branches.length > mostBranches) {
    const message = `A PARALLEL has at most ${mostBranches} branches.`;
    problems.add('WF310', of, message, 'Use FOR EACH, or a PARALLEL behind the other.');
  }
  const labels = of.branches.map(({ label }) => label);
  checkNames(problems, 'branch', labels);
  checkTwice(problems, labels, sameName, 'The branch');
  for (const { label, body } of of.branches)
    checkBlock(problems, body, label, `BRANCH ${label.text.slice(0, 30)}`);
}

/** Steps of one number, inputs and workflows of one name. */
export function checkWorkflowNames(problems: Problems, { items }: File): void {
  const workflows = items.filter((item) => item.kind === 'workflow');
  const names = workflows.map(({ name }) => name);
  checkNames(problems, 'workflow', names);
  checkTwice(problems, names, sameName, 'The workflow');
  for (const { name, body } of workflows) {
    checkBlock(
      problems,
      body.filter(({ kind }) => kind !== 'input'),
      name,
      'The workflow',
    );
    const statements = statementsIn(body);
    const steps = statements.flatMap(({ number }) => number ?? []);
    const free = 1 + steps.reduce((most, { value }) => Math.max(most, value), 0);
    const numbers = steps.map((step) => ({ ...step, text: String(step.value) }));
    checkTwice(problems, numbers, (text) => text, 'Step', 'WF301', `${free} is free.`);
    const inputs = statements.flatMap((each) => (each.kind === 'input' ? each.inputs : []));
    checkTwice(
      problems,
      inputs.map((input) => input.name),
      variableKey,
      'The input',
    );
    checkPlaces(problems, body);
  }
}

/** INPUT stands at the head, ON EVENT outside of other blocks. */
function checkPlaces(problems: Problems, body: Statement[]): void {
  const steps = body.findIndex(({ kind }) => kind !== 'input' && kind !== 'comment');
  const head = new Set(steps < 0 ? body : body.slice(0, steps));
  const top = new Set(body);
  for (const statement of statementsIn(body)) {
    if (statement.kind === 'input' && !head.has(statement))
      problems.add(
        'WF206',
        statement,
        'INPUT stands before all steps.',
        'Move it to the head of the workflow.',
      );
    if (statement.kind === 'on_event' && !top.has(statement))
      problems.add(
        'WF206',
        statement,
        'ON EVENT cannot stand in another block.',
        'Move it directly into the workflow.',
      );
  }
}

function checkBlock(problems: Problems, body: Statement[], at: Span, what: string): void {
  if (body.every(({ kind }) => kind === 'comment') && !problems.unread.has(body))
    problems.add('WF303', at, `${what} has no steps.`, 'Add one, or remove the block.');
}

function checkNames(problems: Problems, what: string, names: Name[]): void {
  for (const name of names) {
    if (name.text.trim() === '') problems.add('WF309', name, `The name of the ${what} is empty.`);
    else if (name.text.length > longestName)
      problems.add(
        'WF309',
        name,
        `The name of the ${what} has more than ${longestName} characters.`,
      );
  }
}

function checkText(problems: Problems, text: Text): void {
  if (text.end - text.start > longestText)
    problems.add(
      'WF309',
      text,
      `A text has at most ${longestText.toLocaleString('en')} characters.`,
    );
  else if (text.parts.every((part) => typeof part === 'string' && part.trim() === ''))
    problems.add('WF309', text, 'The text is empty.');
}

function checkTwice(
  problems: Problems,
  names: Name[],
  key: (text: string) => string,
  what: string,
  code: ProblemCode = 'WF302',
  hint = 'Take another name.',
): void {
  const first = new Map<string, Name>();
  for (const name of names) {
    const earlier = first.get(key(name.text));
    if (!earlier) first.set(key(name.text), name);
    else if (name.text !== '') {
      const { line } = positionOf(problems.source, earlier.start);
      const shown = code === 'WF301' ? name.text : `“${name.text.slice(0, 40)}”`;
      problems.add(code, name, `${what} ${shown} is there already, in line ${line}.`, hint);
    }
  }
}

function checkCount(problems: Problems, count: Count, what: string, most: number, least = 1): void {
  if (Number.isInteger(count.value) && count.value >= least && count.value <= most) return;
  const range = `from ${least} to ${most.toLocaleString('en')}`;
  problems.add('WF310', count, `${what} is a whole number ${range}.`);
}

const checkDuration = (problems: Problems, duration: Duration): void =>
  checkWait(problems, duration, durationSeconds(duration));

function checkWait(problems: Problems, at: Span, seconds: number): void {
  if (Math.round(seconds) >= 1 && seconds <= longestWait) return;
  problems.add('WF310', at, 'A time is at least a second and at most ten years.');
}
