import type { UNetConfig } from '../../architectures/unetConfig.ts';
import type { Network } from '../../catalog/modelParts.ts';
import type { Device } from '../../runtime/device.ts';
import { openFedSession } from '../../runtime/openFedSession.ts';
import type { Session } from '../../runtime/openSession.ts';
import type { TrainedModel } from '../trainer/trainedModel.ts';
import { denoiserTrainingGraph, type DenoiserTrainingForm } from './denoiserTrainingGraph.ts';

export interface DenoiserTraining {
  readonly model: TrainedModel;
  /** The weights as they are in the network's file. */
  readonly values: Float32Array[];
  readonly session: Session;
}

export interface DenoiserTrainingOptions extends DenoiserTrainingForm {
  readonly device: Device;
}

/** Makes all weights of a UNet ready to be trained (see denoiserTrainingGraph). Throws WeightsError for what is missing. */
export async function openDenoiserTraining(
  network: Network<UNetConfig>,
  { device, ...form }: DenoiserTrainingOptions,
): Promise<DenoiserTraining> {
  const { graph, parameters, modelOf } = denoiserTrainingGraph(network, form);
  parameters.check();
  await parameters.load(graph);
  const values = await parameters.initialValues();
  const session = await openFedSession(graph, { device });
  return { model: modelOf(session), values, session };
}
