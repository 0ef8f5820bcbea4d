import { join } from 'node:path';
import { runtimeVersion } from '../../models/runtime/runtimeVersion.ts';
import { KnownDevices } from './knownDevices.ts';
import { machineFacts } from './machineFacts.ts';
import { probeInChild } from './probeInChild.ts';

/** What is known about this machine's devices, kept in the data folder. `entry` is the probe program. */
export function openKnownDevices(dataFolder: string, entry: string): KnownDevices {
  return new KnownDevices({
    file: join(dataFolder, 'cache', 'devices.json'),
    machine: machineFacts(runtimeVersion()),
    probe: (device) => probeInChild(device, { entry }),
  });
}
