/** What runs left open so that their steps can be looked into: the files and the memory of inversions. */
export class LeftOpen {
  readonly #releases: (() => Promise<void>)[] = [];

  add(release: () => Promise<void>): void {
    this.#releases.push(release);
  }

  async release(): Promise<void> {
    for (const release of this.#releases.splice(0)) await release();
  }
}
