/**
 * What has been found waits no longer than this for a batch or a shard to become full, or for the
 * mover that has found it, in milliseconds.
 */
export const BEAT_MS = 500;
