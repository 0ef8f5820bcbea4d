import { probeDevice } from '../../models/probe/probeDevice.ts';
import type { Device } from '../../models/runtime/device.ts';

/** The program that probeInChild starts: `probe DEVICE`. Tells its parent a DeviceReport and ends. */
const report = await probeDevice(process.argv[2] as Device);
// A driver that hangs or crashes while it is unloaded has already done its work.
process.send?.(report, () => process.exit(0));
