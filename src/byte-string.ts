/**
 * A string of bytes: each character is one byte (0 to 255). Falco compares and searches bytewise, so the engine does
 * too; text becomes a JavaScript string only when an alert is written (see rules/bytes.ts).
 */
export type ByteString = string;
