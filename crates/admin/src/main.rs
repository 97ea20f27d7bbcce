//! `plebiscite-admin`: the officials' program. One command a file.

mod commands;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use plebiscite_roles::cli::end;
use plebiscite_roles::manual::{Completions, Man};

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
    /// Draft a description by answering questions one by one.
    New(commands::new::Arguments),
    /// List every fault of a description or manifest, each with how to fix it, and advice apart.
    Lint(commands::lint::Arguments),
    /// Write a manifest from a description, and list what may be done better.
    Draft(commands::draft::Arguments),
    /// Write a description to edit, from the parties' keys.
    Template(commands::template::Arguments),
    /// Explain the decision rule in numbers, for a roll of some size or the sealed roll of a record.
    Explain(commands::explain::Arguments),
    /// Write the same election as a TEST manifest, to be held before the real one is signed.
    Rehearsal(commands::rehearsal::Arguments),
    /// Propose to hold the election of a manifest.
    Manifest(commands::manifest::Arguments),
    /// Verify the record, show a proposed act, and sign it.
    Sign(commands::sign::Arguments),
    /// List the acts that collect signatures on the record's server.
    Proposals(commands::proposals::Arguments),
    /// Post an act that is signed enough.
    Post(commands::post::Arguments),
    /// Compute the result from the record and post it.
    Result(commands::result::Arguments),
    /// Write the protocol of the result as PDF/A, the counts, the report, and the whole record in one file.
    Documents(commands::documents::Arguments),
    /// Say where the election stands and what comes next.
    Status(commands::status::Arguments),
    /// Print completions for a shell.
    Completions(Completions),
    /// Write manual pages.
    Man(Man),
    #[command(flatten)]
    Propose(commands::propose::Act),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Init(arguments) => commands::init::run(&arguments),
        Command::New(arguments) => commands::new::run(&arguments),
        Command::Lint(arguments) => commands::lint::run(&arguments),
        Command::Draft(arguments) => commands::draft::run(&arguments),
        Command::Template(arguments) => commands::template::run(&arguments),
        Command::Explain(arguments) => commands::explain::run(&arguments),
        Command::Rehearsal(arguments) => commands::rehearsal::run(&arguments),
        Command::Manifest(arguments) => commands::manifest::run(&arguments),
        Command::Sign(arguments) => commands::sign::run(&arguments),
        Command::Proposals(arguments) => commands::proposals::run(&arguments),
        Command::Post(arguments) => commands::post::run(&arguments),
        Command::Result(arguments) => commands::result::run(&arguments),
        Command::Documents(arguments) => commands::documents::run(&arguments),
        Command::Status(arguments) => commands::status::run(&arguments),
        Command::Completions(arguments) => arguments.run(Arguments::command()),
        Command::Man(arguments) => arguments.run(Arguments::command()),
        Command::Propose(act) => commands::propose::run(&act),
    };
    end("plebiscite-admin", result)
}
