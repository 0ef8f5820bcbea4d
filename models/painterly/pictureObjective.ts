import { vggResponses, type Edges } from '../architectures/vgg19.ts';
import type { VggConfig } from '../architectures/vggConfig.ts';
import { gradient } from '../gradients/gradient.ts';
import { withGradient } from '../gradients/customGradient.ts';
import type { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';
import type { LayerContext } from '../layers/layerContext.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { maskOf, PIXELS, type LossTerm } from './lossTerm.ts';
import { regionOf, type ObjectiveRegions } from './objectiveRegions.ts';
import { innerGradient } from './innerGradient.ts';
import type { Plane } from './plane.ts';
import type { Region } from './region.ts';
import { surrounded } from './surrounded.ts';

/**
 * How gradients pass the places where losses sit. `derivative`: untouched, times their weights. `masked`: what comes from
 * deeper layers, and the loss's own unless it has the mask in it, are multiplied by the term's mask (Deep Painterly
 * Harmonization's pass 1). `normalised`: the own one is masked so, brought to the length 1 and weighted; then it and what
 * comes from deeper layers are multiplied by the mask (pass 2).
 */
export type ObjectiveRule = 'derivative' | 'masked' | 'normalised';

export interface ObjectiveOptions {
  readonly config: VggConfig;
  /** In the order in which they sit in the network; those of one layer one behind the other. */
  readonly terms: readonly LossTerm[];
  readonly rule: ObjectiveRule;
  /** What the gradient is multiplied by in the end: the pixels that may change. */
  readonly mask?: Plane;
  readonly regions: ObjectiveRegions;
  /** What all of the picture is at the start, and all of the layers that `regions` names: `[1, C, H, W]`. */
  readonly surroundings: ReadonlyMap<string, Tensor>;
}

/** By the index of the term. */
export type StartShapes = ReadonlyMap<number, readonly number[]>;

const TINY = 1e-8;

/** Name of the output that holds a term's weighted loss. */
export const termOutput = (index: number): string => `term_${index}`;

/** Names of the output that holds a response, and of the input that takes it as it was at the start. */
export const responseOutput = (index: number): string => `response_${index}`;
export const startInput = (index: number): string => `start_${index}`;

/**
 * Builds, into a graph, losses of a picture and how to change it: input `pixels` [1, 3, h, w], the part that changes, as the
 * network takes it; outputs `gradient`, of that shape, and one loss for each term, see termOutput. A term that compares
 * with the start takes that response as an input, made by this same graph: pass 2 brings every gradient to length 1, also
 * that of two responses which should be equal and differ by another graph's rounding. Returns the shapes of those inputs.
 */
export function pictureObjective(layer: LayerContext, options: ObjectiveOptions): StartShapes {
  const { config, mask, regions, terms } = options;
  const { graph } = layer;
  const { box } = regionOf(regions, PIXELS).computed;
  const pixels = graph.input('pixels', [1, 3, box.height, box.width]);
  const losses = new Losses(graph, options);
  const changed = mask ? masked(pixels, mask, regionOf(regions, PIXELS).computed) : pixels;
  const start = losses.at(PIXELS, changed);
  const until = [...regions.layers.keys()].at(-1)!;
  if (until !== PIXELS) {
    const edges = (name: string) => edgesOf(regionOf(regions, name).computed);
    vggResponses(layer, start, { config, until, at: (name, response) => losses.at(name, response), edges });
  }
  for (const [index, loss] of losses.weighted) graph.output(termOutput(index), loss);
  const total = terms.map((_, index) => losses.drawn.get(index)!).reduce((sum, loss) => sum.add(loss));
  graph.output('gradient', gradient(total, [pixels])[0]!);
  return losses.starts;
}

/** The terms of an objective, put into the network where they sit. */
class Losses {
  /** By the indices of the terms: the losses, and what the gradient is taken of. */
  readonly weighted = new Map<number, Value>();
  readonly drawn = new Map<number, Value>();
  readonly starts = new Map<number, readonly number[]>();
  readonly #graph: Graph;
  readonly #options: ObjectiveOptions;
  /** What the layer before made, without its surroundings. */
  #latest: Value | undefined;

  constructor(graph: Graph, options: ObjectiveOptions) {
    this.#graph = graph;
    this.#options = options;
  }

  /** What the next layer takes of a layer's response, whose gradient passes its terms. */
  at(layer: string, response: Value): Value {
    const { terms, regions, surroundings } = this.#options;
    const { computed: from, taken: to } = regionOf(regions, layer);
    const inner = this.#latest;
    if (inner && layer.startsWith('conv')) this.#passInside(response, inner, layer);
    const through = terms.reduce(
      (value, term, index) => (term.layer === layer ? this.#pass(value, term, index) : value),
      response,
    );
    this.#latest = through;
    return surrounded(through, { from, to, whole: surroundings.get(layer) });
  }

  /** Nothing that surrounds a convolution's input needs a gradient; what is mirrored at a border is no such input. */
  #passInside(response: Value, inner: Value, layer: string): void {
    const { config, regions } = this.#options;
    if (config.pixels === 'normalised') return;
    const names = [...regions.layers.keys()];
    const { computed, taken } = regionOf(regions, names[names.indexOf(layer) - 1]!);
    const around = [
      computed.top - taken.top,
      computed.left - taken.left,
      taken.bottom - computed.bottom,
      taken.right - computed.right,
    ] as const;
    innerGradient(response, { inner, around });
  }

  #pass(value: Value, term: LossTerm, index: number): Value {
    const graph = this.#graph;
    const { rule, regions, surroundings } = this.#options;
    const { computed: from } = regionOf(regions, term.layer);
    const to = regions.looked[index]!;
    const through = rule !== 'derivative' && term.mask ? masked(value, term.mask, from) : value;
    const whole = surroundings.get(term.layer);
    const own = surrounded(rule === 'masked' && term.masksItself ? value : through, { from, to, whole });
    const response = rule === 'normalised' ? normalised(own, term, to) : own;
    const start = term.comparesWithStart ? graph.input(startInput(index), response.shape) : undefined;
    if (start) {
      graph.output(responseOutput(index), own);
      this.starts.set(index, own.shape as readonly number[]);
    }
    const { loss, drawnBy = loss } = term.build({ response, region: to, ...(start ? { start } : {}) });
    const weighted = loss.mul(term.weight);
    this.weighted.set(index, weighted);
    this.drawn.set(index, rule === 'normalised' ? drawnBy : weighted);
    return through;
  }
}

/** The same value; the gradient of its loss is masked, brought to length 1, and weighted. */
function normalised(value: Value, { mask, masksItself, weight }: LossTerm, region: Region): Value {
  return withGradient(value, (own) => {
    const local = mask && !masksItself ? own.mul(maskOf(own, mask, region)) : own;
    const length = local.mul(local).sum().sqrt().add(TINY);
    return local.div(length).mul(weight);
  });
}

function masked(value: Value, mask: Plane, region: Region): Value {
  return withGradient(value, (passing) => passing.mul(maskOf(passing, mask, region)));
}

/** A row or a column of padding where the picture ends. */
function edgesOf({ left, top, right, bottom, whole }: Region): Edges {
  const edge = (ends: boolean): number => (ends ? 1 : 0);
  return [edge(top === 0), edge(left === 0), edge(bottom === whole.height), edge(right === whole.width)];
}
