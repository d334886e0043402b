/** A whole card as plain text, with nothing left out: for the thread or a file when a message is too small. */
import type { Card, CardStep } from '../card.ts';
import { tidy } from '../text.ts';
import { symbolOf } from '../words.ts';

export function printCard(card: Card): string {
  const groups = [
    card.kind === 'text' || card.kind === 'status' ? [card.text] : [card.title],
    card.fields.map(({ label, value }) => `${label}: ${value}`),
    card.progress ? progressLines(card.progress) : [],
    card.steps.flatMap((step) => stepLines(step, card.kind === 'plan')),
    ...card.sections.map(({ title, items }) => [title, ...items.map((item) => `• ${item}`)]),
    card.checks.flatMap(({ label, after, evidence }) => [
      `${after ? '✓' : '✕'} ${label}`,
      ...(evidence ? [`   ${evidence}`] : []),
    ]),
    card.note ? [card.note] : [],
    card.kind === 'question' ? card.actions.map(({ label }) => `• ${label}`) : [],
  ];
  return tidy(
    groups
      .map((lines) => lines.filter((line) => line !== '').join('\n'))
      .filter((group) => group !== '')
      .join('\n\n'),
  );
}

function progressLines({ percent, label, eta }: NonNullable<Card['progress']>): string[] {
  return [`${percent}% · ${label}`, ...(eta ? [eta] : [])];
}

function stepLines(step: CardStep, isPlan: boolean): string[] {
  const mark = isPlan ? `${step.order}.` : symbolOf[step.status];
  return [
    `${mark} ${step.name} [${step.priority.toUpperCase()}]`,
    ...(step.detail ? [`   → ${step.detail}`] : []),
    ...step.substeps.map(
      ({ name, done, running }) =>
        `   ${symbolOf[done ? 'completed' : running ? 'running' : 'pending']} ${name}`,
    ),
    ...(step.note ? [`   ${step.note}`] : []),
  ];
}
