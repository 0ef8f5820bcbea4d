import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { deviceReportSchema, type DeviceReport } from '../../models/probe/deviceReport.ts';
import type { Device } from '../../models/runtime/device.ts';
import { disk } from '../storage/disk.ts';

const fileSchema = z.object({ machine: z.string(), reports: z.array(deviceReportSchema) });

export interface KnownDevicesOptions {
  readonly file: string;
  /** See machineFacts: reports of another machine, driver or onnxruntime are not used. */
  readonly machine: string;
  readonly probe: (device: Device) => Promise<DeviceReport>;
}

/** What trying each device came to, tried once and remembered in a file. */
export class KnownDevices {
  readonly #options: KnownDevicesOptions;
  #reports: Map<Device, DeviceReport> | undefined;

  constructor(options: KnownDevicesOptions) {
    this.#options = options;
  }

  async report(device: Device): Promise<DeviceReport> {
    this.#reports ??= await this.#read();
    const known = this.#reports.get(device);
    if (known) return known;
    const report = await this.#options.probe(device);
    this.#reports.set(device, report);
    await this.#write();
    return report;
  }

  /** Forgets everything, so that every device is tried again. */
  forget(): void {
    this.#reports = new Map();
  }

  /** A file that is missing, damaged or of another machine says nothing. */
  async #read(): Promise<Map<Device, DeviceReport>> {
    try {
      const { machine, reports } = fileSchema.parse(JSON.parse(await readFile(this.#options.file, 'utf8')));
      if (machine === this.#options.machine) return new Map(reports.map((report) => [report.device, report]));
    } catch {
      // As if it were not there.
    }
    return new Map();
  }

  /** A full disk costs the memory, not the device. */
  async #write(): Promise<void> {
    const { file, machine } = this.#options;
    const text = JSON.stringify({ machine, reports: [...this.#reports!.values()] });
    await disk.write(file, text).catch((error: unknown) => console.error(`Not remembered: ${String(error)}`));
  }
}
