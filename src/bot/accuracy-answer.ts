/** "How accurate are your estimates?": what was promised and what was measured. */
import { type Accuracy, accuracyOf, promisedCoverage } from '../engine/estimate/accuracy.ts';
import type { Measured } from '../engine/estimate/calibration.ts';
import { text } from './answer.ts';
import type { CardDraft } from './card.ts';

const howOften = `Each estimate is an interval that ${promisedCoverage} % of tasks are to land in.`;

/** @param measured the newest estimates with their outcomes */
export function accuracyAnswer(measured: Measured[]): CardDraft {
  if (measured.length === 0)
    return text(
      `No task has been measured yet, so my estimates are first guesses. ${howOften} Ask again when a few are done.`,
    );
  const { overall, bands } = accuracyOf(measured);
  const lines = bands.map(({ complexity, tables, promisePercent, ...band }) => {
    const name = `${complexity.charAt(0).toUpperCase()}${complexity.slice(1)} (${tables}, promised ±${promisePercent} %)`;
    return `${name}: ${sentenceOf(band)}`;
  });
  const all = `All: ${sentenceOf(overall)}`;
  return {
    kind: 'list',
    title: 'How good my estimates are',
    text: ['How good my estimates are', ...lines.map((line) => `- ${line}`), all].join('\n'),
    sections: [{ title: '', items: [...lines, all] }],
    note: `${howOften} Measured without waiting for people, over the newest ${overall.runs}.`,
  };
}

function sentenceOf({ runs, medianError, withinPromise, coverage }: Accuracy): string {
  if (runs === 0) return 'none measured yet.';
  const what = runs === 1 ? '1 task' : `${runs} tasks`;
  return `${what}, half of them off by less than ${medianError} %, ${withinPromise} % within the promise, ${coverage} % inside their interval.`;
}
