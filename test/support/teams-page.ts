/**
 * Adaptive Cards drawn by Microsoft's own renderer in a real browser, in a frame with the colours and
 * sizes of Teams. The renderer reads no Markdown here: what would be Markdown is told apart by the
 * tests, and our own words have none.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import type { AdaptiveCard } from '../../src/bot/teams/element.ts';

const script = createRequire(import.meta.url).resolve('adaptivecards/dist/adaptivecards.min.js');

type Theme = 'light' | 'dark';
type Shades = {
  text: string;
  subtle: string;
  accent: string;
  good: string;
  warning: string;
  bad: string;
};

/** The colour tokens of Fluent 2 that Teams' themes are made of. */
const shades: Record<Theme, Shades> = {
  light: {
    ...{ text: '#242424', subtle: '#616161', accent: '#5b5fc7' },
    ...{ good: '#0e700e', warning: '#835b00', bad: '#b10e1c' },
  },
  dark: {
    ...{ text: '#ffffff', subtle: '#adadad', accent: '#9299f7' },
    ...{ good: '#54b054', warning: '#fde300', bad: '#e37d80' },
  },
};
const grounds: Record<Theme, Record<string, string>> = {
  light: {
    ...{ default: '#ffffff', emphasis: '#f5f5f5', accent: '#e8ebfa' },
    ...{ good: '#f1faf1', warning: '#fff9f5', attention: '#fdf3f4' },
  },
  dark: {
    ...{ default: '#292929', emphasis: '#333333', accent: '#2f2f4a' },
    ...{ good: '#052505', warning: '#411200', attention: '#3b0509' },
  },
};
const frames: Record<Theme, { page: string; line: string; button: string }> = {
  light: { page: '#f5f5f5', line: '#d1d1d1', button: '#ffffff' },
  dark: { page: '#1f1f1f', line: '#525252', button: '#292929' },
};

/** As adaptivecards.io documents the host's settings; Teams' numbers from the sample hosts of its repository. */
function hostOf(theme: Theme): object {
  const { text, subtle, accent, good, warning, bad } = shades[theme];
  const color = (shade: string, quiet = shade) => ({ default: shade, subtle: quiet });
  const foregroundColors = {
    ...{ default: color(text, subtle), dark: color(text), light: color(text) },
    ...{ accent: color(accent), good: color(good), warning: color(warning), attention: color(bad) },
  };
  const containerStyles = Object.fromEntries(
    Object.entries(grounds[theme]).map(([name, backgroundColor]) => [
      name,
      { backgroundColor, foregroundColors },
    ]),
  );
  const fonts = (fontFamily: string) => ({
    fontFamily,
    fontSizes: { small: 12, default: 14, medium: 14, large: 18, extraLarge: 24 },
    fontWeights: { lighter: 200, default: 400, bolder: 600 },
  });
  return {
    containerStyles,
    supportsInteractivity: true,
    spacing: { small: 8, default: 12, medium: 16, large: 20, extraLarge: 24, padding: 16 },
    separator: { lineThickness: 1, lineColor: frames[theme].line },
    fontTypes: {
      default: fonts('"Segoe UI", "Noto Sans", "Liberation Sans", sans-serif'),
      monospace: fonts('"Courier New", "Liberation Mono", monospace'),
    },
    actions: {
      ...{ maxActions: 6, spacing: 'default', buttonSpacing: 8, actionsOrientation: 'horizontal' },
      ...{ actionAlignment: 'left', preExpandSingleShowCardAction: false },
      showCard: { actionMode: 'inline', inlineTopMargin: 16, style: 'emphasis' },
    },
    adaptiveCard: { allowCustomStyle: false },
  };
}

function styleOf(theme: Theme): string {
  const { page, line, button } = frames[theme];
  const { text, subtle, accent, bad } = shades[theme];
  const onAccent = theme === 'light' ? '#ffffff' : '#1f1f1f';
  return `
    body { margin: 0; padding: 12px; background: ${page}; font-family: "Segoe UI", "Noto Sans", sans-serif; }
    #place { max-width: 760px; border: 1px solid ${line}; border-radius: 6px; overflow: hidden; background: ${grounds[theme]['default']}; }
    .ac-pushButton { font: 600 14px "Segoe UI", "Noto Sans", sans-serif; padding: 5px 12px; border-radius: 4px; border: 1px solid ${line}; background: ${button}; color: ${text}; cursor: pointer; overflow: hidden; text-overflow: ellipsis; }
    .ac-pushButton.style-positive { background: ${accent}; border-color: ${accent}; color: ${onAccent}; }
    .ac-pushButton.style-destructive { color: ${bad}; border-color: ${bad}; }
    .ac-actionSet { flex-wrap: wrap !important; row-gap: 8px; }
    .ac-input.ac-textInput { font: 14px "Segoe UI", "Noto Sans", sans-serif; padding: 6px 10px; min-height: 60px; border-radius: 4px; border: 1px solid ${line}; background: ${button}; color: ${text}; box-sizing: border-box; }
    .ac-input::placeholder { color: ${subtle}; opacity: 1; }
    .ac-input-label { margin-bottom: 4px; }
    .ac-anchor { color: inherit; }
    .ac-selectable { cursor: pointer; }`;
}

/** What the page says about the card that it has drawn. */
export type Drawn = {
  /** What Microsoft's parser does not accept, one line each. */
  complaints: string[];
  words: string;
};

/** Draws one card alone on the page; its buttons tell `pressed` on the page what they would send. */
export async function drawCard(page: Page, card: AdaptiveCard, theme: Theme): Promise<Drawn> {
  await page.setContent(`<!doctype html><html lang="en"><meta charset="utf-8"><title>A card</title>
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <style>${styleOf(theme)}</style><main id="place"></main>`);
  await page.addScriptTag({ content: await readFile(script, 'utf8') });
  const complaints = await page.evaluate(draw, [card, hostOf(theme)] as const);
  return { complaints, words: await page.locator('#place').innerText() };
}

type Library = {
  AdaptiveCard: new () => {
    hostConfig: unknown;
    onExecuteAction: (action: Pressed) => void;
    parse(json: unknown, context: Context): void;
    render(): HTMLElement;
  };
  HostConfig: new (json: unknown) => unknown;
  SerializationContext: new () => Context;
};
type Context = { eventCount: number; getEventAt(index: number): { message: string } };
type Pressed = { verb?: string; url?: string; data?: unknown };

/** Runs in the page. */
function draw([json, host]: readonly [unknown, object]): string[] {
  const page = globalThis as unknown as { AdaptiveCards: Library; pressed: unknown[] };
  const { AdaptiveCard, HostConfig, SerializationContext } = page.AdaptiveCards;
  page.pressed = [];
  const card = new AdaptiveCard();
  card.hostConfig = new HostConfig(host);
  card.onExecuteAction = ({ verb, url, data }) => page.pressed.push({ verb, url, data });
  const context = new SerializationContext();
  card.parse(json, context);
  document.getElementById('place')?.append(card.render());
  return Array.from({ length: context.eventCount }, (_, at) => context.getEventAt(at).message);
}
