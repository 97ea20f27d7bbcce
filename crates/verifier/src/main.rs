//! `plebiscite-verify`: checks a record, or one receipt, from public bytes. One command a file.

mod commands;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use plebiscite_verifier::check::names;
use plebiscite_verifier::printable::Printable;

use commands::{PASS, Stop, USAGE, out};

/// Checks a whole election again from public bytes.
#[derive(Parser)]
#[command(name = "plebiscite-verify", version, arg_required_else_help = true)]
struct Arguments {
    /// List every named check and what it says.
    #[arg(long)]
    list_checks: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Check a whole record: a folder, a record in one file, or the address of a log (http://…/e/<16>/).
    Record(commands::record::Arguments),
    /// Put together what several of your machines verified of one record.
    Combine(commands::combine::Arguments),
    /// Check that a receipt shows an entry in a log.
    Receipt(commands::receipt::Arguments),
    /// Check that a file of evidence shows two logs of one election, signed by one key. Needs nothing else.
    Evidence(commands::evidence::Arguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.list_checks {
        return print_checks();
    }
    let done = match arguments.command {
        Some(Command::Record(arguments)) => commands::record::run(&arguments),
        Some(Command::Combine(arguments)) => commands::combine::run(&arguments),
        Some(Command::Receipt(arguments)) => commands::receipt::run(&arguments),
        Some(Command::Evidence(arguments)) => commands::evidence::run(&arguments),
        None => Err(Stop(USAGE, "say what to check: record, combine, receipt or evidence".to_owned())),
    };
    match done {
        Ok(code) => code.into(),
        Err(Stop(code, sentence)) => {
            eprintln!("plebiscite-verify: {}", Printable(&sentence));
            code.into()
        }
    }
}

fn print_checks() -> ExitCode {
    let lines: String = names::all().map(|(_, name, sentence)| format!("{name:<20} {sentence}\n")).collect();
    match out(&lines) {
        Ok(()) => PASS.into(),
        Err(Stop(code, _)) => code.into(),
    }
}
