//! `cargo xtask vectors`: makes the known answers of `proofs/vectors` again; the bytes must come out the same.

use crate::command::{self, cargo, root};

/// Makes all vectors again.
///
/// # Errors
/// A sentence, where a maker fails.
pub fn run() -> Result<(), String> {
    let file = root().join("proofs/vectors/crypto.json");
    let file = file.to_string_lossy().into_owned();
    let arguments =
        ["run", "--quiet", "--package", "plebiscite-crypto", "--example", "vectors", "--", file.as_str()];
    command::run("making the vectors of the cryptography", &mut cargo(&arguments))
}
