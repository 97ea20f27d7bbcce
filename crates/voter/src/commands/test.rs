//! `test`: encrypts, shows the control code, opens. Nothing is signed and nothing is sent.

use std::path::{Path, PathBuf};

use plebiscite_election::ballot::EncryptedBallot;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files::{self, Access};
use plebiscite_roles::program::print_line;
use zeroize::Zeroizing;

use super::{Client, Codes, Where, choices, show, stop};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Where,
    #[command(flatten)]
    codes: Codes,
    /// A choice, once for each contest: yes, no or blank, or an option's id.
    /// Every user of this machine can read arguments while the program runs.
    #[arg(long, value_name = "CONTEST=OPTION", required = true)]
    choose: Vec<String>,
    /// Where the opening is written, for the second device.
    #[arg(long, value_name = "FILE")]
    opening: PathBuf,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let client = Client::open_at(arguments.place.site()?, arguments.place.id()?).map_err(stop)?;
    let manifest = client.setup().manifest();
    let chosen = choices::read(manifest, &arguments.choose)?;
    let codes = arguments.codes.read(manifest.registrars().len())?;
    let credential = client.credential(&codes).map_err(stop)?;
    let place = client.place(&credential).map_err(stop)?;
    show(&client, &place, arguments.place.language())?;
    let ballot = client.encrypt(&place, &chosen, rand::random()).map_err(stop)?;
    print_line(&format!("Control code: {}", ballot.tracker()))?;
    write_opening(ballot, &arguments.opening)
}

/// Opens a ballot into a file; the ballot is gone by that, and can never be cast.
pub fn write_opening(ballot: EncryptedBallot, path: &Path) -> Result<Exit, Stop> {
    let opening = Zeroizing::new(ballot.open().encode());
    files::create(path, &opening, Access::Private)?;
    print_line(
        "Nothing was cast. The opening is written for your second device: `check-test`, with the control code",
    )?;
    print_line(
        "above and the roll number on your letter. Whoever gets the opening learns what was chosen in this test.",
    )
}
