import type { PictureOptimiser } from '../../../../../models/painterly/optimisePicture.ts';

type LbfgsOptimiser = Extract<PictureOptimiser, { kind: 'lbfgs' }>;

/**
 * L-BFGS as a case's configuration has it, in words (`learningRate 0.1, history 100, tolFun=tolX=-1`); what it does not say
 * is as published.
 */
export function statedLbfgs(text: unknown, published: LbfgsOptimiser): LbfgsOptimiser {
  const stated = (name: string): number | undefined => {
    const pattern = new RegExp(`\\b${name}\\b[^-\\d]*(-?\\d+(?:\\.\\d+)?(?:e-?\\d+)?)`, 'i');
    const number = pattern.exec(typeof text === 'string' ? text : '')?.[1];
    return number === undefined ? undefined : Number(number);
  };
  const history = stated('history') ?? published.history;
  return {
    kind: 'lbfgs',
    learningRate: stated('learningRate') ?? published.learningRate,
    toleranceGradient: stated('tolFun') ?? published.toleranceGradient,
    toleranceChange: stated('tolX') ?? published.toleranceChange,
    ...(history === undefined ? {} : { history }),
  };
}
