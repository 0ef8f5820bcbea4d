import type { Picture } from '../../../models/image/picture.ts';
import type { Tensor } from '../../../models/tensor/tensor.ts';

/** How one tensor, table or picture of a case came out. */
export interface Comparison {
  readonly name: string;
  readonly absolute: number;
  /** The absolute error over the largest expected magnitude. */
  readonly relative: number;
  readonly tolerance: number;
  /** An 8-bit picture: its error is in levels. */
  readonly isPicture?: boolean;
  readonly problem?: string;
}

/** Collects the comparisons of one case. */
export class ParityReport {
  readonly comparisons: Comparison[] = [];
  /** Sentences about what could not be compared. */
  readonly remarks: string[] = [];

  /** Compares values of one shape; a shape of another size or order is a failure. */
  tensor(name: string, found: Tensor, expected: Tensor, tolerance: number): void {
    if (found.shape.join() !== expected.shape.join()) {
      this.failure(
        name,
        `has the shape [${found.shape.join(', ')}], expected [${expected.shape.join(', ')}]`,
      );
      return;
    }
    this.values(name, found.data, expected.data, tolerance);
  }

  values(name: string, found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
    if (found.length !== expected.length) {
      this.failure(name, `has ${found.length} values, expected ${expected.length}`);
      return;
    }
    let [absolute, largest] = [0, 0];
    for (let i = 0; i < expected.length; i++) {
      // NaN on either side must not pass as small; infinities must agree.
      const error = found[i] === expected[i] ? 0 : Math.abs(found[i]! - expected[i]!);
      absolute = error >= 0 ? Math.max(absolute, error) : Infinity;
      largest = Math.max(largest, Math.abs(expected[i]!));
    }
    const relative = absolute === 0 ? 0 : absolute / (largest || 1);
    this.comparisons.push({ name, absolute, relative, tolerance });
  }

  /** Compares 8-bit levels. */
  picture(name: string, found: Picture, expected: Picture, tolerance: number): void {
    if (found.width !== expected.width || found.height !== expected.height) {
      const [is, should] = [found, expected].map(({ width, height }) => `${width} x ${height}`);
      this.failure(name, `has ${is} pixels, expected ${should}`);
      return;
    }
    this.values(name, found.data, expected.data, tolerance);
    this.comparisons.push({ ...this.comparisons.pop()!, isPicture: true });
  }

  failure(name: string, problem: string): void {
    this.comparisons.push({ name, absolute: Infinity, relative: Infinity, tolerance: 0, problem });
  }

  remark(sentence: string): void {
    this.remarks.push(sentence);
  }

  get failures(): Comparison[] {
    return this.comparisons.filter(({ absolute, tolerance }) => !(absolute <= tolerance));
  }

  get passed(): boolean {
    return this.comparisons.length > 0 && this.failures.length === 0;
  }

  /**
   * The comparison that exceeds its tolerance most or comes closest to it. Pictures, whose rounding alone makes a level,
   * count only when they fail or when there is nothing else.
   */
  get worst(): Comparison | undefined {
    const tensors = this.comparisons.filter(({ isPicture }) => !isPicture);
    const candidates = [this.failures, tensors, this.comparisons].find((list) => list.length > 0) ?? [];
    return candidates.toSorted((a, b) => strain(b) - strain(a))[0];
  }

  /** Largest error of the pictures in levels, when there are any. */
  get worstLevel(): number | undefined {
    const pictures = this.comparisons.filter(({ isPicture }) => isPicture);
    return pictures.length > 0 ? Math.max(...pictures.map(({ absolute }) => absolute)) : undefined;
  }
}

/** Error over tolerance; anything but 0 exceeds a tolerance of 0. */
function strain({ absolute, tolerance }: Comparison): number {
  return absolute === 0 ? 0 : absolute / Math.max(tolerance, Number.MIN_VALUE);
}
