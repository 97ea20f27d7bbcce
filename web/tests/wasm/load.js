// Loads web/pkg in node, as it lies there, without a browser.

import { readFileSync } from "node:fs";
import { initSync, SeededBallots } from "../../pkg/plebiscite_web.js";

/** @param {string} path */
const file = (path) => readFileSync(new URL(path, import.meta.url));

/** The module's bytes. */
export const module = file("../../pkg/plebiscite_web_bg.wasm");

/**
 * What the native program makes of the same record and seed.
 * @type {{ record: object, ballots: { options: (string | null)[], seed: string, body: string }[] }}
 */
export const vector = JSON.parse(file("vector.json").toString());

initSync({ module });

/** Ballots of the vector's election. */
export const ballots = () => new SeededBallots(JSON.stringify(vector.record));

/** @param {string} hex */
export const bytes = (hex) => Uint8Array.from(Buffer.from(hex, "hex"));
