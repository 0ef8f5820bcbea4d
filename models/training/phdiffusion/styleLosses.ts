import type { Value } from '../../graph/value.ts';

/** Of the authors: keeps divisions by an empty mask and roots of nothing finite. */
const EPSILON = 1e-5;

export interface Statistics {
  /** `[B, C, 1, 1]` */
  readonly mean: Value;
  readonly deviation: Value;
}

/**
 * Mean and standard deviation of responses `[B, C, h, w]` where a mask `[B, 1, h, w]` selects (PHDiffusion's
 * `get_foreground_mean_std`), or of all of them.
 */
export function statisticsWithin(responses: Value, mask?: Value): Statistics {
  const { graph } = responses;
  const epsilon = graph.scalar(EPSILON);
  const selected =
    mask ?? graph.constant(Array<number>(pixels(responses)).fill(1), [1, 1, ...size(responses)]);
  const count = selected.sum([2, 3], true).add(epsilon);
  const region = responses.mul(selected);
  const mean = region.sum([2, 3], true).div(count);
  const distance = region.add(graph.scalar(1).sub(selected).mul(mean)).sub(mean);
  const variance = distance.mul(distance).sum([2, 3], true).div(count);
  return { mean, deviation: variance.add(epsilon).sqrt() };
}

/** How far statistics are apart: the mean squares of both differences. */
export function statisticsLoss(found: Statistics, wanted: Statistics): Value {
  return meanSquare(found.mean, wanted.mean).add(meanSquare(found.deviation, wanted.deviation));
}

export function meanSquare(found: Value, wanted: Value): Value {
  const difference = found.sub(wanted);
  return difference.mul(difference).mean();
}

export interface ContrastiveOperands {
  /** Responses `[B, C, h, w]` of the prediction and of the style, and `[B * n, C, h, w]` of other paintings. */
  readonly prediction: Value;
  readonly style: Value;
  readonly others: Value;
  /** 1 within the window, else 0: `[B, 1, h, w]`, and the keys' also repeated for every other painting. */
  readonly anchorWindow: Value;
  readonly keyWindow: Value;
  readonly othersWindow: Value;
  /** Two linear layers with a ReLU between, as PyTorch stores them. */
  readonly head: readonly [
    { readonly weight: Value; readonly bias: Value },
    { readonly weight: Value; readonly bias: Value },
  ];
}

const TEMPERATURE = 0.2;

export interface Contrast {
  /** `[B, 1, P]` and `[B, 1 + n, P]`, of length 1; the style is the first key. */
  readonly anchor: Value;
  readonly keys: Value;
  /** `[B, 1 + n]` */
  readonly logits: Value;
  readonly loss: Value;
}

/** The contrastive style loss: within a window the prediction should be like its style, and unlike other paintings. */
export function contrastiveLoss(operands: ContrastiveOperands): Contrast {
  const { prediction, style, others, head } = operands;
  const rows = prediction.size(0);
  const seen = (responses: Value, window: Value): Value => {
    const total = responses.mul(window).sum([2, 3]);
    return projected(total, head).reshape([rows, responses.size(0) / rows, head[1].weight.size(0)]);
  };
  const anchor = seen(prediction, operands.anchorWindow);
  const keys = seen(style, operands.keyWindow).concat([seen(others, operands.othersWindow)], 1);
  const products = anchor.matmul(keys.transpose([0, 2, 1])).reshape([rows, keys.size(1)]);
  const logits = products.div(TEMPERATURE);
  const loss = logits.logSoftmax().slice(0, 1, 1).mean().neg();
  return { anchor, keys, logits, loss };
}

/** `[N, C]` through the head, to the length of 1. */
function projected(x: Value, [first, second]: ContrastiveOperands['head']): Value {
  const linear = (input: Value, { weight, bias }: { weight: Value; bias: Value }): Value =>
    input.matmul(weight.transpose([1, 0])).add(bias);
  const out = linear(linear(x, first).relu(), second);
  return out.div(out.mul(out).sum([1], true).sqrt());
}

const size = (responses: Value): [number, number] => [responses.size(2), responses.size(3)];
const pixels = (responses: Value): number => responses.size(2) * responses.size(3);
