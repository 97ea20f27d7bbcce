//! The voters: everyone who took part in 1970, scaled, each with both codes, through the voter's library.
//!
//! Some test their device before they vote; some vote again; and some ballots are tried that must be refused.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use plebiscite_election::ballot::verify_opening;
use plebiscite_election::contest::Choice;
use plebiscite_election::credential::{Code, Credential};
use plebiscite_verifier::source;
use plebiscite_voter::client::{self, ClientError};
use plebiscite_voter::receipt::Pending;
use plebiscite_voter::written;
use serde::Deserialize;

use super::stage::Stage;
use super::vote::{Vote, Ways};

type Client = client::Client<source::Client>;

/// Voters at the same time.
const THREADS: usize = 16;

/// What was cast.
#[derive(Debug, Default)]
pub struct Cast {
    /// Ballots that stand.
    pub stand: u64,
    /// Of these, second ballots of a voter.
    pub again: u64,
    /// Tested ballots, none of which stands.
    pub tested: u64,
    /// Ballots that the server refused, as it must.
    pub refused: u64,
    /// The links of those who were left out, for whoever tries the pages.
    pub links: Vec<String>,
}

#[derive(Deserialize)]
struct Letter {
    voter: String,
    region: String,
    roll_number: u32,
    code: String,
}

/// One voter with both codes and what she will choose.
struct Voter {
    codes: Vec<Code>,
    choice: Choice,
    /// What she chooses first, where she votes again.
    other: Choice,
    number: u64,
    roll_number: u32,
}

/// Lets everyone vote.
///
/// # Errors
/// The first thing that does not go as it must.
pub fn vote(stage: &Stage, vote: &Vote) -> Result<Cast, String> {
    let (voters, left) = leave_out(letters(stage, vote)?, vote.ways.left);
    let links = left.iter().map(|voter| link(stage, voter)).collect::<Result<_, _>>()?;
    let client = Client::open(&stage.site(), stage.election()?, None).map_err(|error| error.to_string())?;
    let first = client.seen();
    let own = voters.first().ok_or_else(|| "nobody votes".to_owned())?;
    by_program(stage, vote, own)?;
    let bar = stage.bar("votes", voters.len() as u64);
    let counts: [AtomicU64; 4] = Default::default();
    // The first voter has voted with the program.
    let next = AtomicUsize::new(1);
    let failed: Mutex<Option<String>> = Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some(voter) = voters.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let done = one(&client, voter, vote.ways, &counts);
                    let stop = failed.lock().map_or(true, |mut failed| {
                        if let Err(sentence) = done {
                            failed.get_or_insert(sentence);
                        }
                        failed.is_some()
                    });
                    if stop {
                        return;
                    }
                    bar.inc(1);
                }
            });
        }
    });
    bar.finish_and_clear();
    if let Ok(Some(sentence)) = failed.into_inner() {
        return Err(sentence);
    }
    client.check_extends(&first).map_err(|error| error.to_string())?;
    client.check_extends(&client.seen()).map_err(|error| error.to_string())?;
    let [stand, again, tested, refused] = counts.map(AtomicU64::into_inner);
    let stand = stand + 1;
    stage.say(&format!("{stand} ballots stand, {again} of them second ones; {tested} tested; {refused} refused as they must be"));
    Ok(Cast { stand, again, tested, refused, links })
}

/// One voter votes from a terminal, with the program that anyone can run, and checks her vote by her roll number.
fn by_program(stage: &Stage, vote: &Vote, voter: &Voter) -> Result<(), String> {
    let (codes, receipt) = (stage.path("codes.txt"), stage.path("mine.tlog-proof"));
    let lines: Vec<String> = voter.codes.iter().map(|code| code.printed().to_string()).collect();
    std::fs::write(&codes, lines.join("\n")).map_err(|error| error.to_string())?;
    let choice = format!("{}={}", vote.contest.id(), written::write(&vote.contest, &voter.choice));
    let (site, id) = (stage.site(), stage.election()?.to_string());
    let (codes, receipt) = (codes.to_string_lossy().into_owned(), receipt.to_string_lossy().into_owned());
    let place = ["--server", &site, "--election", &id];
    let cast = ["cast", "--code-file", &codes, "--choose", &choice, "--receipt", &receipt, "--yes"];
    let said = stage.run("plebiscite-voter", "voter", &[&cast[..], &place[..]].concat())?;
    said.lines().last().into_iter().for_each(|line| stage.say(&format!("a voter at a terminal: {line}")));
    let number = voter.roll_number.to_string();
    let check = ["check", "--roll-number", &number, "--receipt", &receipt];
    let said = stage.run("plebiscite-voter", "voter", &[&check[..], &place[..]].concat())?;
    said.lines().last().into_iter().for_each(|line| stage.say(&format!("her check: {line}")));
    Ok(())
}

