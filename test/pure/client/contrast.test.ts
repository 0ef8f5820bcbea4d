import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lineColours } from '../../../client/filmstrip/losses/lineLook.ts';
import { portTypes } from '../../../workflows/schema/nodeDescription.ts';

const css = readFileSync(new URL('../../../client/styles/tokens.css', import.meta.url), 'utf8');
const themes = ['light', 'dark'] as const;
type Theme = (typeof themes)[number];

/** A token's colour in one theme. */
function colour(token: string, theme: Theme): string {
  const found = new RegExp(`--${token}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(css);
  if (!found) throw new Error(`no colour --${token} in both themes`);
  return theme === 'light' ? found[1]! : found[2]!;
}

/** Relative luminance (WCAG 2.2). */
function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((start) => {
    const value = Number.parseInt(hex.slice(start, start + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light! + 0.05) / (dark! + 0.05);
}

const surfaces = [0, 1, 2, 3].map((level) => `surface-${level}`);

describe.each(themes)('the %s theme', (theme) => {
  const between = (a: string, b: string): number => contrast(colour(a, theme), colour(b, theme));

  it.each(['text', 'text-dim', 'accent', 'danger', 'warn', 'ok'])('can be read: %s', (token) => {
    for (const surface of surfaces) {
      expect(between(token, surface), `--${token} on --${surface}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('can be read on an accent fill', () => {
    expect(between('accent-text', 'accent')).toBeGreaterThanOrEqual(4.5);
  });

  it.each(lineColours)('has lines of losses whose numbers can be read: %s', (token) => {
    expect(between(token, 'surface-1')).toBeGreaterThanOrEqual(4.5);
  });

  it('has control borders that can be seen', () => {
    expect(between('line-strong', 'surface-1')).toBeGreaterThanOrEqual(3);
  });

  it.each(portTypes)('has a socket colour that can be seen: %s', (type) => {
    for (const surface of ['surface-0', 'surface-1', 'surface-2']) {
      expect(between(`socket-${type}`, surface)).toBeGreaterThanOrEqual(3);
    }
  });
});
