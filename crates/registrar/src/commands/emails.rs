//! `emails`: a file for each voter who gets an e-mail, once the roll is sealed. Sending them is the operator's.

use std::path::PathBuf;

use plebiscite_election::counted::{counted, either};
use plebiscite_registrar::letter::email::{is_sender, message};
use plebiscite_registrar::letter::{Letter, LetterError};
use plebiscite_registrar::made::{File, Kind};
use plebiscite_registrar::roll_csv::Channel;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files::{self, Access};
use plebiscite_roles::program::{Log, Place, print_line};
use plebiscite_roles::progress::Progress;

use super::letters::{each, numbers};
use super::{Printing, sealed_codes};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    log: Log,
    /// The prepared roll.
    #[arg(long, value_name = "FILE")]
    roll: PathBuf,
    /// Where the e-mails go, as ROLL-NUMBER.eml.
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// The address that they come from.
    #[arg(long, value_name = "ADDRESS")]
    from: String,
    #[command(flatten)]
    printing: Printing,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    if !is_sender(&arguments.from) {
        return Err(Stop::new(Exit::Usage, format!("{:?} is no e-mail address", arguments.from)));
    }
    let (prepared, verified, desk, codes) = sealed_codes(&arguments.place, &arguments.log, &arguments.roll)?;
    let vote = arguments.printing.vote(&verified, &arguments.log, desk.registrar)?;
    let numbers = numbers(&prepared, None, Channel::Email);
    files::make_folder(&arguments.out)?;
    desk.note(File {
        path: arguments.out.clone(),
        what: Kind::Emails,
        roll: Some(hex::encode(prepared.digest())),
        channel: Some(Channel::Email),
        region: None,
        number: None,
    })?;
    let shown = Progress::over("writing e-mails", numbers.len() as u64);
    each((&prepared, &codes), &numbers, |to| {
        let letter = Letter::compose(&vote, &to).map_err(|error: LetterError| Stop::input(error))?;
        let path = arguments.out.join(format!("{:07}.eml", to.number));
        files::replace(&path, &message(&letter, &arguments.from), Access::Private)?;
        shown.step();
        Ok::<_, Stop>(())
    })?;
    drop(shown);
    print_line(&format!(
        "{} {} in {}",
        counted(numbers.len(), "e-mail"),
        either(numbers.len(), "is", "are"),
        arguments.out.display()
    ))
}
