/** How an adapter's blocks are to be run: with their residual connections or without. */
export type ResidualChoice = 'name' | 'with' | 'without';

export interface Residual {
  readonly residual: boolean;
  /** What a person should know about the choice. */
  readonly warning?: string;
}

/** What the names of the published files say: true = with, undefined = nothing. */
function residualInName(title: string): boolean | undefined {
  const name = title.replace(/\.[^.]*$/, '').toLowerCase();
  if (/(?:without|no)[ _-]?res/.test(name)) return false;
  if (/with[ _-]?res/.test(name)) return true;
  // What the authors' download of the file without residual connections is called.
  return name === 'phdiffusion' ? false : undefined;
}

/**
 * Whether to add residual connections. Both kinds of files have the same tensors, so only the name tells them apart;
 * the authors' own program takes a file for one with residual connections unless told otherwise.
 */
export function residualOf(choice: ResidualChoice, title: string): Residual {
  const named = residualInName(title);
  if (choice === 'name' && named === undefined) {
    return {
      residual: true,
      warning: `Neither the tensors nor the name of ${title} say whether it was trained with residual connections; it is run with them. If the result is grey, noisy or has nothing of the background's style, try "Without"`,
    };
  }
  if (choice === 'name') return { residual: named! };
  const residual = choice === 'with';
  if (named === undefined || named === residual) return { residual };
  const [found, used] = named ? ['with', 'without'] : ['without', 'with'];
  return {
    residual,
    warning: `By its name ${title} was trained ${found} residual connections, but is run ${used} them: its features will be wrong`,
  };
}
