import type { z } from 'zod';
import type { VggNetwork } from '../../models/vision/vggNetwork.ts';
import { NodeError } from '../contract/nodeError.ts';
import { text } from '../contract/parameter.ts';

/** A parameter that names layers of a VGG, `relu3_1, relu4_1`. */
export function vggLayerParam(spec: {
  readonly help: string;
  readonly default: string;
}): z.ZodDefault<z.ZodString> {
  return text({
    title: 'Layers',
    help: `${spec.help} Layers are called conv1_1, relu1_1, ... to relu5_4, and pool1 to pool5.`,
    default: spec.default,
  });
}

/** The layers named, in the network's order and each once. Throws NodeError for one that it does not have. */
export function namedVggLayers(named: string, { layers }: VggNetwork): readonly string[] {
  const wanted = named.split(/[\s,;]+/).filter((name) => name !== '');
  const unknown = wanted.find((name) => !layers.includes(name));
  const has = `expected names from ${layers[0]} to ${layers.at(-1)}`;
  if (unknown !== undefined)
    throw new NodeError(
      'bad-parameter',
      `This VGG has no layer "${unknown.slice(0, 50)}": ${has}.`,
      'layers',
    );
  if (wanted.length === 0) throw new NodeError('bad-parameter', `No layer is named: ${has}.`, 'layers');
  return layers.filter((name) => wanted.includes(name));
}
