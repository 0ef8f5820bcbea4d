import type { Trajectory } from '../../models/sampling/trajectory.ts';
import { NodeError } from '../contract/nodeError.ts';

/**
 * A trajectory without features, or of a model with other channels or attention layers, cannot be swapped in. Throws
 * NodeError `bad-parameter` or `shape-mismatch` at the port.
 */
export async function checkTrajectory(
  trajectory: Trajectory,
  port: 'style' | 'content' | 'background',
  {
    denoiser,
    layers,
  }: {
    denoiser: { latentChannels: number; attentionLayers: readonly { id: string; channels: number }[] };
    layers: readonly string[];
  },
): Promise<void> {
  const mismatch = (what: string): NodeError =>
    new NodeError('shape-mismatch', `The ${port} was inverted by another model: ${what}.`, port);
  const channels = trajectory.latents[0]?.shape[1];
  if (channels !== denoiser.latentChannels) {
    throw mismatch(
      `its latents have ${channels} channels, this denoiser works with ${denoiser.latentChannels}`,
    );
  }
  const { features } = trajectory;
  if (!features) {
    const message = `The ${port} inversion kept no attention features: set "Keep" in its DDIM Invert node.`;
    throw new NodeError('bad-parameter', message, port);
  }
  const timestep = features.timesteps[0];
  for (const { id, channels: expected } of denoiser.attentionLayers) {
    if (timestep === undefined || !layers.includes(id) || !features.layers.includes(id)) continue;
    const read = await features.read(timestep, id);
    const found = (read?.k ?? read?.q ?? read?.v)?.shape[2];
    if (found !== undefined && found !== expected) {
      throw mismatch(`layer ${id} has ${found} channels there and ${expected} here`);
    }
  }
}
