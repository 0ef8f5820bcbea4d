import { basename } from 'node:path';
import { pictureToTensor } from '../../../../../models/image/unitPixels.ts';
import { remapResponses } from '../../../../../models/painterly/channelHistograms.ts';
import {
  consistentMatches,
  REFERENCE_LAYER,
  type ConsistentMatches,
} from '../../../../../models/painterly/consistentMatches.ts';
import { gramMatrix } from '../../../../../models/painterly/gramMatrix.ts';
import { channelNormalised } from '../../../../../models/painterly/matchConsistently.ts';
import { passTwoTargets, type PassTwoTargets } from '../../../../../models/painterly/passTwoTargets.ts';
import type { Plane } from '../../../../../models/painterly/plane.ts';
import type { Tensor } from '../../../../../models/tensor/tensor.ts';
import type { VggNetwork } from '../../../../../models/vision/vggNetwork.ts';
import { fromVggPixels } from '../../../../../models/vision/vggPixels.ts';
import { passTwoTerms } from '../../../../../models/painterly/passTerms.ts';
import type { GoldenCase } from '../../goldenCase.ts';
import type { GoldenTensors } from '../../goldenTensors.ts';
import type { Kind, KindRun } from '../kind.ts';
import { caseBeside, caseVgg, inputMask, inputPicture } from './caseInputs.ts';
import { compareMost } from './compareMost.ts';
import { comparePass } from './comparePass.ts';
import { inDoubleWhereRounded } from './inDoubleWhereRounded.ts';
import { matchesTensor } from './matchesTensor.ts';
import { startOf } from './pass.ts';
import { recommendedTolerance } from './recommendedTolerance.ts';
import { statedLbfgs } from './statedLbfgs.ts';

export interface PassTwoConfig {
  readonly layers: readonly string[];
  readonly content_layers: readonly string[];
  readonly hist_layers: readonly string[];
  readonly nbins?: number;
  readonly matching_input: string;
  readonly content_weight: number;
  readonly style_weight: number;
  readonly hist_weight: number;
  readonly tv_weight: number;
  /** In words, see statedLbfgs. */
  readonly optimizer?: unknown;
}

/** Of the published run: it never ends early. */
const published = { kind: 'lbfgs', learningRate: 0.1, toleranceGradient: -1, toleranceChange: -1 } as const;

/** `deep-painterly-harmonization/pass2`: the mapping, masks, Gram matrices, histograms and remapped responses. */
export const passTwo: Kind = inDoubleWhereRounded(async (run, precision) => {
  const { golden } = run;
  const config = golden.object('config') as unknown as PassTwoConfig;
  const pixels = async (name: string) => pictureToTensor(await inputPicture(golden, name));
  const vgg = await caseVgg(run, precision);
  const [first, painting] = [await pixels(namedPicture(config.matching_input)), await pixels('target.png')];
  const naive = await pixels('naive.png');
  const mask = await inputMask(golden, 'c_mask_dilated.png');
  const tightMask = await inputMask(golden, 'c_mask.png');
  const targets = await passTwoTargets(vgg, {
    first,
    painting,
    tightMask,
    looseMask: mask,
    styleLayers: config.layers,
    histogramLayers: config.hist_layers,
    ...(config.nbins === undefined ? {} : { bins: config.nbins }),
  });
  const reference = async (picture: Tensor) =>
    (await vgg.responses(picture, [REFERENCE_LAYER])).get(REFERENCE_LAYER)!;
  const [reached, theirs] = [await reference(first), await reference(painting)];
  // The targets have matches where they count; the case has all of them.
  const mapping = await consistentMatches({ own: reached, theirs, painting, mask: tightMask });
  const own = await vgg.responses(naive, config.layers);
  const weights = {
    content: config.content_weight,
    style: config.style_weight,
    histogram: config.hist_weight,
    tv: config.tv_weight,
  };
  const terms = passTwoTerms(targets, { contentLayers: config.content_layers, weights, mask });
  const optimiser = statedLbfgs(config.optimizer, published);
  const probe = await passOneProbe(golden);
  const x0 = startOf(naive, vgg, precision);
  for (const file of await golden.tensorFiles()) {
    await comparePass(run, file, { vgg, terms, rule: 'normalised', mask, x0, probe, optimiser });
    await compare(run, file, {
      norm_input: flat(channelNormalised(reached)),
      norm_target: flat(channelNormalised(theirs)),
      guide: flat(mapping.guide),
      ...exactParts(targets, mapping),
      ...statistics(targets, own),
    });
    await compareRemapped(run, file, { vgg, targets, probe });
  }
});

