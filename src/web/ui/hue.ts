/**
 * An app's hue as the stylesheet knows it. Colours are written in OKLCH, where equal
 * lightness means equal contrast for every hue; a spec's hue is the everyday wheel
 * (0 red, 120 green, 240 blue). Inline styles are forbidden, so the hue travels as
 * an attribute in steps of 10 degrees, each of which the stylesheet names.
 */
const step = 10;

/** Wheel degrees → the attribute value of `data-hue`. */
export function hueStep(wheelHue: number): number {
  return (Math.round(oklchHue(wheelHue) / step) * step) % 360;
}

function oklchHue(wheelHue: number): number {
  const [r, g, b] = [0, 8, 4].map((offset) => toLinear(channel(wheelHue, offset))) as [
    number,
    number,
    number,
  ];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  const beta = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  return ((Math.atan2(beta, a) * 180) / Math.PI + 360) % 360;
}

/** One sRGB channel of hsl(hue 75% 50%). */
function channel(hue: number, offset: number): number {
  const k = (offset + hue / 30) % 12;
  return 0.5 - 0.375 * Math.max(-1, Math.min(k - 3, 9 - k, 1));
}

const toLinear = (value: number) =>
  value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
