/** How long what a run has learnt may take to reach the disk when the run is stopped, in milliseconds: gigabytes, perhaps. */
export const KEEP_GRACE = 600_000;