/** `../inputs/inter.png (stands for ...)` */
function namedPicture(text: string): string {
  return basename(text.split(/\s/)[0]!);
}

/** The point, off the start, where gradients of both passes are looked at. */
async function passOneProbe(golden: GoldenCase): Promise<Tensor> {
  const [pass1] = await (await caseBeside(golden, 'pass1')).tensorFiles();
  return pass1!.get('probe');
}

/** What must be exactly so; the rest within what float32 makes of it. */
const EXACT = /^(?:tmask|init_corr|corr|target_mask\.|maskI\.)/;

/** The cases' R_note: ranks jump that lie within rounding of a cumulative count next to empty bins. */
const JUMPS = 0.005;

async function compare(
  { golden, report }: KindRun,
  file: GoldenTensors,
  found: Readonly<Record<string, Tensor>>,
): Promise<void> {
  const stated = golden.object('tolerance');
  for (const [name, tensor] of Object.entries(found)) {
    const expected = await file.maybe(name);
    if (!expected) continue;
    const tolerance = EXACT.test(name) ? 0 : recommendedTolerance(stated[name], expected);
    report.tensor(name, tensor, expected, tolerance);
  }
}

function exactParts(targets: PassTwoTargets, mapping: ConsistentMatches): Record<string, Tensor> {
  const masks = [...targets.targetMasks].map(
    ([layer, mask]) => [`target_mask.${layer}`, planeTensor(mask)] as const,
  );
  const taking = [...targets.histograms].map(
    ([layer, { mask }]) => [`maskI.${layer}`, planeTensor(mask)] as const,
  );
  return {
    tmask: planeTensor(mapping.selected),
    init_corr: matchesTensor(mapping.unrefined),
    corr: matchesTensor(mapping.matches),
    ...Object.fromEntries([...masks, ...taking]),
  };
}

function statistics(targets: PassTwoTargets, own: ReadonlyMap<string, Tensor>): Record<string, Tensor> {
  const found: Record<string, Tensor> = {};
  for (const [layer, gram] of targets.grams) {
    found[`target_gram.${layer}`] = gram;
    found[`naive_gram.${layer}`] = gramMatrix(own.get(layer)!, targets.masks.get(layer)!);
  }
  for (const [layer, { histograms }] of targets.histograms) {
    const { channels, counts, min, max } = histograms;
    const bins = counts.length / channels;
    found[`hist.${layer}`] = { shape: [channels, bins], data: Float32Array.from(counts) };
    found[`hist_min.${layer}`] = { shape: [channels], data: min };
    found[`hist_max.${layer}`] = { shape: [channels], data: max };
  }
  return found;
}

/** `R.probe.LAYER`: the responses to pass 1's probe, remapped. */
async function compareRemapped(
  { golden, report }: KindRun,
  file: GoldenTensors,
  { vgg, targets, probe }: { vgg: VggNetwork; targets: PassTwoTargets; probe: Tensor },
): Promise<void> {
  const picture = fromVggPixels({ shape: [1, ...probe.shape], data: probe.data }, vgg.config.pixels);
  const responses = await vgg.responses(picture, [...targets.histograms.keys()]);
  const stated = golden.object('tolerance')['R'] as Readonly<Record<string, unknown>> | undefined;
  for (const [layer, { mask, ranked }] of targets.histograms) {
    const expected = await file.get(`R.probe.${layer}`);
    const found = flat(remapResponses(responses.get(layer)!, mask, ranked));
    const tolerance = recommendedTolerance(stated?.[layer], expected);
    compareMost(report, `R.probe.${layer}`, { found, expected, tolerance, share: JUMPS });
  }
}

function flat({ shape, data }: Tensor): Tensor {
  return { shape: shape.slice(1), data };
}

function planeTensor({ width, height, data }: Plane): Tensor {
  return { shape: [height, width], data };
}
