//! The commands, one a file, and what they share: where to vote, the codes, what is shown before anything is asked.

pub mod cast;
pub mod check;
pub mod check_test;
pub mod choices;
pub mod kept_ballots;
pub mod test;

use std::path::{Path, PathBuf};

use plebiscite_board::checkpoint::Checkpoint;
use plebiscite_election::counted::{counted, either};
use plebiscite_election::credential::{Code, Fingerprint};
use plebiscite_election::entry::ElectionId;
use plebiscite_election::manifest::Manifest;
use plebiscite_election::manifest::document::Text;
use plebiscite_roles::cli::{Exit, Stop, secret_line};
use plebiscite_roles::files;
use plebiscite_roles::program::print_line;
use plebiscite_roles::remote::exit_of;
use plebiscite_verifier::printable::Printable;
use plebiscite_voter::client::{self, ClientError};
use plebiscite_voter::native::KeepError;
use plebiscite_voter::observers::Observed;
use plebiscite_voter::place::{Place, PlaceError};
use plebiscite_voter::setup::SetupError;
use plebiscite_voter::tested::TestError;
use zeroize::Zeroizing;

/// Longest file of codes.
const CODES_LIMIT: u64 = 4_096;

/// The client over sockets, or over a folder.
pub type Client = client::Client<plebiscite_verifier::source::Asking>;

/// Which election, where.
#[derive(clap::Args)]
pub struct Where {
    /// The server's address, or that of one of the election's pages; to check, a mirror's or a plain folder of the record will do.
    #[arg(long, value_name = "URL")]
    pub server: String,
    /// The election's whole id, 64 hexadecimal digits, from your letter.
    #[arg(long, value_name = "ID")]
    pub election: String,
    /// The election's fingerprint from your letter, to be compared; in capitals or not, grouped or not.
    #[arg(long, value_name = "FINGERPRINT")]
    pub fingerprint: Option<String>,
    /// The language of the election's own texts: kk, ru, en, as the election has them; its first one unless given.
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
}

impl Where {
    /// The id. Every command takes it before it asks anyone, so an address with a code ends here.
    pub fn id(&self) -> Result<ElectionId, Stop> {
        without_code(&self.server)?;
        let mut id = [0; 32];
        hex::decode_to_slice(self.election.trim(), &mut id)
            .map_err(|_| Stop::new(Exit::Usage, "an election's id has 64 hexadecimal digits"))?;
        let id = ElectionId(id);
        if let Some(text) = &self.fingerprint {
            compare(text, id)?;
        }
        Ok(id)
    }

    /// The election, to look: voting may have ended.
    pub fn look(&self) -> Result<Client, Stop> {
        let id = self.id()?;
        Client::open_anywhere(site(&self.server, id), id).map_err(stop)
    }

    /// The language that the voter reads.
    pub fn language(&self) -> Option<&str> {
        self.language.as_deref()
    }

    /// The server's address, of which this election's pages may have been given.
    pub fn site(&self) -> Result<&str, Stop> {
        Ok(site(&self.server, self.id()?))
    }
}

/// A letter's link has the code behind `#`. As an argument it stands in the shell's history and in the list of processes: that
/// is said, and the address itself is not repeated. A folder may be named so.
fn without_code(address: &str) -> Result<(), Stop> {
    if !address.contains('#') || Path::new(address).is_dir() {
        return Ok(());
    }
    let sentence = "this address holds your code, which now stands in your shell's history: give only what stands before #";
    Err(Stop::new(Exit::Usage, sentence))
}

/// An address up to the election's own part of it: people copy what their browser shows. A folder stays as it is, though a
/// mirror's files lie below the same names.
fn site(address: &str, id: ElectionId) -> &str {
    if !address.contains("://") {
        return address;
    }
    let whole = id.to_string();
    let own = format!("/e/{}", whole.get(..16).unwrap_or(&whole));
    address.split_once(&own).map_or(address, |(site, _)| site)
}

/// The manifest that is loaded hashes to the id, so the letter's fingerprint is compared with the id.
fn compare(text: &str, id: ElectionId) -> Result<(), Stop> {
    let (letter, shown) = (Fingerprint::parse(text).map_err(Stop::input)?, Fingerprint::of(&id));
    if letter == shown {
        return Ok(());
    }
    let sentence =
        format!("the letter's fingerprint is {letter}, this election's is {shown}: do not vote here");
    Err(Stop::new(Exit::CheckFailed, sentence))
}

/// Where the codes come from.
#[derive(clap::Args)]
pub struct Codes {
    /// A file with the codes, one a line, in any order; otherwise they are asked for, or read from standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "code")]
    code_file: Option<PathBuf>,
    /// A code as an argument, once for each code. Every user of this machine can read arguments while the program runs.
    #[arg(long, value_name = "CODE", value_parser = secret)]
    code: Vec<Zeroizing<String>>,
}

