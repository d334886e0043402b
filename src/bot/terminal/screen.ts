/** Writing to a terminal: lines that stay, and one block that is redrawn in place. */
import stringWidth from 'string-width';
import type { Look } from './render.ts';

type Output = { write(text: string): unknown; isTTY?: boolean };

export type Screen = {
  print(lines: string[]): void;
  /** Draws a block, over its former drawing where nothing was printed since. Without a terminal only its changes are printed. */
  redraw(id: string, lines: string[], summary?: string): void;
  ask(prompt: string): void;
};

export function createScreen(output: Output, look: Look): Screen {
  let block: { id: string; height: number } | undefined;
  let last = '';
  const rows = (line: string) => Math.max(1, Math.ceil(stringWidth(line) / look.width));
  return {
    print(lines) {
      block = undefined;
      output.write(`${lines.join('\n')}\n`);
    },
    redraw(id, lines, summary = lines.slice(1, 3).join('  ')) {
      if (!output.isTTY) {
        // A log file wants each state once, in one line.
        if (summary !== last) output.write(`${summary}\n`);
        last = summary;
        return;
      }
      // Up to the block's first row, then clear to the end of the screen.
      if (block?.id === id) output.write(`\x1b[${block.height}A\x1b[0J`);
      else output.write('\n');
      output.write(`${lines.join('\n')}\n`);
      block = { id, height: lines.reduce((sum, line) => sum + rows(line), 0) };
    },
    ask(prompt) {
      block = undefined;
      output.write(`\n${prompt}`);
      if (!output.isTTY) output.write('\n');
    },
  };
}
