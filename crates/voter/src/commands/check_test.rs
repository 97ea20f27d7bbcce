//! `check-test`: a second device recomputes a tested ballot.

use std::path::PathBuf;

use plebiscite_election::ballot::ControlCode;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files;
use plebiscite_roles::program::print_line;
use plebiscite_voter::{tested, written};
use zeroize::Zeroizing;

use super::{Where, row, show, test_stop, text};

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
    let place = row(&client, arguments.roll_number)?;
    show(&client, &place, arguments.place.language())?;
    let chosen = tested::check(client.setup(), &place, &opening, &shown).map_err(test_stop)?;
    let manifest = client.setup().manifest();
    let contests = manifest.document().contests.iter().zip(&chosen);
    let held: Vec<String> = contests
        .map(|(document, choice)| {
            format!(
                "{} {}",
                text(manifest, document.question(), arguments.place.language()),
                written::write(document, choice)
            )
        })
        .collect();
    said(&held).iter().try_fold(Exit::Pass, |_, line| print_line(line))
}

/// What is in the ballot comes first, and no word of a test passed: what was chosen only the voter knows.
fn said(held: &[String]) -> Vec<String> {
    let mut lines = vec!["The tested ballot with this control code holds:".to_owned()];
    lines.extend(held.iter().map(|answer| format!("  {answer}")));
    lines
        .push("Is this what you chose on the tested device? Then that device encrypted it truly.".to_owned());
    lines.push("If it is not, do not vote on that device, and tell the election office.".to_owned());
    lines.push("The tested ballot was not cast and never will be.".to_owned());
    lines
}

#[cfg(test)]
mod tests {
    use super::said;

    #[test]
    fn what_the_ballot_holds_is_said_before_anything_is_said_of_the_device() {
        let lines = said(&["Build it? no".to_owned()]);
        let place = |part: &str| lines.iter().position(|line| line.contains(part)).unwrap();
        assert!(place("Build it? no") < place("Is this what you chose"));
        assert!(place("Is this what you chose") < place("do not vote on that device"));
        assert!(!lines.iter().any(|line| line.contains("passed")), "{lines:?}");
    }
}
