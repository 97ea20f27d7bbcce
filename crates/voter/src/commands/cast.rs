//! `cast`: from the codes to the control code, then to the book.

use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use plebiscite_election::ballot::EncryptedBallot;
use plebiscite_election::counted::counted;
use plebiscite_election::credential::Credential;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files::{self, Access};
use plebiscite_roles::kept::Kept;
use plebiscite_roles::program::print_line;
use plebiscite_voter::observers::Observed;
use plebiscite_voter::place::{Place, Standing};
use plebiscite_voter::receipt::{Pending, Receipt};

use super::kept_ballots::{KeptBallots, continues};
use super::{Client, Codes, Where, choices, keep_stop, observed_words, show, stop};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Where,
    #[command(flatten)]
    codes: Codes,
    /// Where this device keeps the board's last checkpoint and the ballots that it cast; nothing secret.
    #[arg(long, env = "PLEBISCITE_FOLDER", value_name = "FOLDER")]
    folder: PathBuf,
    /// A choice, once for each contest: yes, no or blank, or an option's id.
    /// Every user of this machine can read arguments while the program runs.
    #[arg(long, value_name = "CONTEST=OPTION", required = true)]
    choose: Vec<String>,
    /// Where the receipt is written.
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,
    /// Where the opening is written if you choose to test.
    #[arg(long, value_name = "FILE")]
    opening: Option<PathBuf>,
    /// Cast without asking.
    #[arg(long)]
    yes: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Cast,
    Test,
    Stop,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let id = arguments.place.id()?;
    files::make_folder(&arguments.folder)?;
    let kept = Kept::open(&arguments.folder, id)?;
    let ballots = KeptBallots::open(&arguments.folder, id)?;
    if std::path::Path::new(&arguments.place.server).is_dir() {
        let folder = &arguments.place.server;
        return Err(Stop::new(
            Exit::Usage,
            format!("{folder} is a folder, which takes no votes: name a server"),
        ));
    }
    let client = Client::open_at(arguments.place.site()?, id).map_err(stop)?;
    client.keep(&kept).map_err(keep_stop)?;
    let manifest = client.setup().manifest();
    let chosen = choices::read(manifest, &arguments.choose)?;
    let codes = arguments.codes.read(manifest.registrars().len())?;
    let credential = client.credential(&codes).map_err(stop)?;
    drop(codes);
    let place = resend(&client, &kept, &ballots, &credential)?;
    client.keep(&kept).map_err(keep_stop)?;
    show(&client, &place, arguments.place.language())?;
    say_standing(&ballots, &place)?;
    say_observers(&client)?;
    let ballot = client.encrypt(&place, &chosen, rand::random()).map_err(stop)?;
    print_line(&format!("Control code: {}", ballot.tracker()))?;
    match ask(arguments)? {
        Answer::Stop => Err(Stop::new(Exit::Usage, "stopped: nothing was cast")),
        Answer::Test => {
            let missing = || Stop::new(Exit::Usage, "say --opening FILE to test; nothing was cast");
            super::test::write_opening(ballot, arguments.opening.as_deref().ok_or_else(missing)?)
        }
        Answer::Cast => {
            let receipt = cast(&client, &ballots, &credential, ballot)?;
            if let Some(path) = &arguments.receipt {
                files::replace(path, &receipt.bytes, Access::Private)?;
            }
            // "In the book" is said only once the log is proven to extend what this device had seen.
            client.keep(&kept).map_err(keep_stop)?;
            say_receipt(&client, &receipt)?;
            Ok(Exit::Pass)
        }
    }
}

/// Signs, keeps, sends. What is kept is sent again by the next start if this one does not get through.
fn cast(
    client: &Client,
    ballots: &KeptBallots,
    credential: &Credential,
    ballot: EncryptedBallot,
) -> Result<Receipt, Stop> {
    let pending = client.sign(ballot, credential, &rand::random()).map_err(stop)?;
    ballots.keep(&pending)?;
    client.send(&pending, credential).map_err(stop)
}

/// Sends again every ballot that was cast from this device and does not stand: the same bytes, in their order.
fn resend(
    client: &Client,
    kept: &Kept,
    ballots: &KeptBallots,
    credential: &Credential,
) -> Result<Place, Stop> {
    loop {
        let place = client.place(credential).map_err(stop)?;
        let next = place.next().map_err(Stop::input)?;
        let Some(pending) = ballots.of(place.index(), next.seq)? else { return Ok(place) };
        if !continues(client.setup(), &pending, &place)? {
            print_line(&format!(
                "A vote that this device cast (control code {}) can no longer stand: another vote with this code came \
                 before it, or the letter was replaced.",
                pending.tracker()
            ))?;
            ballots.put_aside(&pending)?;
            continue;
        }
        print_line("A vote that this device cast is not in the book: the same vote is sent again first.")?;
        let receipt = client.send(&pending, credential).map_err(stop)?;
        client.keep(kept).map_err(keep_stop)?;
        say_receipt(client, &receipt)?;
    }
}

