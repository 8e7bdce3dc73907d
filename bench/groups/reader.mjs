/** Reading an answer in pieces of four bytes, in the crate alone. */
import { row } from "../measure/report.mjs";
import { runCore } from "./core.mjs";

export async function reader({ core }) {
  const { bytes, readerShort, readerLong, readerBeside, reparse } = await runCore(core, "reader");
  const kilobytes = (count) => `${Math.round(count / 1024)} KiB`;
  return [
    row({
      what: "An answer in 4-byte pieces: 16 times the length (linear: 16 ×, allowed: 20 ×)",
      unit: "ms",
      ours: readerLong,
      theirs: readerShort,
      oursIs: `bridge-assistant's reader, ${kilobytes(bytes.long)}`,
      theirsIs: `the same, ${kilobytes(bytes.short)}`,
    }),
    row({
      what: "An answer in 4-byte pieces: reading on, or parsing all again",
      unit: "ms",
      ours: readerBeside,
      theirs: reparse,
      oursIs: `bridge-assistant's reader, ${kilobytes(bytes.short)}`,
      theirsIs: "serde_json::from_str of all text at each piece",
    }),
  ];
}
