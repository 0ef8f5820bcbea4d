import { networkNames, type NetworkName } from '../../../models/probe/networkName.ts';
import type { DeviceName } from '../../../models/runtime/device.ts';
import type { PrecisionName } from '../../../models/runtime/precision.ts';
import { chooseDevice } from '../../devices/chooseDevice.ts';
import type { KnownDevices } from '../../devices/knownDevices.ts';
import { placementInChild, PlacementRefusal } from '../../devices/placementInChild.ts';
import { summarizePlacement } from '../../devices/summarizePlacement.ts';
import { locateModel } from '../../models/locateModel.ts';
import type { ModelFolders } from '../../models/modelFolders.ts';
import { Complaint } from '../complaint.ts';
import { placementText } from './placementText.ts';

export interface ExplainDeviceOptions {
  /** `MODEL:NETWORK`. */
  readonly graph: string;
  /** `WIDTHxHEIGHT` of the picture, in pixels. */
  readonly size: string;
  readonly device: DeviceName;
  readonly precision: PrecisionName;
  readonly known: KnownDevices;
  readonly folders: ModelFolders;
  /** The placement program. */
  readonly entry: string;
  readonly json: boolean;
  readonly write: (text: string) => void;
}

/** Says which operators of a model's network run on a device and which fall back to the CPU. Throws Complaint. */
export async function explainDevice(options: ExplainDeviceOptions): Promise<void> {
  const { known, entry, json, write } = options;
  const { model, network } = readGraph(options.graph);
  const size = readSize(options.size);
  const path = await locateModel(model, options.folders);
  const { device, precision, reason, problem } = await chooseDevice({
    name: options.device,
    precision: options.precision,
    report: (name) => known.report(name),
  });
  if (problem !== undefined) throw new Complaint(problem);
  const placements = await placementInChild(
    { path, title: model, network, device, precision, ...size },
    { entry },
  ).catch((error: unknown) => {
    throw error instanceof PlacementRefusal
      ? new Complaint(`${options.graph}: ${error.message}`, error)
      : error;
  });
  const summary = summarizePlacement(device, placements);
  const chosen = {
    device,
    precision,
    reason: options.device === 'auto' ? `auto takes it. ${reason}` : reason,
  };
  const explained = { model, network, ...size, ...chosen, ...summary };
  write(json ? `${JSON.stringify(explained)}\n` : placementText(explained));
}

function readGraph(graph: string): { model: string; network: NetworkName } {
  const colon = graph.lastIndexOf(':');
  const network = networkNames.find((name) => name === graph.slice(colon + 1));
  if (colon > 0 && network) return { model: graph.slice(0, colon), network };
  const expected = networkNames.map((name) => `MODEL:${name}`).join(', ');
  throw new Complaint(
    `--explain takes one of ${expected} (builtin:unet, say); found "${graph.slice(0, 100)}".`,
  );
}

/** A picture that the nodes can make. */
const SIDE = { min: 64, max: 4096, step: 8 };

function readSize(size: string): { width: number; height: number } {
  const [, width, height] = (/^(\d{1,5})x(\d{1,5})$/.exec(size) ?? []).map(Number);
  const { min, max, step } = SIDE;
  const fits = (side = 0): boolean => side >= min && side <= max && side % step === 0;
  if (fits(width) && fits(height)) return { width: width!, height: height! };
  throw new Complaint(
    `--size takes WIDTHxHEIGHT in pixels, multiples of ${step} from ${min} to ${max}; found "${size.slice(0, 100)}".`,
  );
}
