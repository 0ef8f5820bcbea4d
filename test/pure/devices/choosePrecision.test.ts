import { expect, it } from 'vitest';
import type { DeviceReport } from '../../../models/probe/deviceReport.ts';
import { choosePrecision } from '../../../server/devices/choosePrecision.ts';

const gpu = (half: DeviceReport['half']): DeviceReport => ({ device: 'cuda', works: true, rate: 1000, half });

it('takes half precision where it is right and faster', () => {
  const fast = gpu({ works: true, rate: 2500, error: 0.0012 });
  expect(choosePrecision(fast, 'auto')).toEqual({
    precision: 'float16',
    rate: 2500,
    note: 'Half precision, 2.5 times as fast as float32. Results differ by 0.12 %.',
  });
  expect(choosePrecision(fast, 'float32')).toMatchObject({ precision: 'float32', rate: 1000 });
  expect(choosePrecision(gpu({ works: true, rate: 1100 }), 'auto').precision).toBe('float32');
});

it('says why not, and refuses it where it was asked for', () => {
  const none = gpu({ works: false, problem: 'CUDA has no half precision here.' });
  expect(choosePrecision(none, 'auto')).toMatchObject({
    precision: 'float32',
    note: 'float32: CUDA has no half precision here.',
  });
  expect(choosePrecision(none, 'auto').problem).toBeUndefined();
  expect(choosePrecision(none, 'float16').problem).toBe(
    'CUDA cannot use half precision: CUDA has no half precision here.',
  );
  const software: DeviceReport = { device: 'webgpu', works: true, software: true };
  expect(choosePrecision(software, 'auto')).not.toHaveProperty('problem');
  expect(choosePrecision(software, 'float16').problem).toBe(
    'WebGPU cannot use half precision: it is not used by a GPU in software.',
  );
});

it('keeps float32 on the CPU unless memory matters more', () => {
  const cpu: DeviceReport = { device: 'cpu', works: true };
  expect(choosePrecision(cpu, 'auto').precision).toBe('float32');
  expect(choosePrecision(cpu, 'float16').precision).toBe('float16');
});
