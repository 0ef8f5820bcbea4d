/**
 * - `shape`: operands do not fit together
 * - `dtype`: operands of element types that the operator does not take
 * - `rank`: an operand has another number of axes than the operator needs
 * - `attribute`: an attribute is out of its range
 * - `duplicate-name`: two inputs, outputs or weights of one name
 * - `unknown-name`: something was asked for that the graph does not have
 * - `no-gradient`: an operator that cannot be differentiated
 */
export type GraphErrorCode =
  'shape' | 'dtype' | 'rank' | 'attribute' | 'duplicate-name' | 'unknown-name' | 'no-gradient';

/** A graph that cannot be built. `scope` is the path of the layer concerned. */
export class GraphError extends Error {
  override readonly name = 'GraphError';
  readonly code: GraphErrorCode;
  readonly scope: string;

  constructor(code: GraphErrorCode, scope: string, message: string) {
    super(scope ? `${scope}: ${message}` : message);
    this.code = code;
    this.scope = scope;
  }
}