#[expect(clippy::unnecessary_wraps, reason = "what clap asks of a value's parser")]
fn secret(text: &str) -> Result<Zeroizing<String>, std::convert::Infallible> {
    Ok(Zeroizing::new(text.to_owned()))
}

impl Codes {
    /// As many codes as there are registrars.
    pub fn read(&self, registrars: usize) -> Result<Vec<Code>, Stop> {
        let lines = match &self.code_file {
            Some(path) => file_lines(path)?,
            None if !self.code.is_empty() => self.code.clone(),
            None => asked_lines(registrars)?,
        };
        let codes = lines.iter().map(|line| Code::parse(line).map_err(Stop::input));
        let codes: Vec<Code> = codes.collect::<Result<_, _>>()?;
        if codes.len() == registrars {
            return Ok(codes);
        }
        Err(Stop::input(format!(
            "this election takes {}, and {} {} given",
            counted(registrars, "code"),
            codes.len(),
            either(codes.len(), "was", "were")
        )))
    }
}

fn file_lines(path: &Path) -> Result<Vec<Zeroizing<String>>, Stop> {
    let bytes = Zeroizing::new(files::read(path, CODES_LIMIT)?);
    let text = std::str::from_utf8(&bytes).map_err(|_| Stop::input("the file of codes is not text"))?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    Ok(lines.map(|line| Zeroizing::new(line.to_owned())).collect())
}

fn asked_lines(registrars: usize) -> Result<Vec<Zeroizing<String>>, Stop> {
    let mut lines = Vec::new();
    while lines.len() < registrars {
        let question = format!("Code {} of {registrars} (not shown): ", lines.len() + 1);
        let Some(line) = secret_line(&question)? else { break };
        if !line.trim().is_empty() {
            lines.push(Zeroizing::new(line.trim().to_owned()));
        }
    }
    Ok(lines)
}

/// The place of a roll number, for who has no code to speak of.
pub fn row(client: &Client, number: u32) -> Result<Place, Stop> {
    client.place_of_row(number).map_err(|error| no_row(error, number))
}

/// What is said where a roll number leads to no place.
fn no_row(error: ClientError, number: u32) -> Stop {
    match error {
        ClientError::Place(PlaceError::Unknown) => Stop::new(
            Exit::Input,
            format!("this roll has no number {number}: compare it with your letter; numbers begin at 0"),
        ),
        error => stop(error),
    }
}

/// A text of the manifest in the wished language, else in its first one, safe to print.
pub fn text<'t>(manifest: &Manifest, text: &'t Text, wished: Option<&str>) -> String {
    let first = manifest.document().languages.first().map(String::as_str);
    let found = [wished, first].into_iter().flatten().find_map(|language| text.get(language));
    let words: &'t str = found.unwrap_or_default();
    Printable(words).to_string()
}

/// Shows what the voter is voting on, and in which place.
pub fn show(client: &Client, place: &Place, language: Option<&str>) -> Result<Exit, Stop> {
    let manifest = client.setup().manifest();
    print_line(&text(manifest, &manifest.document().title, language))?;
    if manifest.document().test {
        print_line("This is a rehearsal: nothing that it counts is a result.")?;
    }
    let region = manifest.document().regions.get(usize::from(place.region()));
    if let Some(region) = region {
        let opened = if region.always_opened {
            "its result is always opened by itself, however few vote"
        } else {
            "its result is opened by itself only if enough vote"
        };
        print_line(&format!("Your region: {}; {opened}.", text(manifest, &region.name, language)))?;
    }
    print_line(&format!("Roll number {} of {} eligible.", place.index(), client.setup().roll_size()))
}

/// What the observers have confirmed of an entry that stands, as the end of a sentence about it. That what a server shows as
/// theirs is false is said in it: the vote stands no worse for that.
pub fn observed_words(
    client: &Client,
    entry: u64,
    shown: &Checkpoint,
) -> Result<(String, Option<Observed>), ClientError> {
    let observed = match client.observed(entry, shown) {
        Err(error @ ClientError::FalseCosignature(_)) => return Ok((error.to_string(), None)),
        observed => observed?,
    };
    let words = match &observed {
        None => "this election names no observers who confirm it".to_owned(),
        Some(Observed { confirmed: true, confirmed_by, named, .. }) => {
            format!("confirmed by {confirmed_by} of {}", counted(*named, "observer"))
        }
        Some(Observed { confirmed_by, named, quorum, .. }) => {
            format!(
                "not confirmed by enough observers yet ({confirmed_by} of {named} have, {quorum} must: nothing to do now, \
                 check again in some minutes)"
            )
        }
    };
    Ok((words, observed))
}

