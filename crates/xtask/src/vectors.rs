//! `cargo xtask vectors`: makes the known answers of `proofs/vectors` again, or compares them with what is made.

use std::process::Command;

use clap::Args;

use crate::command::{self, cargo, root};

/// What to do with the vectors.
#[derive(Debug, Args)]
pub struct Options {
    /// Write nothing; fail where a file differs from what is made, is missing, or is no vector.
    #[arg(long)]
    check: bool,
}

/// Makes all vectors again, or compares them.
///
/// # Errors
/// A sentence, where the maker fails or a file differs.
pub fn run(options: &Options) -> Result<(), String> {
    let folder = root().join("proofs/vectors");
    let built = command::build(&["plebiscite-vectors"], &[], false)?;
    let mut make = Command::new(built.join("plebiscite-vectors"));
    if options.check {
        make.arg("--check");
    }
    command::run("the maker of the vectors", make.arg(folder))
}

/// The part of the tests: the files are as they are made, and every case has its outcome.
///
/// # Errors
/// As [`run`], or where a test fails.
pub fn part() -> Result<(), String> {
    run(&Options { check: true })?;
    command::run("the vectors' cases", &mut cargo(&["test", "--workspace", "--test", "vectors"]))
}
