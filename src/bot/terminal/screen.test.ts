import { describe, expect, test } from 'vitest';
import { createScreen } from './screen.ts';

function screenOn(isTTY: boolean, width = 20) {
  const output = {
    isTTY,
    written: '',
    write(text: string) {
      this.written += text;
    },
  };
  return { output, screen: createScreen(output, { width, colors: false }) };
}
const up = (rows: number) => `\x1b[${rows}A\x1b[0J`;

describe('on a terminal', () => {
  test('a block is drawn over its former drawing', () => {
    const { output, screen } = screenOn(true);
    screen.redraw('a', ['one', 'two']);
    screen.redraw('a', ['three']);
    expect(output.written).toBe(`\none\ntwo\n${up(2)}three\n`);
  });

  test('a line that is wider than the terminal counts as the rows that it takes', () => {
    const { output, screen } = screenOn(true, 10);
    screen.redraw('a', ['x'.repeat(25), '']);
    screen.redraw('a', ['done']);
    expect(output.written).toContain(up(4));
  });

  test('colours take no room', () => {
    const { output, screen } = screenOn(true, 10);
    screen.redraw('a', [`\x1b[36m${'x'.repeat(10)}\x1b[39m`]);
    screen.redraw('a', ['done']);
    expect(output.written).toContain(up(1));
  });

  test('what was printed in between is not drawn over, nor is another block or a question', () => {
    const { output, screen } = screenOn(true);
    screen.redraw('a', ['one']);
    screen.print(['said']);
    screen.redraw('a', ['two']);
    screen.redraw('b', ['three']);
    screen.ask('What now? ');
    screen.redraw('b', ['four']);
    expect(output.written).not.toContain('\x1b[');
  });

  test('wide characters count as the two columns that they take', () => {
    const { output, screen } = screenOn(true, 10);
    screen.redraw('a', ['漢'.repeat(8)]);
    screen.redraw('a', ['done']);
    expect(output.written).toContain(up(2));
  });
});

describe('without a terminal', () => {
  test('each state is printed once, and nothing is erased', () => {
    const { output, screen } = screenOn(false);
    screen.redraw('a', ['Title', 'bar 10%', 'Step 1']);
    screen.redraw('a', ['Title', 'bar 10%', 'Step 1']);
    screen.redraw('a', ['Title', 'bar 20%', 'Step 1']);
    expect(output.written).toBe('bar 10%  Step 1\nbar 20%  Step 1\n');
  });
});
