/** What `npm run slack:check` says: one sentence a finding, and how to cure it. */
export type Finding = {
  /** Notes are neither right nor wrong. */
  kind: 'right' | 'wrong' | 'note';
  says: string;
  /** What to do, where something is wrong. */
  cure?: string;
};

export const right = (says: string): Finding => ({ kind: 'right', says });
export const wrong = (says: string, cure: string): Finding => ({ kind: 'wrong', says, cure });
export const note = (says: string): Finding => ({ kind: 'note', says });

const marks = { right: '✓', wrong: '✗', note: '·' } as const;

/** One finding a line, the cure below it, and a last line that says whether all is well. */
export function printFindings(findings: Finding[]): string {
  const lines = findings.flatMap(({ kind, says, cure }) => [
    `${marks[kind]} ${says}`,
    ...(cure ? [`  → ${cure}`] : []),
  ]);
  const count = findings.filter(({ kind }) => kind === 'wrong').length;
  const end =
    count === 0
      ? 'All is well.'
      : count === 1
        ? 'One thing is missing.'
        : `${count} things are missing.`;
  return [...lines, '', end].join('\n');
}
