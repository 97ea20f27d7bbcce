//! The records that are compared, in a fixed order: true ones and changed ones by turns.

use std::fs;
use std::path::{Path, PathBuf};

use plebiscite_board::merkle::{Tree, leaf_hash};
use plebiscite_election::credential::Fingerprint;
use plebiscite_election::manifest::ElectionId;
use plebiscite_lies::{ABOUT, Lie};
use plebiscite_support::{Dice, Election, Shape, checkpoint_of, files_of, key_of};

use crate::change::{CHANGES, Files, first};
use crate::history::{Held, hold};
use crate::one_file;

/// A record as a reader meets it.
#[derive(Debug)]
pub struct Record {
    /// What it is, for the list of those on which the verifiers differ.
    pub name: String,
    /// Whether anything was changed.
    pub changed: bool,
    /// Its files by path.
    pub files: Files,
    /// The election asked for: an id, a fingerprint, or none.
    pub election: Option<String>,
    /// A checkpoint kept from before.
    pub since: Option<Vec<u8>>,
    /// The record in one file, where it is read so.
    pub one_file: Option<Vec<u8>>,
}

impl Record {
    /// Where its readers find it within a folder.
    #[must_use]
    pub fn place(&self, folder: &Path) -> PathBuf {
        if self.one_file.is_some() { folder.join(ONE_FILE) } else { folder.to_owned() }
    }

    /// Writes its files into a folder.
    ///
    /// # Errors
    /// As the file system answers.
    pub fn write(&self, folder: &Path) -> std::io::Result<()> {
        if let Some(bytes) = &self.one_file {
            fs::create_dir_all(folder)?;
            fs::write(folder.join(ONE_FILE), bytes)?;
            return self.since.as_ref().map_or(Ok(()), |note| fs::write(folder.join("since"), note));
        }
        for (path, bytes) in &self.files {
            let file = folder.join(path);
            file.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::write(file, bytes)?;
        }
        self.since.as_ref().map_or(Ok(()), |note| fs::write(folder.join("since"), note))
    }
}

/// The name of a record in one file.
const ONE_FILE: &str = "record.plebiscite";

/// Records of one group: half of them true, half changed.
pub const GROUP: usize = 10;

/// The records of a group: four true and four changed ones of a random election, and a lie with its accepted twin as
/// long as there are lies left; then one more of each.
#[must_use]
pub fn group(seed: u64, number: usize) -> Vec<Record> {
    let mut dice = Dice::new(seed.wrapping_mul(1_000_003).wrapping_add(number as u64));
    let held = hold(seed.wrapping_mul(7_919).wrapping_add(number as u64));
    let lies: Vec<&Lie> = ABOUT.iter().flat_map(|(_, lies)| lies.iter()).collect();
    let mut records = vec![whole(&held, &mut dice)];
    let (truths, changes) = if let Some(lie) = lies.get(number) {
        records.extend(told(lie));
        (3, 4)
    } else {
        (4, 5)
    };
    records.extend((0..truths).map(|_| stopped(&held, &mut dice)));
    records.extend((0..changes).map(|_| changed(&held, &mut dice)));
    // Dice of their own, so that the records are those of every earlier run.
    let mut dice = Dice::new(seed.wrapping_mul(104_729).wrapping_add(number as u64));
    for record in &mut records {
        in_one_file(record, &mut dice);
        record.name = format!("seed {seed}, group {number}: {}", record.name);
    }
    records
}

/// Every third record is read from one file; a third of these are changed as a file.
fn in_one_file(record: &mut Record, dice: &mut Dice) {
    if !dice.once_in(3) {
        return;
    }
    if dice.once_in(3) {
        let (how, file) = one_file::changed(&record.files, dice);
        record.name = format!("{}, in one file, and of that {how}", record.name);
        (record.one_file, record.changed) = (Some(file), true);
    } else {
        record.name = format!("{}, in one file", record.name);
        record.one_file = Some(one_file::packed(&record.files));
    }
}

/// How a reader asks: by id, by the letter's fingerprint, or not at all.
fn asked(id: ElectionId, dice: &mut Dice) -> Option<String> {
    match dice.below(4) {
        0 => None,
        1 => Some(Fingerprint::of(&id).to_string()),
        _ => Some(id.to_string()),
    }
}

/// The checkpoint of an earlier size, by the key that was the board's then.
fn earlier(held: &Held, size: usize) -> Vec<u8> {
    let tree = Tree::of(held.election.entries[..size].iter().map(|entry| leaf_hash(entry)));
    let succeeded = held.succession.is_some_and(|index| index < size);
    checkpoint_of(held.election.id(), &tree, &key_of("board", usize::from(succeeded))).note().to_vec()
}

fn whole(held: &Held, dice: &mut Dice) -> Record {
    let size = held.election.entries.len();
    Record {
        name: "whole".to_owned(),
        changed: false,
        files: first(held, size),
        election: asked(held.election.id(), dice),
        since: dice.once_in(2).then(|| earlier(held, 1 + dice.below(size))),
        one_file: None,
    }
}

fn stopped(held: &Held, dice: &mut Dice) -> Record {
    let size = 1 + dice.below(held.election.entries.len());
    Record {
        name: format!("its first {size} entries"),
        changed: false,
        files: first(held, size),
        // Before the manifest stands there is no election to be the one asked for.
        election: asked(held.election.id(), dice),
        since: None,
        one_file: None,
    }
}

fn changed(held: &Held, dice: &mut Dice) -> Record {
    let size = held.election.entries.len();
    let id = held.election.id();
    let record = |name: &str, files, election, since| Record {
        name: name.to_owned(),
        changed: true,
        files,
        election,
        since,
        one_file: None,
    };
    match dice.below(CHANGES.len() + 2) {
        0 => {
            let other = Election::new(Shape { title: "Another".to_owned(), ..Shape::default() });
            record("another election is asked for", first(held, size), Some(other.id().to_string()), None)
        }
        1 => {
            let mut forked = held.election.entries[..1 + dice.below(size)].to_vec();
            if let Some(last) = forked.last_mut() {
                last.push(0);
            }
            let tree = Tree::of(forked.iter().map(|entry| leaf_hash(entry)));
            let note = checkpoint_of(id, &tree, &held.election.board).note().to_vec();
            record("an earlier checkpoint is of another log", first(held, size), asked(id, dice), Some(note))
        }
        number => {
            let (name, change) = CHANGES[number - 2];
            record(name, change(held, dice), asked(id, dice), None)
        }
    }
}

fn told((name, _, tell): &Lie) -> Vec<Record> {
    let told = tell();
    let record = |name: String, changed, entries: &[Vec<u8>]| {
        let tree = Tree::of(entries.iter().map(|entry| leaf_hash(entry)));
        let note = checkpoint_of(told.election.id(), &tree, &told.election.board);
        Record {
            name,
            changed,
            files: files_of(entries, note.note()),
            election: None,
            since: None,
            one_file: None,
        }
    };
    vec![
        record(format!("the twin of the lie: {name}"), false, &told.honest),
        record(format!("the lie: {name}"), true, &told.lying),
    ]
}
