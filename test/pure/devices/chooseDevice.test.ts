import { expect, it } from 'vitest';
import type { DeviceReport } from '../../../models/probe/deviceReport.ts';
import type { Device, DeviceName } from '../../../models/runtime/device.ts';
import { chooseDevice } from '../../../server/devices/chooseDevice.ts';

/** Chooses on a made-up machine: devices that are not named cannot be there at all. */
function choose(name: DeviceName, machine: Partial<Record<Device, Omit<DeviceReport, 'device'>>>) {
  const tried: Device[] = [];
  const choice = chooseDevice({
    name,
    precision: 'auto',
    whyUnavailable: (device) => (machine[device] ? undefined : `No ${device} here.`),
    report: async (device) => {
      tried.push(device);
      return { device, ...machine[device]! };
    },
  });
  return choice.then((chosen) => ({ ...chosen, tried }));
}

const cpu = { works: true, rate: 100 };

it('takes the CPU without trying anything where there is no GPU, and says why', async () => {
  const { device, tried, reason, others } = await choose('auto', { cpu });
  expect([device, tried, reason]).toEqual(['cpu', [], 'No GPU here can be used.']);
  expect(others).toContainEqual({ title: 'CUDA', note: 'No cuda here.' });
  expect(others).toHaveLength(4);
});

it('takes the fastest that works', async () => {
  const { device, reason, others } = await choose('auto', {
    cpu,
    webgpu: { works: true, rate: 2000 },
    cuda: { works: true, rate: 9000 },
  });
  expect([device, reason]).toEqual(['cuda', 'The fastest here: 9.0 TFLOP/s.']);
  expect(others.find(({ title }) => title === 'WebGPU')!.note).toBe(
    'Works, but slower: 2.0 TFLOP/s against 9.0 TFLOP/s.',
  );
  expect(others.map(({ title }) => title)).not.toContain('CUDA');
});

it('never takes what computes wrong results, what is slower than the CPU, or a GPU in software', async () => {
  const { device, others } = await choose('auto', {
    cpu,
    cuda: { works: false, problem: 'CUDA computes wrong results.' },
    dml: { works: true, rate: 40 },
    webgpu: { works: true, software: true, rate: 5000, problem: 'Only SwiftShader.' },
  });
  expect(device).toBe('cpu');
  expect(others.map(({ note }) => note)).toEqual([
    'CUDA computes wrong results.',
    'Works, but slower: 40 GFLOP/s against 100 GFLOP/s.',
    'No coreml here.',
    'Only SwiftShader.',
  ]);
});

it('takes a device that is asked for, and says when it does not work', async () => {
  const software = { works: true, software: true, problem: 'Only SwiftShader.' };
  expect(await choose('webgpu', { cpu, webgpu: software })).toMatchObject({ device: 'webgpu', others: [] });
  expect((await choose('webgpu', { cpu, webgpu: software })).problem).toBeUndefined();
  const broken = { works: false, problem: 'WebGPU finds no GPU.' };
  expect((await choose('webgpu', { webgpu: broken })).problem).toBe('WebGPU finds no GPU.');
  expect((await choose('cuda', {})).problem).toBe('No cuda here.');
  expect(await choose('cpu', {})).toMatchObject({ device: 'cpu', tried: [] });
});
