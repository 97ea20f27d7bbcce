//! The sheet in English.

use super::Words;

pub const WORDS: Words = Words {
    tag: "en",
    title: "Paper backup of a trustee's key and share",
    election: "Election",
    id: "Id",
    trustee: "Trustee",
    what: "This is a paper backup of a trustee's signing key and share: ciphertext under the trustee's passphrase, which is kept \
           elsewhere. Sheet and passphrase together are the share.",
    how: "To bring it back, type all numbered lines into a file, or scan the codes into it one after the other, and run:",
    command: "plebiscite-trustee restore-paper FILE --folder NEW --record URL --election ID",
    reading: "Case does not matter; O is 0, I and L are 1. Each line ends with a check, so that a mistyped line is found by its \
              number.",
    restored: |confirm| {
        format!(
            "A restored share never confirms a seal, and decrypts only once at least {confirm} other trustees have confirmed it."
        )
    },
    irreplaceable: |trustees| {
        format!(
            "In this election all {trustees} trustees must confirm the seal, and a restored share never confirms one: this sheet \
             cannot replace a lost folder."
        )
    },
    destroy: "Destroy this sheet when the result is certified.",
    to_type: "To type",
    line: "line",
    to_scan: "To scan: the codes in their order, each with some of the lines",
    code: |code, codes, first, last| format!("code {code} of {codes}: lines {first} to {last}"),
    foot: |trustee| format!("trustee {trustee}: ciphertext under the passphrase, which is kept elsewhere"),
    page: |page, pages| format!("{page} of {pages}"),
};
