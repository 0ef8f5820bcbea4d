import type { Trajectory } from './trajectory.ts';

/** Saves a trajectory with its features into a folder, all or nothing. Throws SamplingError `no-space`. */
export async function writeTrajectory(trajectory: Trajectory, folder: string): Promise<void> {
  throw new Error('Not there yet');
}

/** Opens a saved trajectory; features are read on demand. Throws SamplingError `damaged-file`. Close its features. */
export async function readTrajectory(folder: string): Promise<Trajectory> {
  throw new Error('Not there yet');
}
