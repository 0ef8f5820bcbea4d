import type { Sample } from '../../server/protocol/api.ts';
import type { ModelSummary } from '../../server/protocol/models.ts';
import type { CountTokens, TokenCount } from '../../server/protocol/tokens.ts';
import type { Point } from './core/rect.ts';

export interface UploadedPicture {
  readonly reference: string;
  readonly width: number;
  readonly height: number;
}

/** A picture that a person wants to see large. */
export interface PictureRequest {
  readonly url: string;
  readonly node: string;
  readonly title: string;
  /** Address of the picture that it is to be compared with at once. */
  readonly before?: string;
}

/** A node whose values are set on a picture, large: a drawn mask, or where a cut-out lies. */
export interface EditedNode {
  readonly kind: 'mask' | 'placement';
  readonly node: string;
}

/** What the editor needs from the application around it. All of it may be called at any time. */
export interface EditorHooks {
  /** Stores a picture; rejects with a message for the person. */
  uploadPicture(file: File): Promise<UploadedPicture>;
  /** Where a reference (an image parameter's value) can be fetched from. */
  pictureUrl(reference: string): string;
  models(): readonly ModelSummary[];
  /** Lets the person get the models that are not here, or choose others in their place. */
  settleModels(): void;
  samples(): readonly Sample[];
  /** How long a prompt is for its text encoder; rejects while the server cannot be asked. */
  countTokens(request: CountTokens): Promise<TokenCount>;
  openFilmstrip(node: string): void;
  openPicture(picture: PictureRequest): void;
  openNodeEditor(edited: EditedNode): void;
  /** Files dropped on the empty canvas: workflows, or pictures that may carry one. */
  dropFiles(files: readonly File[], at: Point): void;
  /** Something went wrong that has no better place to be shown. */
  report(message: string): void;
}
