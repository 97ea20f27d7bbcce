//! `plebiscite-trustee`: a trustee's own program. One command a file.

mod commands;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use plebiscite_roles::cli::end;
use plebiscite_roles::manual::{Completions, Man};

/// A trustee's own program: the ceremony, the one seal, the decryption.
#[derive(Parser)]
#[command(name = "plebiscite-trustee", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make this trustee's signing key and print its public half.
    Init(commands::init::Arguments),
    /// Do what is due in the ceremony; with --watch, until the keys are confirmed.
    Ceremony(commands::ceremony::Arguments),
    /// Copy the log into a folder, to be carried to a machine without a network.
    Copy(plebiscite_roles::carried::Copy),
    /// Post a file of entries that a program without a network has written.
    Send(plebiscite_roles::carried::Send),
    /// Say who has done what, who is awaited, what this folder holds, and the next step.
    Status(commands::status::Arguments),
    /// Verify the whole record and confirm its seal: once, and no other ever.
    Confirm(commands::confirm::Arguments),
    /// Decrypt the sums of the confirmed seal.
    Decrypt(commands::decrypt::Arguments),
    /// Verify the record and sign a successor of a key.
    Sign(commands::sign::Arguments),
    /// Open the share and compare it with the verified record; nothing is decrypted.
    Rehearse(commands::rehearse::Arguments),
    /// Say with how many trustees what still works, also if some are lost.
    Recovery(commands::recovery::Arguments),
    /// Copy the share into another vault, which never confirms a seal.
    Backup(commands::backup::Arguments),
    /// Take the share out of a backup into a folder that has no memory of this election.
    Restore(commands::backup::RestoreArguments),
    /// Print the signing key and the share, as ciphertext, in lines that can be typed again.
    PaperBackup(commands::paper::Arguments),
    /// Take key and share out of the typed or scanned lines of a paper backup.
    RestorePaper(commands::backup::RestoreArguments),
    /// Destroy the share, once it is not needed any more.
    Destroy(commands::destroy::Arguments),
    /// Print what a shell needs to complete this program's command line.
    Completions(Completions),
    /// Write the manual pages of this program and its commands.
    Man(Man),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Init(arguments) => commands::init::run(&arguments),
        Command::Ceremony(arguments) => commands::ceremony::run(&arguments),
        Command::Copy(arguments) => arguments.run(),
        Command::Send(arguments) => arguments.run(),
        Command::Status(arguments) => commands::status::run(&arguments),
        Command::Confirm(arguments) => commands::confirm::run(&arguments),
        Command::Decrypt(arguments) => commands::decrypt::run(&arguments),
        Command::Sign(arguments) => commands::sign::run(&arguments),
        Command::Rehearse(arguments) => commands::rehearse::run(&arguments),
        Command::Recovery(arguments) => commands::recovery::run(&arguments),
        Command::Backup(arguments) => commands::backup::run(&arguments),
        Command::Restore(arguments) => commands::backup::restore(&arguments),
        Command::PaperBackup(arguments) => commands::paper::run(&arguments),
        Command::RestorePaper(arguments) => commands::paper::restore(&arguments),
        Command::Destroy(arguments) => commands::destroy::run(&arguments),
        Command::Completions(arguments) => arguments.run(Arguments::command()),
        Command::Man(arguments) => arguments.run(Arguments::command()),
    };
    end("plebiscite-trustee", result)
}
