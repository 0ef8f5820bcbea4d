import { vggResponses, deepestOf } from '../architectures/vgg19.ts';
import type { VggConfig } from '../architectures/vggConfig.ts';
import { gradient } from '../gradients/gradient.ts';
import { withGradient } from '../gradients/customGradient.ts';
import type { Value } from '../graph/value.ts';
import type { LayerContext } from '../layers/layerContext.ts';
import { maskOf, PIXELS, type LossTerm } from './lossTerm.ts';
import type { Plane } from './plane.ts';

/**
 * How gradients pass the places where losses sit. `derivative`: untouched, times their weights. `masked`: what comes from
 * deeper layers, and the loss's own unless it has the mask in it, are multiplied by the term's mask (Deep Painterly
 * Harmonization's pass 1). `normalised`: the own one is masked so, brought to the length 1 and weighted; then it and what
 * comes from deeper layers are multiplied by the mask (pass 2).
 */
export type ObjectiveRule = 'derivative' | 'masked' | 'normalised';

export interface ObjectiveOptions {
  readonly config: VggConfig;
  readonly width: number;
  readonly height: number;
  /** In the order in which they sit in the network; those of one layer one behind the other. */
  readonly terms: readonly LossTerm[];
  readonly rule: ObjectiveRule;
  /** What the gradient is multiplied by in the end: the pixels that may change. */
  readonly mask?: Plane;
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
 * Builds, into a graph, losses of a picture and how to change it: input `pixels` [1, 3, H, W], as the network takes them;
 * outputs `gradient`, of that shape, and one loss for each term, see termOutput. A term that compares with the start takes
 * that response as an input, made by this same graph: pass 2 brings every gradient to length 1, also that of two
 * responses which should be equal and differ by another graph's rounding. Returns the shapes of those inputs.
 */
export function pictureObjective(layer: LayerContext, options: ObjectiveOptions): StartShapes {
  const { config, width, height, terms, rule, mask } = options;
  const { graph } = layer;
  const pixels = graph.input('pixels', [1, 3, height, width]);
  const drawn: Value[] = [];
  const starts = new Map<number, readonly number[]>();
  const pass = (name: string, response: Value): Value =>
    terms.reduce((value, term, index) => {
      if (term.layer !== name) return value;
      const [through, seen] = modulesOf(value, term, rule);
      const start = term.comparesWithStart ? graph.input(startInput(index), value.shape) : undefined;
      if (start) {
        graph.output(responseOutput(index), value);
        starts.set(index, value.shape as readonly number[]);
      }
      const { loss, drawnBy = loss } = term.build(seen, start);
      graph.output(termOutput(index), loss.mul(graph.scalar(term.weight)));
      drawn.push(rule === 'normalised' ? drawnBy : loss.mul(graph.scalar(term.weight)));
      return through;
    }, response);
  const changed = mask ? masked(pixels, mask) : pixels;
  const start = pass(PIXELS, changed);
  const layers = terms.map((term) => term.layer).filter((name) => name !== PIXELS);
  if (layers.length > 0) {
    const until = deepestOf(config, layers);
    vggResponses(layer, start, { config, until, at: pass });
  }
  const total = drawn.reduce((sum, loss) => sum.add(loss));
  graph.output('gradient', gradient(total, [pixels])[0]!);
  return starts;
}

/** What the next layer takes, and what the loss looks at. */
function modulesOf(
  value: Value,
  { mask, masksItself, weight }: LossTerm,
  rule: ObjectiveRule,
): readonly [Value, Value] {
  if (rule === 'derivative') return [value, value];
  const through = mask ? masked(value, mask) : value;
  if (rule === 'masked') return [through, masksItself ? value : through];
  const seen = withGradient(through, (own) => {
    const local = mask && !masksItself ? own.mul(maskOf(own, mask)) : own;
    const { graph } = own;
    const length = local.mul(local).sum().sqrt().add(graph.scalar(TINY));
    return local.div(length).mul(graph.scalar(weight));
  });
  return [through, seen];
}

function masked(value: Value, mask: Plane): Value {
  return withGradient(value, (passing) => passing.mul(maskOf(passing, mask)));
}
