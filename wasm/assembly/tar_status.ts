/**
 * What unpacking and packing answer; core/shard/shard_error.ts gives each fault its code and
 * sentence, by these same numbers.
 */
export const ENTRY_READY: i32 = 0;
export const NEEDS_MORE: i32 = 1;
export const AT_END: i32 = 2;

export const BAD_CHECKSUM: i32 = -1;
export const NOT_USTAR: i32 = -2;
export const BAD_NUMBER: i32 = -3;
export const NUMBER_TOO_LARGE: i32 = -4;
export const UNSUPPORTED_TYPE: i32 = -5;
export const BAD_NAME: i32 = -6;
export const BAD_LINK: i32 = -7;
export const BAD_PAX: i32 = -8;
export const PAX_TOO_LARGE: i32 = -9;
export const UNSUPPORTED_PAX: i32 = -10;
export const UNEXPECTED_CONTENT: i32 = -11;
export const BAD_END: i32 = -12;
