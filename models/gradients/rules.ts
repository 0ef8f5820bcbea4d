import type { GradientRule } from './gradientRule.ts';
import { activationRules } from './rules/activations.ts';
import { arithmeticRules } from './rules/arithmetic.ts';
import { attentionRules } from './rules/attention.ts';
import { convolutionRules } from './rules/convolution.ts';
import { gatherRules } from './rules/gathers.ts';
import { layoutRules } from './rules/layout.ts';
import { normRules } from './rules/norms.ts';
import { padRules } from './rules/pads.ts';
import { poolRules } from './rules/pools.ts';
import { productRules } from './rules/products.ts';
import { reductionRules } from './rules/reductions.ts';
import { resizeRules } from './rules/resize.ts';

/** How each operator passes a gradient back. */
export const gradientRules: Readonly<Record<string, GradientRule>> = {
  ...arithmeticRules,
  ...activationRules,
  ...reductionRules,
  ...layoutRules,
  ...gatherRules,
  ...padRules,
  ...productRules,
  ...attentionRules,
  ...convolutionRules,
  ...poolRules,
  ...normRules,
  ...resizeRules,
};
