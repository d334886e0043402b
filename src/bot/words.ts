/** Words and figures as people read them; the same on every surface. */
import type { StepStatus } from '../db/step.ts';
import type { TaskStatus } from '../db/task.ts';
import { hideSecrets } from '../secret.ts';

/** The symbols of the Progress Tracking document (F182–F187). */
export const symbolOf: Record<StepStatus, string> = {
  completed: '✓',
  running: '◐',
  pending: '○',
  approval: '⚠',
  failed: '✕',
  paused: '⏸',
  skipped: '–',
};

/** "about 3 minutes", "a few seconds". */
export function durationText(ms: number): string {
  if (ms < 5_000) return 'a few seconds';
  if (ms < 55_000) return `about ${Math.round(ms / 5000) * 5} seconds`;
  const minutes = Math.max(1, Math.round(ms / 60_000));
  if (minutes < 60) return minutes === 1 ? 'about a minute' : `about ${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  return hours === 1 ? 'about an hour' : `about ${hours} hours`;
}

const units = [
  { word: 's', ms: 1_000, round: (count: number) => (count < 10 ? 1 : 5) },
  { word: 'min', ms: 60_000, round: (count: number) => (count < 20 ? 1 : 5) },
  { word: 'h', ms: 3_600_000, round: () => 1 },
] as const;

/**
 * "2–4 min", "40 s – 3 min", "1–3 s". Where both ends read the same, or nearly, the words of
 * `durationText`: an interval that nobody would act upon is not one worth reading.
 */
export function intervalText(lowMs: number, highMs: number): string {
  // The low end is rounded down and the high end up, so that the words promise no more than the numbers.
  const [low, high] = [countIn(lowMs, Math.floor), countIn(highMs, Math.ceil)];
  const isWide = highMs > lowMs * 1.25 && low.count * low.unit.ms < high.count * high.unit.ms;
  if (!isWide) return durationText((lowMs + highMs) / 2);
  if (low.count === 0) return `up to ${high.count} ${high.unit.word}`;
  if (low.unit === high.unit) return `${low.count}–${high.count} ${high.unit.word}`;
  return `${low.count} ${low.unit.word} – ${high.count} ${high.unit.word}`;
}

/** " and waits of about 2 hours", or nothing. */
export const waitsText = (ms: number): string =>
  ms > 0 ? ` and waits of ${durationText(ms)}` : '';

function countIn(ms: number, round: (count: number) => number) {
  const unit = units.findLast((known) => ms >= known.ms) ?? units[0];
  const step = unit.round(ms / unit.ms);
  return { count: step * round(ms / unit.ms / step), unit };
}

/** "2.4 s", "3 min 5 s": how long something took. */
export function tookText(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** "just now", "2 min ago". */
export function agoText(from: Date, now: Date): string {
  const minutes = Math.floor((now.getTime() - from.getTime()) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h ago` : `${Math.floor(hours / 24)} d ago`;
}

/** A text bar: 30 cells, of which 65 % fill 20 (F190: rounded up). */
export function bar(percent: number, cells = 30): string {
  if (cells <= 0) return '';
  const filled = Math.min(cells, Math.max(0, Math.ceil((percent / 100) * cells)));
  return '█'.repeat(filled) + '░'.repeat(cells - filled);
}

/** Cuts to `length` characters as a person counts them, the ellipsis included; half a secret would not be recognised. */
export function clip(text: string, length: number): string {
  const flat = hideSecrets(text).replace(/\s+/g, ' ').trim();
  if (flat.length <= length) return flat;
  let shown = '';
  let count = 0;
  for (const { segment } of new Intl.Segmenter().segment(flat)) {
    count += 1;
    if (count > length) return `${shown}…`;
    if (count < length) shown += segment;
  }
  return flat;
}

/** One or two words for where a task is. */
export function stateLabel(task: {
  status: TaskStatus;
  progress: number;
  undoneAt?: Date | null;
}): string {
  if (task.undoneAt) return 'undone';
  const words: Record<TaskStatus, string> = {
    draft: 'being read',
    planning: 'being planned',
    ready: 'waits for you',
    queued: 'starting',
    running: `${task.progress}%`,
    paused: 'paused',
    approval_pending: 'needs approval',
    blocked: 'waits for you',
    completed: 'done',
    failed: 'failed',
    cancelled: 'cancelled',
  };
  return words[task.status];
}

export const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** "2026-01-05 09:30 UTC": for moments that people in several places have to meet. */
export const minuteText = (moment: Date): string =>
  `${moment.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
