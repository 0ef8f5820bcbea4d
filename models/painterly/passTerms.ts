import { contentTerm } from './contentTerm.ts';
import { histogramTerm } from './histogramTerm.ts';
import type { LossTerm } from './lossTerm.ts';
import type { PassOneTargets } from './passOneTargets.ts';
import type { PassTwoTargets } from './passTwoTargets.ts';
import type { Plane } from './plane.ts';
import { smoothnessTerm } from './smoothnessTerm.ts';
import type { StyleWeights } from './styleWeights.ts';
import { styleTerm } from './styleTerm.ts';

/** Losses of pass 1, for the rule `masked`, of an optimisation that starts from the naive picture. */
export function passOneTerms(
  { grams, masks }: PassOneTargets,
  { contentLayers, weights }: { contentLayers: readonly string[]; weights: Omit<StyleWeights, 'histogram'> },
): readonly LossTerm[] {
  return [
    smoothnessTerm({ weight: weights.tv }),
    ...contentLayers.map((layer) =>
      contentTerm({ layer, weight: weights.content, target: 'start', mask: masks.get(layer)! }),
    ),
    ...[...grams].map(([layer, target]) =>
      styleTerm({ layer, weight: weights.style, target, mask: masks.get(layer)! }),
    ),
  ];
}

/** Losses of pass 2, for the rule `normalised`, from the naive picture as well: at a layer content comes first, then style, then the histogram. */
export function passTwoTerms(
  { grams, masks, histograms }: PassTwoTargets,
  { contentLayers, weights, mask }: { contentLayers: readonly string[]; weights: StyleWeights; mask: Plane },
): readonly LossTerm[] {
  const at = (layer: string) => masks.get(layer)!;
  return [
    smoothnessTerm({ weight: weights.tv, mask }),
    ...contentLayers.map((layer) =>
      contentTerm({
        layer,
        weight: weights.content,
        target: 'start',
        mask: at(layer),
        maskedLoss: true,
      }),
    ),
    ...[...grams].map(([layer, target]) =>
      styleTerm({ layer, weight: weights.style, target, mask: at(layer) }),
    ),
    ...[...histograms].map(([layer, target]) =>
      histogramTerm({ layer, weight: weights.histogram, target, mask: at(layer) }),
    ),
  ];
}
