//! `check-test`: a second device recomputes a tested ballot.

use std::path::PathBuf;

use plebiscite_election::ballot::ControlCode;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files;
use plebiscite_roles::program::print_line;
use plebiscite_voter::{tested, written};
use zeroize::Zeroizing;

use super::{Where, show, stop, test_stop, text};

/// Longest opening.
const OPENING_LIMIT: u64 = 64 * 1024;

#[derive(clap::Args)]
pub struct Arguments {
    /// The opening that the tested device wrote.
    opening: PathBuf,
    /// The control code that the tested device showed before it was told to test.
    #[arg(long, value_name = "CODE")]
    control_code: String,
    /// The roll number on your letter; never what the tested device says.
    #[arg(long, value_name = "NUMBER")]
    roll_number: u32,
    #[command(flatten)]
    place: Where,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let shown = ControlCode::parse(&arguments.control_code).map_err(|error| Stop::new(Exit::Usage, error))?;
    let opening = Zeroizing::new(files::read(&arguments.opening, OPENING_LIMIT)?);
    let client = arguments.place.look()?;
    let place = client.place_of_row(arguments.roll_number).map_err(stop)?;
    show(&client, &place)?;
    let chosen = tested::check(client.setup(), &place, &opening, &shown).map_err(test_stop)?;
    let manifest = client.setup().manifest();
    print_line("The test passed: the ballot with this control code holds")?;
    for (document, choice) in manifest.document().contests.iter().zip(chosen) {
        let question = text(manifest, document.question());
        print_line(&format!("  {question} {}", written::write(document, &choice)))?;
    }
    print_line("If that is what you chose, the device encrypted it truly. This ballot was not cast.")
}
