import type { DeviceName } from '../../models/runtime/device.ts';
import { refusalOf } from '../../models/runtime/whyUnavailable.ts';
import { Complaint } from './complaint.ts';

/** Throws a Complaint for a device that cannot be on this machine; what else may be wrong shows when it is tried. */
export function checkDevice(name: DeviceName): void {
  const refusal = name === 'auto' ? undefined : refusalOf(name);
  if (refusal) throw new Complaint(refusal);
}
