//! `template`: a description to edit, from the parties' keys.

use std::path::PathBuf;

use plebiscite_admin::draft::{Keys, Plan, template};
use plebiscite_admin::explain::minimums;
use plebiscite_admin::members::{key, witness};
use plebiscite_admin::questions::{Decided, QuestionKind, Share, base};
use plebiscite_election::manifest::document::{Base, Member};
use plebiscite_election::manifest::key::PublicKey;
use plebiscite_election::manifest::time::Time;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::program::print_line;
use plebiscite_roles::signing::word;

#[derive(clap::Args)]
pub struct Arguments {
    /// The file; it must not be there yet.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// What is voted on.
    #[arg(long)]
    title: String,
    /// An official's public key; repeated.
    #[arg(long, value_name = "KEY", required = true, value_parser = key)]
    official: Vec<PublicKey>,
    /// A trustee's public key; repeated.
    #[arg(long, value_name = "KEY", required = true, value_parser = key)]
    trustee: Vec<PublicKey>,
    /// A registrar's public key; once or twice.
    #[arg(long, value_name = "KEY", required = true, value_parser = key)]
    registrar: Vec<PublicKey>,
    /// The board's public key.
    #[arg(long, value_name = "KEY", value_parser = key)]
    board: PublicKey,
    /// A witness, by the verifier key that `plebiscite-witness new-key` prints, or as NAME=KEY; repeated.
    #[arg(long, value_name = "VKEY", value_parser = witness)]
    witness: Vec<Member>,
    /// The kind of question; repeated for several.
    #[arg(long, value_enum, default_value = "yes_no_blank")]
    kind: Vec<QuestionKind>,
    /// Which majority adopts a question of yes and no, like "more than 1/2" or "at least 2/3".
    #[arg(long, value_name = "SHARE", default_value = "more than 1/2", value_parser = Share::parse)]
    majority: Share,
    /// Of what it is a majority: valid (yes and no), participants (blank counts like no) or eligible.
    #[arg(long, default_value = "valid", value_parser = base)]
    of: Base,
    /// The turnout without which the vote is not valid, like "more than 1/2"; none unless given.
    #[arg(long, value_name = "SHARE", value_parser = Share::parse)]
    turnout: Option<Share>,
    /// The majority of regions that a question of yes and no needs as well; the regions are then to be written in.
    #[arg(long, value_name = "SHARE", value_parser = Share::parse)]
    regions: Option<Share>,
    /// About how many voters will be on the roll: the privacy minimums then fit them. Without it they fit a large roll.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(3..))]
    voters: Option<u32>,
    /// When voting opens, like 2027-05-30T08:00:00Z.
    #[arg(long, value_name = "TIME", value_parser = time)]
    opens: Time,
    /// When voting closes.
    #[arg(long, value_name = "TIME", value_parser = time)]
    closes: Time,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let plan = Plan {
        title: arguments.title.clone(),
        keys: Keys {
            officials: arguments.official.clone(),
            trustees: arguments.trustee.clone(),
            registrars: arguments.registrar.clone(),
            witnesses: arguments.witness.clone(),
        },
        board: arguments.board,
        opens: arguments.opens,
        closes: arguments.closes,
        kinds: arguments.kind.clone(),
        decided: Decided {
            turnout: arguments.turnout,
            of: arguments.of,
            majority: arguments.majority,
            regions: arguments.regions,
        },
        voters: arguments.voters,
    };
    let made = template(&plan).map_err(|error| Stop::new(Exit::CheckFailed, error))?;
    super::draft::write(&arguments.out, &made)?;
    let document = made.document();
    if !document.binding {
        print_line("not binding: a binding vote has at least 5 trustees, 3 of whom decrypt")?;
    }
    match arguments.voters {
        Some(voters) => {
            for sentence in minimums(document, Some(voters)).iter().skip(1) {
                print_line(&format!("privacy: {sentence}"))?;
            }
        }
        None => {
            print_line(
                "privacy: these minimums are for a large roll; for a small one name its size by --voters NUMBER",
            )?;
        }
    }
    let file = word(&arguments.out.to_string_lossy());
    print_line(&format!(
        "next: edit {file}; then: plebiscite-admin lint {file}; then: plebiscite-admin draft {file} --out manifest.json"
    ))
}

/// A time as the manifest writes it.
pub fn time(text: &str) -> Result<Time, String> {
    Time::parse(text).map_err(|fault| fault.to_string())
}
