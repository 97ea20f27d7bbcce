//! `plebiscite-registrar`: a registrar's own program. One command a file.

mod commands;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use plebiscite_roles::cli::end;
use plebiscite_roles::manual::{Completions, Man};

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
    /// Import a voter file (CSV) as the prepared roll of both registrars, or list what is wrong with it.
    Prepare(commands::prepare::Arguments),
    /// Show what differs between two rolls: added, removed, moved to another region.
    Diff(commands::diff::Arguments),
    /// Answer whether a voter is on the roll, and whether a letter was made. Shows no code.
    Lookup(commands::lookup::Arguments),
    /// Make codes for the prepared roll and commit to the list.
    Commit(commands::commit::Arguments),
    /// Publish the list, once all registrars have committed.
    Publish(commands::publish::Arguments),
    /// Copy the log into a folder, to be carried to a machine without a network.
    Copy(plebiscite_roles::carried::Copy),
    /// Post a file of entries that a program without a network has written.
    Send(plebiscite_roles::carried::Send),
    /// Verify the record and sign a proposed roll seal.
    Seal(commands::seal::Arguments),
    /// Write the letters as PDF, a file for each region, once the roll is sealed.
    Letters(commands::letters::Arguments),
    /// Write the e-mails, a file for each voter who gets one, once the roll is sealed.
    Emails(commands::emails::Arguments),
    /// Write the codes for a printer as CSV, encrypted or not, once the roll is sealed.
    Codes(commands::codes::Arguments),
    /// Add this registrar's part of a replacement, sign it once complete, or write its letter.
    Replace(commands::replace::Arguments),
    /// Destroy all personal files, once the record is certified or cancelled, and sign a certificate.
    Destroy(commands::destroy::Arguments),
    /// Verify a certificate of destruction.
    VerifyCertificate(commands::verify_certificate::Arguments),
    /// Print completions for a shell.
    Completions(Completions),
    /// Write the manual pages into a folder.
    Man(Man),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Init(arguments) => commands::init::run(&arguments),
        Command::Prepare(arguments) => commands::prepare::run(&arguments),
        Command::Commit(arguments) => commands::commit::run(&arguments),
        Command::Publish(arguments) => commands::publish::run(&arguments),
        Command::Copy(arguments) => arguments.run(),
        Command::Send(arguments) => arguments.run(),
        Command::Seal(arguments) => commands::seal::run(&arguments),
        Command::Diff(arguments) => commands::diff::run(&arguments),
        Command::Lookup(arguments) => commands::lookup::run(&arguments),
        Command::Letters(arguments) => commands::letters::run(&arguments),
        Command::Emails(arguments) => commands::emails::run(&arguments),
        Command::Destroy(arguments) => commands::destroy::run(&arguments),
        Command::VerifyCertificate(arguments) => commands::verify_certificate::run(&arguments),
        Command::Completions(arguments) => arguments.run(Arguments::command()),
        Command::Man(arguments) => arguments.run(Arguments::command()),
        Command::Codes(arguments) => commands::codes::run(&arguments),
        Command::Replace(arguments) => commands::replace::run(&arguments),
    };
    end(commands::PROGRAM, result)
}
