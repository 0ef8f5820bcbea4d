import { expect, it } from 'vitest';
import { PlacementLog } from '../../../models/runtime/placementLog.ts';
import { placementText } from '../../../server/cli/commands/placementText.ts';
import { summarizePlacement } from '../../../server/devices/summarizePlacement.ts';

/** What onnxruntime 1.30 wrote for small graphs, on WebGPU and on the CPU. */
const at = '2026-11-21 16:42:10.640409059 [V:onnxruntime:, session_state.cc:';
const mixed = `2026-11-21 16:42:10.640402 [I:onnxruntime:, graph_transformer.cc:15 Apply] GraphTransformer MemcpyTransformer modified: 1 with status: OK
${at}1377 VerifyEachNodeIsAssignedToAnEp] Node placements
${at}1383 VerifyEachNodeIsAssignedToAnEp]  Node(s) placed on [CPUExecutionProvider]. Number of nodes: 3
${at}1385 VerifyEachNodeIsAssignedToAnEp]   Softplus ()
${at}1385 VerifyEachNodeIsAssignedToAnEp]   Hardmax (down_blocks.0.resnets.0/Hardmax#2)
${at}1385 VerifyEachNodeIsAssignedToAnEp]   Hardmax (down_blocks.0.resnets.0/Hardmax#5)
${at}1383 VerifyEachNodeIsAssignedToAnEp]  Node(s) placed on [WebGpuExecutionProvider]. Number of nodes: 4
${at}1385 VerifyEachNodeIsAssignedToAnEp]   MatMul (down_blocks.0.resnets.0/MatMul#0)
${at}1385 VerifyEachNodeIsAssignedToAnEp]   Sigmoid (y)
${at}1385 VerifyEachNodeIsAssignedToAnEp]   MemcpyFromHost (Memcpy)
${at}1385 VerifyEachNodeIsAssignedToAnEp]   MemcpyToHost (Memcpy_token_1)

\u001b[0;93m2026-11-21 16:42:10.640453785 [W:onnxruntime:, session_state.cc:1397 VerifyEachNodeIsAssignedToAnEp] Some nodes were not assigned to the preferred execution providers which may or may not have an negative impact on performance.\u001b[m
${at}186 CreateGraphInfo] SaveMLValueNameIndexMapping
`;
const whole = `${at}1377 VerifyEachNodeIsAssignedToAnEp] Node placements
${at}1380 VerifyEachNodeIsAssignedToAnEp]  All nodes placed on [WebGpuExecutionProvider]. Number of nodes: 748
`;

function read(text: string, step = text.length) {
  const log = new PlacementLog();
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += step) log.write(bytes.subarray(from, from + step));
  return log.placements;
}

const about = {
  model: 'builtin',
  network: 'unet',
  width: 512,
  height: 256,
  device: 'webgpu',
  precision: 'float32',
  reason: 'Because.',
} as const;

it.each([1, 7, 4096])('reads which nodes are placed where, from pieces of %d bytes', (step) => {
  const placements = read(mixed, step);
  expect(placements.map(({ provider, count, nodes }) => [provider, count, nodes.length])).toEqual([
    ['CPUExecutionProvider', 3, 3],
    ['WebGpuExecutionProvider', 4, 4],
  ]);
  expect(placements[0]!.nodes[1]).toEqual({ operator: 'Hardmax', name: 'down_blocks.0.resnets.0/Hardmax#2' });
});

it('takes the last session of several, and the number alone where all nodes are in one place', () => {
  expect(read(mixed + whole)).toEqual([{ provider: 'WebGpuExecutionProvider', count: 748, nodes: [] }]);
});

it('finds nothing in other logs, however long their lines are', () => {
  expect(read(`Hardmax (a)\n${'x'.repeat(1e6)} Node placements\n`, 1000)).toEqual([]);
  expect(read(`${'x'.repeat(1e6)}\n${whole}`, 1000)).toHaveLength(1);
});

it('says which operators fall back, how often, and in which layers', () => {
  const summary = summarizePlacement('webgpu', read(mixed));
  expect(summary).toEqual({
    onDevice: 4,
    onCpu: 3,
    copies: 2,
    fallbacks: [
      { operator: 'Hardmax', count: 2, layers: ['down_blocks.0.resnets.0'] },
      { operator: 'Softplus', count: 1, layers: [] },
    ],
  });
  expect(placementText({ ...about, ...summary })).toBe(`\
builtin:unet for 512x256 pixels on WebGPU in float32. Because.
Nodes of the graph as onnxruntime optimised it, with some fused and some added: 7.
On WebGPU: 4.
Back on the CPU: 3. Copies between the two: 2.

operator  count  among others in
Hardmax       2  down_blocks.0.resnets.0
Softplus      1  added by onnxruntime, or outside any layer
`);
});

it('names a few of many layers', () => {
  const nodes = [0, 1, 2, 3, 4].map((i) => ({ operator: 'Hardmax', name: `mid.${i}/Hardmax#${i}` }));
  const placements = [{ provider: 'CPUExecutionProvider', count: 5, nodes }];
  expect(summarizePlacement('cuda', placements).fallbacks).toEqual([
    { operator: 'Hardmax', count: 5, layers: ['mid.0', 'mid.1', 'mid.2'] },
  ]);
});

it('on the CPU nothing falls back to it', () => {
  const placements = read(whole.replace('WebGpu', 'CPU'));
  const summary = summarizePlacement('cpu', placements);
  expect(summary).toEqual({ onDevice: 748, onCpu: 0, copies: 0, fallbacks: [] });
  expect(placementText({ ...about, device: 'cpu', ...summary })).toMatch(/On the CPU: 748\.\n$/);
  expect(placementText({ ...about, ...summary })).toMatch(/On WebGPU: 748\.\nNothing falls back/);
});
