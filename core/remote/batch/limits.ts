/** Bytes of one encoded batch at most. */
export const BATCH_BYTES: number = 1 << 20;

/** Bytes of a directory's path at most, without the NUL. */
export const PATH_BYTES = 65_535;

/** Bytes of a name at most (NAME_MAX of limits.h). */
export const NAME_BYTES = 255;

/** Bytes of a symbolic link's target at most (PATH_MAX of limits.h, with the NUL). */
export const TARGET_BYTES = 4095;

/** Bytes of an extended attribute's value at most (XATTR_SIZE_MAX of linux/limits.h). */
export const ATTRIBUTE_BYTES = 65_536;

/** Encoded bytes of all attributes of one entry at most; an entry with more cannot be sent. */
export const ATTRIBUTES_BYTES: number = 512 << 10;

/** Bytes of one hash in the column of hashes. */
export const HASH_BYTES = 32;

/** The largest number that a size may be: doubles are exact up to here. */
export const SIZE_MAX: number = Number.MAX_SAFE_INTEGER;
