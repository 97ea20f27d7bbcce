//! `plebiscite-voter`: cast, test and check from a terminal. One command a file.

mod commands;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use plebiscite_roles::cli::end;

/// A voter's own program: cast, test, check.
#[derive(Parser)]
#[command(name = "plebiscite-voter", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Encrypt a vote, show its control code, then cast it, or test this device.
    Cast(commands::cast::Arguments),
    /// Encrypt a choice, show its control code, and open it for a second device; nothing is cast.
    Test(commands::test::Arguments),
    /// On a second device: recompute a tested ballot from its opening.
    CheckTest(commands::check_test::Arguments),
    /// Look up what stands in the book under a roll number.
    Check(commands::check::Arguments),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Cast(arguments) => commands::cast::run(&arguments),
        Command::Test(arguments) => commands::test::run(&arguments),
        Command::CheckTest(arguments) => commands::check_test::run(&arguments),
        Command::Check(arguments) => commands::check::run(&arguments),
    };
    end("plebiscite-voter", result)
}
