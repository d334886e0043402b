/** A neutral card as lines for a terminal. Pure: width and colours are arguments. */
import { styleText } from 'node:util';
import type { Card, CardStep } from '../card.ts';
import { bar, symbolOf } from '../words.ts';

export type Look = { width: number; colors: boolean };
type Style = Parameters<typeof styleText>[0];

export function cardToLines(card: Card, look: Look, baseUrl: string): string[] {
  const paint = painter(look);
  const lines: string[] = [];
  if (card.title) lines.push(paint('bold', clean(card.title)));
  if (card.fields.length > 0) {
    const shown = card.fields.map(
      ({ label, value }) =>
        `${paint('dim', `${label}:`)} ${clean(value.startsWith('/') ? baseUrl + value : value)}`,
    );
    lines.push(...(card.kind === 'plan' ? [shown.join('   ')] : shown));
  }
  if (card.progress) {
    const { percent, label, eta } = card.progress;
    lines.push(
      `${paint('cyan', bar(percent, Math.min(30, look.width - 8)))} ${percent}%`,
      clean(label),
    );
    if (eta) lines.push(paint('dim', eta));
  }
  if (card.kind === 'text' || card.kind === 'status') lines.push(...wrapped(card.text, look.width));
  for (const step of card.steps) lines.push(...stepLines(step, card.kind, look));
  for (const section of card.sections) {
    if (section.quiet) {
      lines.push('', paint('dim', `${clean(section.title)}: ${section.items.length}`));
      continue;
    }
    if (section.title) lines.push('', paint('bold', clean(section.title)));
    if (section.file) {
      lines.push('', ...wrapped(section.items.join('\n'), look.width), '');
      continue;
    }
    for (const item of section.items)
      lines.push(
        ...wrapped(item, look.width - 4).map(
          (line, index) => `${index === 0 ? '  • ' : '    '}${line}`,
        ),
      );
  }
  if (card.checks.length > 0) {
    lines.push(
      '',
      paint(
        'bold',
        `${card.checks.filter((check) => check.after).length} of ${card.checks.length} checks passed`,
      ),
    );
    for (const check of card.checks)
      lines.push(
        `  ${check.after ? paint('green', '✓') : paint('red', '✕')} ${clean(check.label)}`,
      );
  }
  if (card.note) lines.push(paint('dim', clean(card.note)));
  return lines;
}

function stepLines(step: CardStep, kind: Card['kind'], look: Look): string[] {
  const paint = painter(look);
  const tag = paint(
    step.priority === 'critical' ? 'red' : 'dim',
    `[${step.priority.toUpperCase()}]`,
  );
  const mark = kind === 'plan' ? `${step.order}.` : symbolOf[step.status];
  const head = `  ${mark} ${clean(step.name)} ${tag}`;
  const detail =
    kind === 'plan'
      ? wrapped(step.detail, look.width - 8).map((line, index) =>
          paint('dim', `     ${index === 0 ? '→' : ' '} ${line}`),
        )
      : [];
  const parts =
    step.status === 'running'
      ? step.substeps.map((part) =>
          paint(
            'dim',
            `     ${symbolOf[part.done ? 'completed' : part.running ? 'running' : 'pending']} ${clean(part.name)}`,
          ),
        )
      : [];
  return [
    head,
    ...detail,
    ...parts,
    ...(step.note ? [paint('yellow', `     ${clean(step.note)}`)] : []),
  ];
}

/** The buttons as what can be typed. */
export function promptOf(card: Card): string | undefined {
  if (card.kind === 'plan' && card.actions.length > 0)
    return 'Accept? [Enter = accept, “dry run”, “step by step”, “cancel”, or write a change] ';
  if (card.kind === 'question' && card.actions.length > 0) return 'Your answer, or a number: ';
  if (['error', 'approval', 'human', 'undo'].includes(card.kind) && card.actions.length > 0) {
    return `What now? [${card.actions.map((action) => action.label.toLowerCase()).join(', ')}] `;
  }
  return undefined;
}

/** The answers of a question, numbered. */
export function choicesOf(card: Card): string[] {
  if (card.kind !== 'question') return [];
  return card.actions
    .filter((action) => action.style === 'secondary')
    .map((action) => action.label);
}

/** Control characters in people's words must not steer the terminal. */
export function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are exactly what is removed
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '');
}

function wrapped(text: string, width: number): string[] {
  return clean(text)
    .split('\n')
    .flatMap((line) => {
      const lines: string[] = [''];
      for (const word of line.split(' ')) {
        const last = lines.at(-1) ?? '';
        if (last && last.length + word.length + 1 > width) lines.push(word);
        else lines[lines.length - 1] = last ? `${last} ${word}` : word;
      }
      return lines;
    });
}

function painter(look: Look) {
  return (style: Style, text: string) =>
    look.colors ? styleText(style, text, { validateStream: false }) : text;
}