/// An end with the exit code that an error of the client means.
pub fn stop(error: ClientError) -> Stop {
    let exit = match &error {
        ClientError::Remote(error) => exit_of(error),
        ClientError::Setup(SetupError::Missing(_)) => Exit::NotYet,
        ClientError::Credential(_) => Exit::Input,
        ClientError::Choice(_) | ClientError::Selections(_) => Exit::Usage,
        ClientError::Read(plebiscite_board::reader::ReadError::Fetch(_)) => Exit::Network,
        ClientError::Ballot(_) => Exit::Bug,
        _ => Exit::CheckFailed,
    };
    Stop::new(exit, error)
}

/// Likewise of keeping a checkpoint.
pub fn keep_stop(error: KeepError) -> Stop {
    match error {
        KeepError::Client(error) => stop(error),
        KeepError::Kept(error) => error.into(),
    }
}

/// Likewise of a test.
pub fn test_stop(error: TestError) -> Stop {
    let exit = match &error {
        TestError::Place(PlaceError::Exhausted) | TestError::Cast | TestError::Differs => Exit::CheckFailed,
        _ => Exit::Input,
    };
    Stop::new(exit, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_in_the_wished_language_or_else_in_the_first_that_the_election_has() {
        let election = plebiscite_support::Election::opened(plebiscite_support::Shape::default());
        let manifest = election.record.manifest().unwrap();
        let words =
            [("en", "Bridge"), ("kk", "Көпір")].map(|(code, words)| (code.to_owned(), words.to_owned()));
        let title = Text(words.into_iter().collect());
        assert_eq!(manifest.document().languages, ["en"]);
        for (wished, shown) in
            [(Some("kk"), "Көпір"), (Some("en"), "Bridge"), (None, "Bridge"), (Some("de"), "Bridge")]
        {
            assert_eq!(text(manifest, &title, wished), shown);
        }
    }

    #[test]
    fn an_address_of_the_elections_pages_leads_to_its_server_and_other_addresses_stay() {
        let id = ElectionId([0x5a; 32]);
        let prefix = "5a".repeat(8);
        for page in ["", "/", "/v", "/check", "/check?lang=kk"] {
            assert_eq!(site(&format!("https://votes.example/e/{prefix}{page}"), id), "https://votes.example");
        }
        let other = format!("https://votes.example/e/{}/", "5b".repeat(8));
        let below = format!("/var/www/e/{prefix}");
        for same in ["https://votes.example", "https://votes.example/below", &other, "folder", &below] {
            assert_eq!(site(same, id), same);
        }
    }

    #[test]
    fn an_address_with_a_code_is_refused_without_repeating_it_and_the_same_without_is_taken() {
        let page = format!("https://votes.example/e/{}/v", "5a".repeat(8));
        let place =
            |server: String| Where { server, election: "5a".repeat(32), fingerprint: None, language: None };
        assert_eq!(place(page.clone()).site().unwrap(), "https://votes.example");
        for link in ["#c=AAAA&e=5a5a", "#"] {
            let stop = place(format!("{page}{link}")).site().unwrap_err();
            assert_eq!(stop.exit, Exit::Usage);
            let said = stop.sentence;
            assert!(said.contains("give only what stands before #") && !said.contains("AAAA"), "{said}");
        }
        let folder = std::env::temp_dir().join(format!("plebiscite-voter-{}#folder", std::process::id()));
        assert!(without_code(folder.to_str().unwrap()).is_err());
        std::fs::create_dir_all(&folder).unwrap();
        assert!(without_code(folder.to_str().unwrap()).is_ok());
        std::fs::remove_dir(&folder).unwrap();
    }

    #[test]
    fn a_row_that_the_roll_does_not_have_is_the_users_mistake_and_a_false_row_the_servers() {
        let unknown = no_row(ClientError::Place(PlaceError::Unknown), 17);
        assert_eq!(unknown.exit, Exit::Input);
        assert!(unknown.sentence.contains("this roll has no number 17"));
        assert_eq!(no_row(ClientError::Place(PlaceError::Row), 17).exit, Exit::CheckFailed);
    }

    #[test]
    fn the_letters_fingerprint_is_accepted_however_it_is_grouped_and_another_is_refused() {
        let id = ElectionId([0x5a; 32]);
        let printed = Fingerprint::of(&id).to_string();
        for typed in [printed.clone(), printed.replace('-', " ").to_lowercase(), printed.replace('-', "")] {
            assert!(compare(&typed, id).is_ok(), "{typed}");
        }
        let other = Fingerprint::of(&ElectionId([0x5b; 32])).to_string();
        assert_eq!(compare(&other, id).unwrap_err().exit, Exit::CheckFailed);
        assert_eq!(compare("ABC", id).unwrap_err().exit, Exit::Input);
    }
}
