/** Going through the tree: what of expressions is in a statement, and what of names. */
import type { Expression, Name, Statement } from './ast.ts';

/** The expressions directly in a statement, in order; those of the statements inside of it are theirs. */
export function expressionsOf(statement: Statement): Expression[] {
  switch (statement.kind) {
    case 'input':
      return statement.inputs.flatMap(({ value }) => value ?? []);
    case 'bot':
      return [statement.instruction, ...valuesOf(statement.with)];
    case 'tool':
    case 'run':
    case 'publish':
      return valuesOf(statement.with);
    case 'approval':
      return statement.about ? [statement.about] : [];
    case 'human':
      return [statement.instruction];
    case 'if':
      return statement.cases.map(({ condition }) => condition);
    case 'for':
      return [statement.list];
    case 'set':
      return [statement.value];
    case 'wait':
      return [statement.amount];
    case 'wait_until':
      return [statement.time];
    case 'wait_event':
    case 'on_event':
      return statement.where ? [statement.where] : [];
    case 'set_memory':
      return [statement.key, statement.value];
    case 'get_memory':
      return [statement.key];
    case 'talk':
      return [statement.text];
    default:
      return [];
  }
}

const valuesOf = (list: { value: Expression }[]) => list.map(({ value }) => value);

/** An expression and everything in it, outside first. */
export function visit(expression: Expression, see: (found: Expression) => void): void {
  see(expression);
  for (const inner of childrenOf(expression)) visit(inner, see);
}

function childrenOf(expression: Expression): Expression[] {
  switch (expression.kind) {
    case 'text':
      return expression.parts.filter((part) => typeof part !== 'string');
    case 'member':
    case 'unary':
      return [expression.of];
    case 'index':
      return [expression.of, expression.index];
    case 'call':
      return expression.args;
    case 'binary':
      return [expression.left, expression.right];
    case 'list':
      return expression.items;
    case 'record':
      return valuesOf(expression.entries);
    default:
      return [];
  }
}

/** The variables that a statement gives a value to. */
export function setBy(statement: Statement): Name[] {
  switch (statement.kind) {
    case 'set':
      return [statement.name];
    case 'input':
      return statement.inputs.map(({ name }) => name);
    default:
      return 'as' in statement && statement.as ? [statement.as] : [];
  }
}

/** Variables are the same whatever their case, as in every BASIC. */
export const variableKey = (name: string): string => name.toLowerCase();
/** So are the names of workflows, agents and tools. */
export const sameName = (name: string): string => name.trim().toLowerCase();
