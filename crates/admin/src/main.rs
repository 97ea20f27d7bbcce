//! `plebiscite-admin`: the officials' program. One command a file.

mod commands;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use plebiscite_roles::cli::end;

/// The officials' program: draft, propose, sign, post.
#[derive(Parser)]
#[command(name = "plebiscite-admin", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make this official's signing key and print its public half.
    Init(commands::init::Arguments),
    /// Write a manifest from a description, and list what may be done better.
    Draft(commands::draft::Arguments),
    /// Write a description to edit, from the parties' keys.
    Template(commands::template::Arguments),
    /// Propose to hold the election of a manifest.
    Manifest(commands::manifest::Arguments),
    /// Verify the record, show a proposed act, and sign it.
    Sign(commands::sign::Arguments),
    /// Post an act that is signed enough.
    Post(commands::post::Arguments),
    /// Compute the result from the record and post it.
    Result(commands::result::Arguments),
    /// Say where the election stands and what comes next.
    Status(commands::status::Arguments),
    #[command(flatten)]
    Propose(commands::propose::Act),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Init(arguments) => commands::init::run(&arguments),
        Command::Draft(arguments) => commands::draft::run(&arguments),
        Command::Template(arguments) => commands::template::run(&arguments),
        Command::Manifest(arguments) => commands::manifest::run(&arguments),
        Command::Sign(arguments) => commands::sign::run(&arguments),
        Command::Post(arguments) => commands::post::run(&arguments),
        Command::Result(arguments) => commands::result::run(&arguments),
        Command::Status(arguments) => commands::status::run(&arguments),
        Command::Propose(act) => commands::propose::run(&act),
    };
    end("plebiscite-admin", result)
}
