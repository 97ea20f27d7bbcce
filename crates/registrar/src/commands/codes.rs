//! `codes`: the file for a printer, once the roll is sealed; encrypted to the printer's key, or as it is.

use std::path::{Path, PathBuf};

use plebiscite_election::counted::{counted, either};
use plebiscite_registrar::letters::codes_csv;
use plebiscite_registrar::made::{File, Kind};
use plebiscite_registrar::printer::PrinterKey;
use plebiscite_registrar::roll_csv::Channel;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files::{self, Access};
use plebiscite_roles::program::{Log, Place, print_line};
use zeroize::Zeroizing;

use super::{sealed_codes, site_of, tell};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    log: Log,
    /// The prepared roll.
    #[arg(long, value_name = "FILE")]
    roll: PathBuf,
    /// The codes file; it must not be there yet.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Only codes that go this way: a printer of letters needs no codes of e-mails. All unless given.
    #[arg(long)]
    channel: Option<Channel>,
    /// Encrypt the file to this public key of age (age1…), which the printer makes by `age-keygen`; the printer opens
    /// it by `age --decrypt`.
    #[arg(long, value_name = "KEY")]
    encrypt_to: Option<String>,
    /// The site that voters' links lead to; the server of the record unless given.
    #[arg(long, value_name = "URL")]
    site: Option<String>,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let key = arguments.encrypt_to.as_deref().map(PrinterKey::parse).transpose();
    let key = key.map_err(|error| Stop::new(Exit::Usage, error))?;
    let (prepared, verified, desk, codes) = sealed_codes(&arguments.place, &arguments.log, &arguments.roll)?;
    let site = site_of(arguments.site.as_deref(), &arguments.log)?;
    let file =
        codes_csv(&site, &verified.election, &prepared, &codes, arguments.channel).map_err(Stop::input)?;
    desk.note(File {
        path: arguments.out.clone(),
        what: Kind::Codes,
        roll: Some(hex::encode(prepared.digest())),
        channel: arguments.channel,
        region: None,
        number: None,
    })?;
    let of = |person: &&plebiscite_registrar::roll_csv::Person| {
        arguments.channel.is_none_or(|channel| channel == person.channel)
    };
    let registrars = verified.record.manifest().map_or(1, |manifest| manifest.registrars().len());
    let count = prepared.people().iter().filter(of).count();
    let written =
        format!("{} {} in {}", counted(count, "code"), either(count, "is", "are"), arguments.out.display());
    match key {
        Some(key) => {
            let mut fresh = Zeroizing::new([0; 48]);
            rand::fill(fresh.as_mut_slice());
            let encrypted = key.encrypt(&file, &fresh, &rand::random()).map_err(Stop::input)?;
            files::create(&arguments.out, &encrypted, Access::Private)?;
            print_line(&format!("{written}, encrypted"))
        }
        None => {
            files::create(&arguments.out, &file, Access::Private)?;
            tell(&open_codes(&arguments.out, count, registrars));
            print_line(&format!("{written}, in the clear"))
        }
    }
}

/// What a file of codes in the clear lets its reader do, and how it is avoided.
fn open_codes(path: &Path, count: usize, registrars: usize) -> String {
    let power = if registrars > 1 {
        "Whoever reads it needs only the other registrar's codes to vote in the voters' place"
    } else {
        "Whoever reads it can vote in the voters' place"
    };
    format!(
        "WARNING: {} holds {} in the clear. {power}. Give it to nobody as it is: for a printer, make it with --encrypt-to age1…, \
         the key that the printer makes by `age-keygen`. `destroy` removes this file with the others at the end.",
        path.display(),
        counted(count, "code"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_in_the_clear_are_warned_of_by_what_their_reader_can_do() {
        let path = Path::new("codes.csv");
        let alone = open_codes(path, 1, 1);
        assert!(
            alone.contains("codes.csv holds 1 code in the clear") && alone.contains("--encrypt-to"),
            "{alone}"
        );
        assert!(alone.contains("can vote in the voters' place") && !alone.contains("other registrar"));
        assert!(open_codes(path, 20, 2).contains("needs only the other registrar's codes"));
    }
}
