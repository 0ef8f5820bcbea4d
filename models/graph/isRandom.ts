/** Whether an operator makes something else each time that it is computed: neither to be merged nor to be repeated. */
export function isRandom(op: string): boolean {
  return /^(Random|Bernoulli|Multinomial|Dropout)/.test(op);
}
