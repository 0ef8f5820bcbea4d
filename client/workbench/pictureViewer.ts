import { shallowRef } from 'vue';
import type { LensPlace } from './lensPlace.ts';

export interface ViewedPicture {
  readonly title: string;
  readonly url: string;
  /** What it can be compared with, e.g. the picture that went in. */
  readonly before?: { readonly title: string; readonly url: string };
  /** What it is called beside that; its title unless told. */
  readonly after?: string;
  /** Whether it is compared from the start. */
  readonly comparing?: boolean;
  /** The step that it came out of, for the attention lens. */
  readonly lens?: LensPlace;
  /** Name of the file when it is downloaded. */
  readonly fileName?: string;
}

/** The picture that is open large. */
export class PictureViewer {
  private readonly currentRef = shallowRef<ViewedPicture | null>(null);

  get current(): ViewedPicture | null {
    return this.currentRef.value;
  }

  open(picture: ViewedPicture): void {
    this.currentRef.value = picture;
  }

  close(): void {
    this.currentRef.value = null;
  }
}
