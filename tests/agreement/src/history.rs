//! Random elections, held to their end with every kind of entry that a log can have.

use plebiscite_crypto::group::encode_point;
use plebiscite_crypto::threshold::ceremony::ShareKeySent;
use plebiscite_election::contest::Choice;
use plebiscite_election::context::BallotContext;
use plebiscite_election::entry::{
    Cancel, Kind, OfficialStatement, ScheduledClose, StatementKind, Succeeded, Successor,
};
use plebiscite_support::questions::{any_question, counter_proposal};
use plebiscite_support::{Dice, Election, Shape, any_choice, key_of};

/// A ballot of the log, and what its signature is bound to.
#[derive(Clone, Debug)]
pub struct Cast {
    /// Its entry.
    pub index: usize,
    /// Its voter.
    pub voter: u32,
    /// Its place in her chain.
    pub context: BallotContext,
}

/// An election whose log stands, with every key.
#[derive(Debug)]
pub struct Held {
    /// The election.
    pub election: Election,
    /// Its ballots, in the log's order.
    pub ballots: Vec<Cast>,
    /// The entry that names another key of the board, `key_of("board", 1)`.
    pub succession: Option<usize>,
}

fn shape(dice: &mut Dice) -> Shape {
    let regions = 1 + dice.below(3);
    let (mut contests, mut tie_breaks) = (Vec::new(), Vec::new());
    if dice.once_in(3) {
        let (both, tie_break) = counter_proposal(dice.once_in(2));
        contests.extend(both);
        tie_breaks.push(tie_break);
    }
    if dice.once_in(2) {
        contests.push(any_question("further", dice));
    }
    Shape {
        officials: *dice.of(&[(1, 1), (2, 2), (2, 3)]),
        trustees: *dice.of(&[(1, 1), (2, 2), (2, 3), (2, 3)]),
        registrars: *dice.of(&[1, 2]),
        voters: (0..regions).map(|_| 3 + u32::try_from(dice.below(3)).unwrap()).collect(),
        options: *dice.of(&[0, 0, 0, 2, 3]),
        contests,
        tie_breaks,
        title: format!("Election {}", dice.below(1 << 30)),
        ..Shape::default()
    }
}

/// Holds the election of this seed.
#[must_use]
pub fn hold(seed: u64) -> Held {
    let mut dice = Dice::new(seed);
    let mut held = Held { election: Election::new(shape(&mut dice)), ballots: Vec::new(), succession: None };
    held.election.set_up();
    keys(&mut held.election, &mut dice);
    roll(&mut held.election, &mut dice);
    held.election.open();
    voting(&mut held, &mut dice);
    end(&mut held, &mut dice);
    held
}

/// The ceremony; now and then after an attempt in which a message is missing, or false.
fn keys(election: &mut Election, dice: &mut Dice) {
    match dice.below(8) {
        0 => election.end_ceremony_attempt(),
        1 => false_share_key(election),
        _ => return election.hold_ceremony(),
    }
    election.begin_ceremony_again();
    election.hold_ceremony();
}

/// The first trustee's key with a proof of another's; it stands as its fault and ends the attempt.
fn false_share_key(election: &mut Election) {
    let context = election.ceremony_context();
    let (_, mut content) = ShareKeySent::begin(&context, 1, &election.fresh()).unwrap();
    let last = content.len() - 32;
    content[last] ^= 1;
    let entries = election.round_message(0, 1, &content);
    election.append_all(&entries);
}

fn roll(election: &mut Election, dice: &mut Dice) {
    if dice.once_in(8) {
        election.end_roll_attempt();
    }
    election.publish_roll();
    election.seal_roll();
}

fn choices(election: &Election, dice: &mut Dice) -> Vec<Choice> {
    let contests = election.record.manifest().unwrap().contests();
    contests.iter().map(|contest| any_choice(contest, dice)).collect()
}

