/** Float32 -> float16 bits, rounding to nearest even; overflow becomes infinity. `into` must be as long. */
export function toFloat16(values: Float32Array, into = new Uint16Array(values.length)): Uint16Array {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < bits.length; i++) into[i] = float16Bits(bits[i]!);
  return into;
}

/** Float16 bits -> float32, exact. `into` must be as long. */
export function fromFloat16(halves: Uint16Array, into = new Float32Array(halves.length)): Float32Array {
  const table = wideningTable();
  for (let i = 0; i < halves.length; i++) into[i] = table[halves[i]!]!;
  return into;
}

function float16Bits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude >= 0x47800000) {
    // 65536 and above, infinities, NaN (whose payload keeps its top bits and stays a NaN).
    return magnitude > 0x7f800000 ? sign | 0x7e00 | ((magnitude >>> 13) & 0x1ff) : sign | 0x7c00;
  }
  if (magnitude >= 0x38800000) {
    // Normal: rebias the exponent from 127 to 15; adding just under half a unit rounds to nearest even.
    return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
  }
  if (magnitude < 0x33000000) return sign;
  // Subnormal: the mantissa with its hidden bit, shifted to units of 2^-24.
  const shift = 126 - (magnitude >>> 23);
  const mantissa = (magnitude & 0x7fffff) | 0x800000;
  const half = mantissa >>> shift;
  const rest = mantissa & ((1 << shift) - 1);
  const middle = 1 << (shift - 1);
  return sign | (half + (rest > middle || (rest === middle && half & 1) ? 1 : 0));
}

let widened: Float32Array | undefined;

/** All 65536 values: 256 KiB, made on first use; a look-up is faster than bit work per element. */
function wideningTable(): Float32Array {
  if (widened) return widened;
  const bits = new Uint32Array(65536);
  for (let half = 0; half < 65536; half++) bits[half] = float32Bits(half);
  widened = new Float32Array(bits.buffer);
  return widened;
}

function float32Bits(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 0x1f;
  const mantissa = half & 0x3ff;
  if (exponent === 31) return sign | 0x7f800000 | (mantissa << 13);
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (mantissa << 13);
  if (mantissa === 0) return sign;
  const leading = Math.clz32(mantissa) - 21;
  return sign | ((113 - leading) << 23) | (((mantissa << leading) & 0x3ff) << 13);
}