/// Both registrars' codes, joined by roll number; of each region as many choose each thing as the vote says, in its order.
fn letters(stage: &Stage, vote: &Vote) -> Result<Vec<Voter>, String> {
    let failed = |error: csv::Error| error.to_string();
    let read = |number: u16| -> Result<Vec<Letter>, String> {
        let path = stage.path(&format!("codes-{number}.csv"));
        csv::Reader::from_path(path).map_err(failed)?.deserialize().map(|row| row.map_err(failed)).collect()
    };
    let second: HashMap<u32, Letter> =
        read(2)?.into_iter().map(|letter| (letter.roll_number, letter)).collect();
    let mut choices: HashMap<&str, Vec<(Choice, u64)>> =
        vote.regions.iter().map(|region| (region.code.as_str(), region.choices.clone())).collect();
    let mut voters = Vec::new();
    for letter in read(1)? {
        let other = second.get(&letter.roll_number).filter(|other| other.voter == letter.voter);
        let second = other.ok_or_else(|| format!("roll number {} has one code only", letter.roll_number))?;
        let left = choices.get_mut(letter.region.as_str());
        let left = left.ok_or_else(|| format!("no region is called {}", letter.region))?;
        let Some((choice, count)) = left.iter_mut().find(|(_, count)| *count > 0) else { continue };
        *count -= 1;
        let choice = choice.clone();
        let others = left.iter().map(|(other, _)| other);
        let other =
            others.into_iter().find(|other| **other != choice).cloned().unwrap_or_else(|| choice.clone());
        let code = |text: &str| Code::parse(text).map_err(|error| error.to_string());
        voters.push(Voter {
            codes: vec![code(&letter.code)?, code(&second.code)?],
            choice,
            other,
            number: voters.len() as u64,
            roll_number: letter.roll_number,
        });
    }
    Ok(voters)
}

/// Leaves out so many, evenly from all, and never the first, who votes by the program.
fn leave_out(voters: Vec<Voter>, count: usize) -> (Vec<Voter>, Vec<Voter>) {
    let every = voters.len().checked_div(count).unwrap_or(usize::MAX).max(1);
    let (left, voting): (Vec<_>, Vec<_>) = voters
        .into_iter()
        .enumerate()
        .partition(|(place, _)| place % every == every - 1 && place / every < count);
    let plain = |voters: Vec<(usize, Voter)>| voters.into_iter().map(|(_, voter)| voter).collect();
    (plain(voting), plain(left))
}

/// The link that a voter's letters would print; here both codes in one, which two letters never do.
fn link(stage: &Stage, voter: &Voter) -> Result<String, String> {
    let codes: Vec<String> =
        voter.codes.iter().map(|code| format!("c={}", code.printed().as_str())).collect();
    Ok(format!("{}v#{}&e={}", stage.record(), codes.join("&"), stage.election()?))
}

/// One voter's way, by the client's rules.
fn one(
    client: &Client,
    voter: &Voter,
    ways: Ways,
    [stand, again, tested, refused]: &[AtomicU64; 4],
) -> Result<(), String> {
    let said = |error: ClientError| format!("voter {}: {error}", voter.number);
    let credential = client.credential(&voter.codes).map_err(said)?;
    if voter.number % ways.tests == 1 {
        test(client, &credential, &voter.choice)?;
        tested.fetch_add(1, Ordering::Relaxed);
    }
    if voter.number % ways.again == 2 {
        cast(client, &credential, &voter.other).map_err(said)?;
        stand.fetch_add(1, Ordering::Relaxed);
        again.fetch_add(1, Ordering::Relaxed);
    }
    let pending = cast(client, &credential, &voter.choice).map_err(said)?;
    stand.fetch_add(1, Ordering::Relaxed);
    if voter.number % ways.tries == 3 {
        refused.fetch_add(refusals(client, &pending)?, Ordering::Relaxed);
    }
    Ok(())
}

/// Looks, encrypts, signs, sends, and checks the receipt.
fn cast(client: &Client, credential: &Credential, choice: &Choice) -> Result<Pending, ClientError> {
    let place = client.place(credential)?;
    let encrypted = client.encrypt(&place, std::slice::from_ref(choice), rand::random())?;
    let pending = client.sign(encrypted, credential, &rand::random())?;
    client.send(&pending, credential)?;
    Ok(pending)
}

/// Tests the device: the tracker first, then the opening, recomputed; the tested ballot is never cast.
fn test(client: &Client, credential: &Credential, choice: &Choice) -> Result<(), String> {
    let said = |error: ClientError| error.to_string();
    let place = client.place(credential).map_err(said)?;
    let encrypted = client.encrypt(&place, std::slice::from_ref(choice), rand::random()).map_err(said)?;
    let (shown, context) = (encrypted.tracker(), *encrypted.context());
    let opening = encrypted.open();
    let found = verify_opening(client.setup().parameters(), &context, &opening, &shown)
        .map_err(|error| error.to_string())?;
    let expected = client
        .setup()
        .manifest()
        .contests()
        .iter()
        .map(|contest| contest.bits(choice))
        .collect::<Result<Vec<_>, _>>();
    if expected.is_ok_and(|bits| bits == found.contests()) {
        Ok(())
    } else {
        Err("the device encrypted another choice".to_owned())
    }
}

/// Three ballots that must be refused: a flipped bit, a byte too many, another voter's number.
fn refusals(client: &Client, pending: &Pending) -> Result<u64, String> {
    let flipped = |place: usize| {
        let mut entry = pending.entry().to_vec();
        if let Some(byte) = entry.get_mut(place) {
            *byte ^= 1;
        }
        entry
    };
    let longer = [pending.entry(), &[0]].concat();
    let lies = [flipped(pending.entry().len() - 1), longer, flipped(4)];
    for lie in &lies {
        if client.send_raw(lie).is_ok() {
            return Err("the server took a ballot that it must refuse".to_owned());
        }
    }
    // The ballot itself, sent again, is answered with the same place.
    client.send_raw(pending.entry()).map_err(|error| error.to_string())?;
    Ok(lies.len() as u64)
}
