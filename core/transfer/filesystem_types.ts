import type { MoverContext } from "../movers/context.ts";
import type { TransferSummary } from "./events.ts";

/** The types of the file systems of a run's first source and its destination. */
export type FilesystemTypes = Pick<
  TransferSummary,
  "sourceFilesystem" | "destinationFilesystem"
>;

/**
 * Asks the kernel which they are: by the directories that the run holds, or where a file system may
 * hang, which must not be touched from here, by their paths, links not followed.
 */
export function filesystemTypes(context: MoverContext, mayHang: boolean): FilesystemTypes {
  const { sys, job: { sources: [first] } } = context;
  if (first === undefined) return {};
  const [source, destination] = mayHang ? [first.root, first.destination] : context.roots(0);
  const sourceFilesystem = source === undefined ? undefined : sys.filesystemType(source);
  const destinationFilesystem = destination === undefined
    ? undefined
    : sys.filesystemType(destination);
  return {
    ...(sourceFilesystem !== undefined && { sourceFilesystem }),
    ...(destinationFilesystem !== undefined && { destinationFilesystem }),
  };
}
