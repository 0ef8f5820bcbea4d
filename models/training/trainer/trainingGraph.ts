import { gradient } from '../../gradients/gradient.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Value } from '../../graph/value.ts';
import type { Feed, Session } from '../../runtime/openSession.ts';
import type { TrainedModel } from './trainedModel.ts';
import { parametersOf } from './trainableParameters.ts';

/** A part of what is made small; `value` has one element. */
export interface LossTerm {
  readonly value: Value;
  readonly weight: number;
}

export interface TrainingGraph {
  readonly graph: Graph;
  readonly terms: ReadonlyMap<string, LossTerm>;
  /** Inputs of the graph by name: what is trained. */
  readonly trained: ReadonlyMap<string, Value>;
  /** See GradientOptions. */
  readonly checkpoints?: readonly Value[];
}

/** Names of the outputs that a training fetches. */
const lossOf = (term: string): string => `loss/${term}`;
const gradientOf = (name: string): string => `gradient/${name}`;
const TOTAL = 'loss';

/**
 * Adds to a graph its weighted losses (outputs `loss/TERM` and `loss`) and their gradients (outputs `gradient/NAME`), and
 * returns what makes a model to train of its session. Throws GraphError where an operator has no gradient rule.
 */
export function trainingGraph(options: TrainingGraph): (session: Session) => TrainedModel {
  const { graph, terms, trained, checkpoints = [] } = options;
  const total = [...terms.values()]
    .map(({ value, weight }) => value.reshape([]).mul(weight))
    .reduce((sum, each) => sum.add(each));
  const gradients = gradient(total, [...trained.values()], { checkpoints });
  for (const [name, { value }] of terms) graph.output(lossOf(name), value);
  graph.output(TOTAL, total);
  for (const [i, name] of [...trained.keys()].entries()) graph.output(gradientOf(name), gradients[i]!);
  return (session) => sessionModel(session, options);
}

function sessionModel(session: Session, { terms, trained }: TrainingGraph): TrainedModel {
  const parameters = parametersOf(trained);
  const losses = [...terms.keys()];
  const fetch = [TOTAL, ...losses.map(lossOf), ...parameters.map(({ name }) => gradientOf(name))];
  return {
    parameters,
    evaluate: async (values, batch) => {
      const feeds: Record<string, Feed> = { ...batch };
      for (const [i, { name, shape }] of parameters.entries()) feeds[name] = { shape, data: values[i]! };
      const results = await session.run(feeds, fetch);
      const of = (name: string) => results.get(name)!.data;
      return {
        losses: new Map(losses.map((name) => [name, of(lossOf(name))[0]!])),
        total: of(TOTAL)[0]!,
        gradients: parameters.map(({ name }) => of(gradientOf(name))),
      };
    },
  };
}