fn say_standing(ballots: &KeptBallots, place: &Place) -> Result<Exit, Stop> {
    let Some(Standing { entry, seq, tracker }) = place.standing().copied() else {
        return print_line("The board says that no earlier vote was cast with this code.");
    };
    let own = ballots.of(place.index(), seq)?.is_some_and(|kept: Pending| kept.tracker() == tracker);
    let from = if own { "from this device" } else { "not from this device" };
    print_line(&format!("This code has already been used, {from}: vote {} of it, entry {entry}.", seq + 1))?;
    print_line(&format!("Its control code: {tracker}. A new vote takes its place."))
}

/// Before anything is encrypted: whether the observers have confirmed what this vote is built on. That they have not is said,
/// and stops no one: observers who disappear must not stop an election (§25.6).
fn say_observers(client: &Client) -> Result<Exit, Stop> {
    let observed = client.observed_setup().map_err(stop)?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    match observed {
        None => Ok(Exit::Pass),
        Some(Observed { confirmed: false, confirmed_by, named, quorum, .. }) => print_line(&format!(
            "The observers, who watch that nothing is taken out of the public book, have not confirmed it yet \
             ({confirmed_by} of {named} have; {quorum} must). You can vote all the same: your vote counts without them. \
             Check in some minutes that they have confirmed it, and tell the election office if they never do."
        )),
        Some(observed) if observed.is_old(now) => {
            let minutes = now.saturating_sub(observed.time.unwrap_or(now)) / 60;
            print_line(&format!(
                "The observers confirmed this election's public book {} ago, and not since. You can vote all the same; check \
                 afterwards that they confirm your vote.",
                counted(minutes, "minute")
            ))
        }
        Some(Observed { confirmed_by, named, .. }) => print_line(&format!(
            "This election's public book is confirmed by {confirmed_by} of {}.",
            counted(named, "observer")
        )),
    }
}

/// A vote that stands is said to stand, whatever is shown of the observers.
fn say_receipt(client: &Client, receipt: &Receipt) -> Result<Exit, Stop> {
    let observed = observed_words(client, receipt.entry, &receipt.checkpoint);
    let words = observed.as_ref().map_or_else(ToString::to_string, |(words, _)| words.clone());
    print_line(&format!("Your vote is in the public book, entry {}; {words}.", receipt.entry))?;
    print_line(&format!("Its control code: {}", receipt.tracker))?;
    observed.map(|_| Exit::Pass).map_err(stop)
}

fn ask(arguments: &Arguments) -> Result<Answer, Stop> {
    if arguments.yes {
        return Ok(Answer::Cast);
    }
    if !std::io::stdin().is_terminal() {
        return Err(Stop::new(Exit::Usage, "nobody can be asked here: say --yes to cast"));
    }
    answer(&mut std::io::stdin().lock(), &mut std::io::stderr()).map_err(Stop::input)
}

/// Asks until it is answered: a slip of the fingers is no answer. Nothing, and the end of the input, stop.
fn answer(from: &mut impl BufRead, to: &mut impl Write) -> std::io::Result<Answer> {
    let mut question =
        "Write the control code down. Cast this vote, or test this device? [cast/test/stop] ".to_owned();
    loop {
        let _ = to.write_all(question.as_bytes()).and_then(|()| to.flush());
        let mut line = String::new();
        from.read_line(&mut line)?;
        match line.trim().to_lowercase().as_str() {
            "cast" => return Ok(Answer::Cast),
            "test" => return Ok(Answer::Test),
            "stop" | "no" | "" => return Ok(Answer::Stop),
            other => {
                let other: String = other.chars().take(20).collect();
                question = format!(
                    "{other:?} is none of the three. Nothing has been cast. Type cast, test or stop: "
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(typed: &str) -> (Answer, String) {
        let mut shown = Vec::new();
        let found = answer(&mut typed.as_bytes(), &mut shown).unwrap();
        (found, String::from_utf8(shown).unwrap())
    }

    #[test]
    fn another_word_is_asked_about_again_and_only_a_plain_answer_ends_the_question() {
        let (found, shown) = answered("cats\nyes\n Cast \n");
        assert_eq!(found, Answer::Cast);
        assert!(
            shown.contains("\"cats\" is none of the three") && shown.contains("\"yes\" is none"),
            "{shown}"
        );
        assert_eq!(answered("test\n").0, Answer::Test);
        for ends in ["stop\n", "no\n", "\n", "", "cats\nstop\n", "cats\n"] {
            assert_eq!(answered(ends).0, Answer::Stop, "{ends:?}");
        }
    }
}
