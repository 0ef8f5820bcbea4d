/** Cells of a latent: attention over the square of a larger one's takes more memory than a step that looks at crops. */
const LARGEST = 48;

/** Side of the latent that shows how far a training is: twice a crop's, which shows more than brushwork, where that is not large. */
export const pictureSide = (crop: number): number => Math.max(crop, Math.min(2 * crop, LARGEST));
