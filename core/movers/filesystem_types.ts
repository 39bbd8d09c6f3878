import type { Handle, Name, Sys } from "../sys/mod.ts";
import type { MoverContext } from "./context.ts";
import type { TransferSummary } from "../transfer/events.ts";

/** The types of the file systems of a run's first source and its destination. */
export type FilesystemTypes = Pick<
  TransferSummary,
  "sourceFilesystem" | "destinationFilesystem"
>;

/**
 * Asks the kernel which they are: by directories that are held, or by paths, which are not touched.
 * What is not on this machine is left out.
 */
export function filesystemTypes(
  sys: Sys,
  source: Handle | Name | undefined,
  destination: Handle | Name | undefined,
): FilesystemTypes {
  const [sourceFilesystem, destinationFilesystem] = [source, destination].map((place) =>
    place === undefined ? undefined : sys.filesystemType(place)
  );
  return {
    ...(sourceFilesystem !== undefined && { sourceFilesystem }),
    ...(destinationFilesystem !== undefined && { destinationFilesystem }),
  };
}

/** Those of a run by the directories that it holds; what may hang must not be opened for it. */
export function heldFilesystemTypes(context: MoverContext, mayHang: boolean): FilesystemTypes {
  const { sys, job: { sources: [first] } } = context;
  if (mayHang || first === undefined) return filesystemTypes(sys, first?.root, first?.destination);
  return filesystemTypes(sys, ...context.roots(0));
}
