/** Colours that are told apart, light and dark (tokens.css); a line's dashes and number say the same without them. */
export const lineColours = [
  'accent',
  'socket-denoiser',
  'socket-number',
  'socket-features',
  'socket-autoencoder',
  'socket-seed',
];
const DASHES = ['6 3', '2 2', '8 3 2 3', '12 4', '4 4', '10 3 2 3 2 3'];

export type LineLook = Readonly<Record<'stroke' | 'strokeWidth' | 'strokeDasharray', string>>;

/** How the line of a loss is drawn: the total strong, terms dashed. */
export function lineLook(name: string, index: number): LineLook {
  if (name === 'total') return { stroke: 'var(--text)', strokeWidth: '2', strokeDasharray: 'none' };
  const colour = lineColours[index % lineColours.length]!;
  // Of more lines than colours, none has both a colour and dashes in common with another.
  const dashes = DASHES[(index + Math.floor(index / lineColours.length)) % DASHES.length]!;
  return { stroke: `var(--${colour})`, strokeWidth: '1.5', strokeDasharray: dashes };
}
