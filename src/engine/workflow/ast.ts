/** Workflow text as data. Every node knows its place in the text. */
import type { Unit } from './keyword.ts';
import type { Span } from './source.ts';

/** A name in quotes, or of a variable. */
export type Name = Span & { text: string };
/** A number as it was written. */
export type Count = Span & { value: number; raw: string };
export type Duration = Span & { amount: Count; unit: Unit };

/** A text with what stands in its {placeholders}. */
export type Text = Span & { kind: 'text'; parts: (string | Expression)[] };

export type BinaryOperator =
  | ('=' | '<>' | '<' | '<=' | '>' | '>=')
  | ('or' | 'and' | '+' | '-' | '&' | '*' | '/' | 'mod')
  | ('in' | 'contains' | 'starts with' | 'ends with');
type UnaryOperator = 'not' | '-' | 'is null' | 'is not null';

export type Expression =
  | Text
  | (Span & { kind: 'number'; value: number; raw: string })
  | (Span & { kind: 'boolean'; value: boolean })
  | (Span & { kind: 'null' })
  | (Span & { kind: 'name'; name: string })
  | (Span & { kind: 'member'; of: Expression; key: string })
  | (Span & { kind: 'index'; of: Expression; index: Expression })
  | (Span & { kind: 'call'; name: Name; args: Expression[] })
  | (Span & { kind: 'unary'; operator: UnaryOperator; of: Expression })
  | (Span & { kind: 'binary'; operator: BinaryOperator; left: Expression; right: Expression })
  | (Span & { kind: 'list'; items: Expression[] })
  | (Span & { kind: 'record'; entries: Argument[] });

/** `name = value` behind WITH, `name: value` in a record. */
export type Argument = { name: Name; value: Expression };

/** CONTINUE is for waits only: an approval is never given by silence. */
export type OnTimeout = Span &
  ({ kind: 'escalate'; to: Name[] } | { kind: 'reject' } | { kind: 'continue' });

export type Case = { condition: Expression; body: Statement[] };
export type Branch = { label: Name; body: Statement[] };

/** What a statement does. */
export type Action =
  | { kind: 'comment'; text: string }
  | { kind: 'input'; inputs: { name: Name; value: Expression | undefined }[] }
  | {
      kind: 'bot';
      agent: Name;
      instruction: Text;
      with: Argument[];
      as: Name | undefined;
      cached: Duration | undefined;
    }
  | {
      kind: 'tool';
      tool: Name;
      with: Argument[];
      as: Name | undefined;
      cached: Duration | undefined;
    }
  | {
      kind: 'approval';
      about: Text | undefined;
      from: Name[];
      need: Count | undefined;
      timeout: Duration | undefined;
      onTimeout: OnTimeout | undefined;
      as: Name | undefined;
    }
  | { kind: 'human'; instruction: Text; as: Name | undefined }
  | { kind: 'parallel'; until: Join; limit: Count | undefined; branches: Branch[] }
  | { kind: 'if'; cases: Case[]; otherwise: Statement[] | undefined }
  | { kind: 'for'; item: Name; list: Expression; most: Count | undefined; body: Statement[] }
  | { kind: 'set'; name: Name; value: Expression }
  | { kind: 'wait'; amount: Expression; unit: Unit }
  | { kind: 'wait_until'; time: Expression }
  | { kind: 'publish'; event: Name; with: Argument[] }
  | {
      kind: 'wait_event';
      event: Name;
      where: Expression | undefined;
      timeout: Duration | undefined;
      onTimeout: OnTimeout | undefined;
      as: Name | undefined;
    }
  | { kind: 'on_event'; event: Name; where: Expression | undefined; body: Statement[] }
  | { kind: 'set_memory'; key: Expression; value: Expression }
  | { kind: 'get_memory'; key: Expression; as: Name | undefined }
  | { kind: 'share_memory'; key: Name; with: Name[]; how: 'copy' | 'link' }
  | { kind: 'sync_memory'; from: Name }
  | { kind: 'run'; workflow: Name; with: Argument[]; as: Name | undefined }
  | { kind: 'talk'; text: Expression };

/** Whose end ends a PARALLEL: of all branches, of any that succeeds, or of the first, however it ends. */
export const joins = ['all', 'any', 'first'] as const;
type Join = (typeof joins)[number];

/** `gap`: an empty line stands before it. */
export type Statement = Span & Action & { number: Count | undefined; gap: boolean };

export type Workflow = Span & { kind: 'workflow'; name: Name; body: Statement[]; gap: boolean };
export type Use = Span & { kind: 'use'; what: 'KB' | 'TOOL'; name: Name; gap: boolean };
export type File = { items: (Workflow | Use | Statement)[] };

/** The statements directly inside a statement, block by block. */
export function blocksOf(statement: Statement): Statement[][] {
  switch (statement.kind) {
    case 'parallel':
      return statement.branches.map((branch) => branch.body);
    case 'if':
      return [
        ...statement.cases.map((branch) => branch.body),
        ...(statement.otherwise ? [statement.otherwise] : []),
      ];
    case 'for':
    case 'on_event':
      return [statement.body];
    default:
      return [];
  }
}

/** Every statement of a tree, parents before children. */
export function statementsIn(body: Statement[], found: Statement[] = []): Statement[] {
  for (const statement of body) {
    found.push(statement);
    for (const block of blocksOf(statement)) statementsIn(block, found);
  }
  return found;
}
