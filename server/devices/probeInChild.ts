import { fork } from 'node:child_process';
import { deviceReportSchema, type DeviceReport } from '../../models/probe/deviceReport.ts';
import { deviceTitles, type Device } from '../../models/runtime/device.ts';

export interface ProbeOptions {
  /** The probe program (dist/server/probe.js); a `.ts` file is run through tsx. */
  readonly entry: string;
  /** Milliseconds after which a driver counts as hanging. */
  readonly timeout?: number;
}

/** Compiling a GPU's kernels for the first time takes seconds; a minute means that nothing will come. */
const PATIENCE = 60_000;

/** Tries a device in a process of its own, so that a driver that crashes or hangs costs nothing. Never rejects. */
export function probeInChild(
  device: Device,
  { entry, timeout = PATIENCE }: ProbeOptions,
): Promise<DeviceReport> {
  const title = deviceTitles[device];
  return new Promise((resolve) => {
    let report: DeviceReport | undefined;
    const fails = (problem: string): DeviceReport => ({ device, works: false, problem });
    const child = fork(entry, [device], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: entry.endsWith('.ts') ? ['--import', 'tsx'] : [],
    });
    const timer = setTimeout(() => {
      report ??= fails(`${title} did not answer within ${timeout / 1000} seconds: its driver hangs.`);
      child.kill('SIGKILL');
    }, timeout);
    child.on('message', (message) => {
      const { data } = deviceReportSchema.safeParse(message);
      if (data?.device === device) report ??= data;
    });
    const end = (how: string): void => {
      clearTimeout(timer);
      resolve(
        report ?? fails(`${title} took its process down when it was tried (${how}): its driver crashes.`),
      );
    };
    child.once('error', (error) => end(error.message));
    // Not `exit`: the report may still be on its way then.
    child.once('close', (code, signal) => end(signal ?? `exit code ${code}`));
  });
}
