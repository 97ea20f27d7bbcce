//! `plebiscite-registrar`: a registrar's own program. One command a file.

mod commands;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use plebiscite_roles::cli::end;

/// A registrar's own program: the roll, codes and letters.
#[derive(Parser)]
#[command(name = "plebiscite-registrar", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make this registrar's signing key and print its public half.
    Init(commands::init::Arguments),
    /// Prepare a voter file (CSV: voter, region, language) for both registrars.
    Prepare(commands::prepare::Arguments),
    /// Make codes for the prepared roll and commit to the list.
    Commit(commands::commit::Arguments),
    /// Publish the list, once all registrars have committed.
    Publish(commands::publish::Arguments),
    /// Verify the record and sign a proposed roll seal.
    Seal(commands::seal::Arguments),
    /// Write the codes for the printer, once the roll is sealed.
    Codes(commands::codes::Arguments),
    /// Add this registrar's part of a replacement, sign it once complete, or write its code.
    Replace(commands::replace::Arguments),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Init(arguments) => commands::init::run(&arguments),
        Command::Prepare(arguments) => commands::prepare::run(&arguments),
        Command::Commit(arguments) => commands::commit::run(&arguments),
        Command::Publish(arguments) => commands::publish::run(&arguments),
        Command::Seal(arguments) => commands::seal::run(&arguments),
        Command::Codes(arguments) => commands::codes::run(&arguments),
        Command::Replace(arguments) => commands::replace::run(&arguments),
    };
    end("plebiscite-registrar", result)
}
