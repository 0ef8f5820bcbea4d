/** A square matrix in double precision, row by row. */
export interface SquareMatrix {
  readonly size: number;
  readonly data: Float64Array;
}

export function squareMatrix(size: number, data = new Float64Array(size * size)): SquareMatrix {
  return { size, data };
}

export function multiply(a: SquareMatrix, b: SquareMatrix): SquareMatrix {
  const { size } = a;
  const product = squareMatrix(size);
  for (let row = 0; row < size; row++) {
    for (let k = 0; k < size; k++) {
      const factor = a.data[row * size + k]!;
      for (let column = 0; column < size; column++) {
        product.data[row * size + column]! += factor * b.data[k * size + column]!;
      }
    }
  }
  return product;
}