fn voting(held: &mut Held, dice: &mut Dice) {
    let voters: u32 = held.election.shape.voters.iter().sum();
    for _ in 0..dice.below(2 * voters as usize + 1) {
        let voter = u32::try_from(dice.below(voters as usize)).unwrap();
        let context = held.election.ballot_context(voter);
        // A new letter's codes are not kept here: its voter stays at home.
        if replaced(&held.election, voter) {
            continue;
        }
        let choices = choices(&held.election, dice);
        held.ballots.push(Cast { index: held.election.entries.len(), voter, context });
        held.election.cast(voter, &choices);
        if dice.once_in(8) {
            happening(held, dice);
        }
    }
}

/// Something else than a ballot while voting is open.
fn happening(held: &mut Held, dice: &mut Dice) {
    let election = &mut held.election;
    let entry = match dice.below(5) {
        0 => replacement(election, dice),
        1 if count(election, Kind::Extension) == 0 => Some(election.extension("2027-06-06T20:00:00Z")),
        2 => Some(election.act(OfficialStatement {
            kind: *dice.of(&[StatementKind::Mirrors, StatementKind::Pages]),
            text: "one mirror more: in Алматы, 𐀀".to_owned(),
        })),
        3 if held.succession.is_none() => {
            let key = key_of("board", 1);
            held.succession = Some(election.entries.len());
            let act = successor(election, Succeeded::Board, &key);
            election.board = key;
            Some(act)
        }
        4 => {
            let key = key_of("official", 90 + election.entries.len());
            let place = dice.below(election.officials.len());
            let act = successor(election, Succeeded::Official(u16::try_from(place).unwrap()), &key);
            election.officials[place] = key;
            Some(act)
        }
        _ => None,
    };
    if let Some(entry) = entry {
        election.append(&entry).unwrap();
    }
}

/// Entries of a kind so far.
fn count(election: &Election, kind: Kind) -> u32 {
    let first = Some(&kind.byte());
    u32::try_from(election.entries.iter().filter(|entry| entry.first() == first).count()).unwrap()
}

fn replaced(election: &Election, voter: u32) -> bool {
    let public = encode_point(election.credentials[voter as usize].public());
    election.record.credential(voter).unwrap().credential != public
}

fn successor(election: &Election, of: Succeeded, key: &ed25519_dalek::SigningKey) -> Vec<u8> {
    let number = 1 + count(election, Kind::Successor);
    election.act(Successor { number, of, key: key.verifying_key().to_bytes() })
}

fn replacement(election: &mut Election, dice: &mut Dice) -> Option<Vec<u8>> {
    let voters: u32 = election.shape.voters.iter().sum();
    let index = u32::try_from(dice.below(voters as usize)).unwrap();
    if election.record.head(index).is_some() || replaced(election, index) {
        return None;
    }
    let number = 1 + count(election, Kind::Replacement);
    Some(election.replacement(number, index))
}

fn end(held: &mut Held, dice: &mut Dice) {
    let election = &mut held.election;
    if dice.once_in(10) {
        let act = election.act(Cancel { reason: "the letters were wrong".to_owned() });
        election.append(&act).unwrap();
        return;
    }
    if dice.once_in(3) {
        let time = election.record.closing_time().unwrap();
        let close =
            ScheduledClose { election: election.id(), time, signature: [0; 64] }.signed(&election.board);
        election.append(&close.encode()).unwrap();
    } else {
        election.close();
    }
    election.seal();
    let confirmations = u16::try_from(election.record.confirmations_needed()).unwrap();
    election.confirm(&(1..=confirmations).collect::<Vec<_>>());
    if election.record.decryption().is_some() {
        decrypt(election, dice);
    }
    election.enter_result();
    if !dice.once_in(4) {
        election.certify().unwrap();
    }
}

/// Enough true partial decryptions; now and then after a false one, where that many trustees are left.
fn decrypt(election: &mut Election, dice: &mut Dice) {
    let (t, n) = election.shape.trustees;
    let first = if t < n && dice.once_in(2) {
        let mut content = election.partials(1).encode();
        let last = content.len() - 32;
        content[last] ^= 1;
        let entries = election.partials_entries(1, &content);
        election.append_all(&entries);
        2
    } else {
        1
    };
    election.decrypt(&(first..first + t).collect::<Vec<_>>());
}
