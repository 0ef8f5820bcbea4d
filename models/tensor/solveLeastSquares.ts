/**
 * Minimises |inputs * X - targets|^2 for a few unknowns and many rows, through the normal equations with a trace of
 * ridge, so that a direction that the inputs never take gets weight 0 instead of noise. Returns X, unknowns x targets.
 */
export function solveLeastSquares(
  inputs: readonly (readonly number[])[],
  targets: readonly (readonly number[])[],
): number[][] {
  const unknowns = inputs[0]?.length ?? 0;
  const columns = targets[0]?.length ?? 0;
  const system = Array.from({ length: unknowns }, () => new Float64Array(unknowns + columns));
  for (const [r, input] of inputs.entries()) {
    for (let i = 0; i < unknowns; i++) {
      for (let j = 0; j < unknowns; j++) system[i]![j]! += input[i]! * input[j]!;
      for (let c = 0; c < columns; c++) system[i]![unknowns + c]! += input[i]! * targets[r]![c]!;
    }
  }
  const largest = Math.max(...system.map((row, i) => row[i]!), Number.MIN_VALUE);
  for (const [i, row] of system.entries()) row[i]! += largest * 1e-12;
  return eliminate(system).map((row) => [...row.subarray(unknowns)]);
}

/** Gauss-Jordan elimination with pivoting of `[n, n + columns]`. */
function eliminate(system: Float64Array[]): Float64Array[] {
  const n = system.length;
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let row = column + 1; row < n; row++) {
      if (Math.abs(system[row]![column]!) > Math.abs(system[pivot]![column]!)) pivot = row;
    }
    [system[column], system[pivot]] = [system[pivot]!, system[column]!];
    const head = system[column]!;
    const scale = 1 / head[column]!;
    for (let j = column; j < head.length; j++) head[j]! *= scale;
    for (let row = 0; row < n; row++) {
      const factor = system[row]![column]!;
      if (row === column || factor === 0) continue;
      for (let j = column; j < head.length; j++) system[row]![j]! -= factor * head[j]!;
    }
  }
  return system;
}
