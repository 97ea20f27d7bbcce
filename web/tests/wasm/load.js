// Loads web/pkg in node, as it lies there, without a browser.

import { readFileSync } from "node:fs";
import { initSync, SeededBallots } from "../../pkg/plebiscite_web.js";

/** @param {string} path */
const file = (path) => readFileSync(new URL(path, import.meta.url));

/** The module's bytes. */
export const module = file("../../pkg/plebiscite_web_bg.wasm");

/**
 * What the native program makes of the same records and seeds, one record for each kind of question.
 * @type {{ kind: string, record: object, ballots: { answers: unknown[], seed: string, body: string }[] }[]}
 */
export const vectors = JSON.parse(file("vector.json").toString());

initSync({ module });

/** Ballots of a vector's election. @param {{ record: object }} vector */
export const ballots = ({ record }) => new SeededBallots(JSON.stringify(record));

/** @param {string} hex */
export const bytes = (hex) => Uint8Array.from(Buffer.from(hex, "hex"));
