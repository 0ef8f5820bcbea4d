import { shallowRef } from 'vue';

export interface NameQuestion {
  readonly kind: 'name';
  readonly title: string;
  readonly value: string;
  readonly confirm: string;
  /** Why a name cannot be taken; undefined when it can. */
  check(name: string): string | undefined;
}

export interface ChoiceQuestion {
  readonly kind: 'choice';
  readonly title: string;
  readonly text?: string;
  readonly list?: readonly string[];
  readonly picture?: string;
  readonly choices: readonly {
    readonly value: string;
    readonly title: string;
    readonly tone?: 'primary' | 'danger';
  }[];
}

export type Question = NameQuestion | ChoiceQuestion;

/** Asks the person something; one question at a time, later ones wait for their turn. */
export class Dialogs {
  private readonly currentRef = shallowRef<Question | null>(null);
  private answer: ((value: string | undefined) => void) | undefined;
  private last: Promise<unknown> = Promise.resolve();

  get current(): Question | null {
    return this.currentRef.value;
  }

  /** The name, or the chosen value; undefined when the person went back. */
  ask(question: Question): Promise<string | undefined> {
    const turn = this.last.then(
      () =>
        new Promise<string | undefined>((resolve) => {
          this.answer = resolve;
          this.currentRef.value = question;
        }),
    );
    this.last = turn;
    return turn;
  }

  /** Called by the view. */
  settle(value: string | undefined): void {
    this.currentRef.value = null;
    this.answer?.(value);
    this.answer = undefined;
  }
}
