//! The project's own habits as commands: `cargo xtask demo | test | tidy | bench | vectors | proofs | wasm`.

mod bench;
mod browser;
mod checkers;
mod claims;
mod command;
mod demo;
mod figures;
mod long;
mod proofs;
mod test;
mod tidy;
mod vectors;
mod wasm;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The project's own habits as commands.
#[derive(Debug, Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Hold the Swiss vote of 7 June 1970 with all roles as separate programs, and verify it from outside.
    Demo(demo::Options),
    /// Run every test: format, tidiness, lints, unit, vector, doc tests, others' checkers, stories, the demo, the pages in
    /// a browser.
    Test(test::Options),
    /// Check the invariants of the house.
    Tidy,
    /// Measure, and print a table.
    Bench(bench::Options),
    /// Make the test vectors again, or compare them with what is made.
    Vectors(vectors::Options),
    /// The second verifier on all vectors and on generated records, beside ours; the machine-checked proofs.
    Proofs(proofs::Options),
    /// Build what browsers load, web/pkg, or check that two builds give the same bytes.
    Wasm(wasm::Options),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Demo(options) => demo::run(&options),
        Command::Test(options) => test::run(&options),
        Command::Tidy => tidy::run(),
        Command::Bench(options) => bench::run(&options),
        Command::Vectors(options) => vectors::run(&options),
        Command::Proofs(options) => proofs::run(&options),
        Command::Wasm(options) => wasm::run(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("xtask: {sentence}");
            ExitCode::FAILURE
        }
    }
}
