//! Changes of a log by who holds every key: what is changed is signed again, the tree rebuilt, the checkpoint signed.

use plebiscite_board::merkle::{Tree, leaf_hash};
use plebiscite_election::entry::{Entry, Head, Kind, MessageKind, Role, Signatures, sign};
use plebiscite_lies::resign;
use plebiscite_support::{Dice, Election, Shape, checkpoint_of, files_of, key_of, with_chunks};

use crate::history::Held;

/// Files of a log by path.
pub type Files = Vec<(String, Vec<u8>)>;

/// Changes a log somewhere, and publishes it.
pub type Change = fn(&Held, &mut Dice) -> Files;

/// How a log is changed; one of these for each changed record.
pub const CHANGES: [(&str, Change); 14] = [
    ("a bit of an entry", bit),
    ("an entry left out", left_out),
    ("an entry twice", twice),
    ("two entries in each other's place", swapped),
    ("an entry of another length", length),
    ("an entry of any bytes", any_bytes),
    ("an entry of another election", foreign),
    ("an act changed and signed again", signed_again),
    ("a message changed and signed again", message),
    ("a ballot changed and signed again", ballot),
    ("a manifest with a member changed", crate::manifest::member),
    ("a manifest with a byte changed", crate::manifest::byte),
    ("a bit of a file", file),
    ("a checkpoint that says something else", checkpoint),
];

/// The log's files with these entries: tree and checkpoint made anew.
#[must_use]
pub fn published(held: &Held, entries: &[Vec<u8>]) -> Files {
    let tree = Tree::of(entries.iter().map(|entry| leaf_hash(entry)));
    let succeeded = held.succession.is_some_and(|index| index < entries.len());
    let board = key_of("board", usize::from(succeeded));
    files_of(entries, checkpoint_of(held.election.id(), &tree, &board).note())
}

/// The log's entries up to a size.
#[must_use]
pub fn first(held: &Held, size: usize) -> Files {
    published(held, &held.election.entries[..size])
}

fn with(held: &Held, change: impl FnOnce(&mut Vec<Vec<u8>>)) -> Files {
    let mut entries = held.election.entries.clone();
    change(&mut entries);
    published(held, &entries)
}

/// Any entry; the setup's and the ends of the log as often as the ballots.
fn place(held: &Held, dice: &mut Dice) -> usize {
    let entries = &held.election.entries;
    let kind = entries[dice.below(entries.len())][0];
    let alike: Vec<usize> = (0..entries.len()).filter(|index| entries[*index][0] == kind).collect();
    if dice.once_in(2) { *dice.of(&alike) } else { dice.below(entries.len()) }
}

fn flip(bytes: &mut [u8], dice: &mut Dice) {
    let bit = dice.below(bytes.len() * 8);
    bytes[bit / 8] ^= 1 << (bit % 8);
}

fn bit(held: &Held, dice: &mut Dice) -> Files {
    let place = place(held, dice);
    with(held, |entries| flip(&mut entries[place], dice))
}

fn left_out(held: &Held, dice: &mut Dice) -> Files {
    let place = place(held, dice);
    with(held, |entries| drop(entries.remove(place)))
}

fn twice(held: &Held, dice: &mut Dice) -> Files {
    let (place, to) = (place(held, dice), place(held, dice));
    with(held, |entries| {
        let entry = entries[place].clone();
        entries.insert(to.max(place), entry);
    })
}

fn swapped(held: &Held, dice: &mut Dice) -> Files {
    let one = place(held, dice);
    let other = if dice.once_in(2) { place(held, dice) } else { (one + 1) % held.election.entries.len() };
    with(held, |entries| entries.swap(one, other))
}

fn length(held: &Held, dice: &mut Dice) -> Files {
    let place = place(held, dice);
    with(held, |entries| {
        let length = entries[place].len();
        match dice.below(4) {
            0 => entries[place].clear(),
            1 => entries[place].truncate(dice.below(length)),
            2 => entries[place].truncate(length - 1),
            _ => entries[place].extend(dice.bytes(1)),
        }
    })
}

fn any_bytes(held: &Held, dice: &mut Dice) -> Files {
    let place = place(held, dice);
    let kind = dice.of(Kind::ALL).byte();
    let length = dice.below(400);
    with(held, |entries| entries[place] = [vec![kind], dice.bytes(length)].concat())
}

fn foreign(held: &Held, dice: &mut Dice) -> Files {
    let other = Election::opened(Shape { title: "Another".to_owned(), ..held.election.shape.clone() });
    let place = place(held, dice);
    let entry = dice.of(&other.entries).clone();
    with(held, |entries| entries[place] = entry)
}

/// Changes some of the bytes: a bit, a byte by one, or a run of bytes.
pub(crate) fn change(bytes: &mut [u8], dice: &mut Dice) {
    let place = dice.below(bytes.len());
    match dice.below(4) {
        0 => bytes[place] = bytes[place].wrapping_add(1),
        1 => bytes[place] = bytes[place].wrapping_sub(1),
        2 => bytes.iter_mut().skip(place).take(32).for_each(|byte| *byte = 0),
        _ => flip(bytes, dice),
    }
}

/// The signatures of one role under an entry: a list, or one that stands bare at its end.
struct Signed {
    role: Role,
    signers: Vec<u16>,
    bare: bool,
}

impl Signed {
    fn list(role: Role, signatures: &Signatures) -> Self {
        Self { role, signers: signatures.0.iter().map(|signature| signature.signer).collect(), bare: false }
    }

    const fn length(&self) -> usize {
        if self.bare { 64 } else { 1 + 66 * self.signers.len() }
    }

    fn over(&self, election: &Election, unsigned: &[u8]) -> Vec<u8> {
        let signature = |signer: &u16| {
            let place = usize::from(*signer);
            let key = match self.role {
                Role::Official => election.officials.get(place),
                Role::Registrar => election.registrars.get(place),
                Role::Trustee => place.checked_sub(1).and_then(|place| election.trustees.get(place)),
                Role::Board => Some(&election.board),
            };
            key.map_or([0; 64], |key| sign(self.role, key, unsigned))
        };
        if self.bare {
            return self.signers.iter().flat_map(signature).collect();
        }
        let count = u8::try_from(self.signers.len()).unwrap();
        let list =
            self.signers.iter().flat_map(|signer| [&signer.to_be_bytes()[..], &signature(signer)].concat());
        std::iter::once(count).chain(list).collect()
    }
}

/// Who signed an entry, in the order in which the signatures stand at its end; none for those that no one signs so.
fn signed(entry: &[u8]) -> Vec<Signed> {
    let list = Signed::list;
    let by = |officials: &Signatures| vec![list(Role::Official, officials)];
    let bare = |role, signer| vec![Signed { role, signers: vec![signer], bare: true }];
    let both = |officials: &Signatures, role, cosigners: &Signatures| {
        vec![list(Role::Official, officials), list(role, cosigners)]
    };
    match Entry::decode(entry) {
        Ok(Entry::Head(head)) => vec![list(role_of(&head), &head.signatures)],
        Ok(Entry::AttemptEnded(act)) => by(&act.officials),
        Ok(Entry::AttemptBegins(act)) => by(&act.officials),
        Ok(Entry::RollAttemptEnded(act)) => by(&act.officials),
        Ok(Entry::RollSeal(act)) => both(&act.officials, Role::Registrar, &act.cosigners),
        Ok(Entry::Open(act)) => by(&act.officials),
        Ok(Entry::Replacement(act)) => both(&act.officials, Role::Registrar, &act.cosigners),
        Ok(Entry::Extension(act)) => by(&act.officials),
        Ok(Entry::OfficialClose(act)) => by(&act.officials),
        Ok(Entry::Cancel(act)) => by(&act.officials),
        Ok(Entry::Seal(act)) => by(&act.officials),
        Ok(Entry::Certification(act)) => by(&act.officials),
        Ok(Entry::OfficialStatement(act)) => by(&act.officials),
        Ok(Entry::Successor(act)) => both(&act.officials, Role::Trustee, &act.cosigners),
        Ok(Entry::RollCommitment(entry)) => bare(Role::Registrar, entry.registrar),
        Ok(Entry::SealConfirmation(entry)) => bare(Role::Trustee, entry.trustee),
        Ok(Entry::ScheduledClose(_)) => bare(Role::Board, 0),
        _ => Vec::new(),
    }
}

fn role_of(head: &Head) -> Role {
    match head.slot.message {
        MessageKind::Manifest => Role::Official,
        MessageKind::RollList => Role::Registrar,
        _ => Role::Trustee,
    }
}

fn signed_again(held: &Held, dice: &mut Dice) -> Files {
    let entries = &held.election.entries;
    let places: Vec<usize> =
        (0..entries.len()).filter(|place| !signed(&entries[*place]).is_empty()).collect();
    // Each kind as often as any other: there are many heads and few closes.
    let kinds: Vec<u8> = Kind::ALL.iter().map(|kind| kind.byte()).collect();
    let kinds: Vec<u8> =
        kinds.into_iter().filter(|kind| places.iter().any(|place| entries[*place][0] == *kind)).collect();
    let kind = *dice.of(&kinds);
    let alike: Vec<usize> = places.into_iter().filter(|place| entries[*place][0] == kind).collect();
    let place = *dice.of(&alike);
    with(held, |entries| {
        let entry = &mut entries[place];
        let signed = signed(entry);
        let length: usize = signed.iter().map(Signed::length).sum();
        let mut unsigned = entry[..entry.len() - length].to_vec();
        // The kind stays, so that what is judged is the act.
        change(&mut unsigned[1..], dice);
        let signatures = signed.iter().flat_map(|signed| signed.over(&held.election, &unsigned));
        *entry = unsigned.iter().copied().chain(signatures).collect();
    })
}

/// The content of a message, changed under a head that its signer signed for it.
fn message(held: &Held, dice: &mut Dice) -> Files {
    let entries = &held.election.entries;
    let heads: Vec<(usize, Head)> = entries
        .iter()
        .enumerate()
        .filter_map(|(place, entry)| match Entry::decode(entry) {
            Ok(Entry::Head(head)) => Some((place, head)),
            _ => None,
        })
        .collect();
    let (place, old) = dice.of(&heads).clone();
    let chunks = &entries[place + 1..][..old.chunks as usize];
    let mut content: Vec<u8> = chunks
        .iter()
        .flat_map(|chunk| match Entry::decode(chunk) {
            Ok(Entry::Chunk(chunk)) => chunk.bytes,
            _ => Vec::new(),
        })
        .collect();
    match dice.below(12) {
        0 => content.truncate(dice.below(content.len())),
        1 => content.extend(dice.bytes(1)),
        _ => change(&mut content, dice),
    }
    let mut head = Head::of(old.election, old.slot, &content, old.seen);
    let list = Signed::list(role_of(&old), &old.signatures).over(&held.election, &head.unsigned_bytes());
    for (number, signature) in old.signatures.0.iter().zip(list[1..].chunks(66)) {
        head.signatures.insert(number.signer, *signature[2..].first_chunk().unwrap());
    }
    with(held, |entries| {
        let new = with_chunks(&head, &content);
        entries.splice(place..=place + old.chunks as usize, new);
    })
}

/// A ballot whose body was changed before its voter signed it.
fn ballot(held: &Held, dice: &mut Dice) -> Files {
    if held.ballots.is_empty() {
        return bit(held, dice);
    }
    let cast = dice.of(&held.ballots).clone();
    with(held, |entries| {
        let entry = &entries[cast.index];
        let mut body = entry[1..entry.len() - 64].to_vec();
        change(&mut body, dice);
        entries[cast.index] = resign(&held.election, cast.voter, &cast.context, &body);
    })
}

fn file(held: &Held, dice: &mut Dice) -> Files {
    let mut files = first(held, held.election.entries.len());
    let place = dice.below(files.len());
    match dice.below(4) {
        0 => drop(files.remove(place)),
        1 => {
            let length = files[place].1.len();
            files[place].1.truncate(dice.below(length));
        }
        2 => files[place].1.extend(dice.bytes(1)),
        _ => flip(&mut files[place].1, dice),
    }
    files
}

/// A checkpoint by another key, of another size, or of another log.
fn checkpoint(held: &Held, dice: &mut Dice) -> Files {
    let size = held.election.entries.len();
    let mut files = first(held, size);
    let tree = Tree::of(held.election.entries.iter().map(|entry| leaf_hash(entry)));
    let shorter = Tree::of(held.election.entries[..dice.below(size)].iter().map(|entry| leaf_hash(entry)));
    let other = Election::new(Shape { title: "Another".to_owned(), ..Default::default() });
    let note = match dice.below(4) {
        0 => checkpoint_of(held.election.id(), &tree, &key_of("nobody", 0)).note().to_vec(),
        1 => checkpoint_of(held.election.id(), &shorter, &held.election.board).note().to_vec(),
        2 => checkpoint_of(other.id(), &tree, &held.election.board).note().to_vec(),
        _ => {
            let mut note = files[0].1.clone();
            change(&mut note, dice);
            note
        }
    };
    files[0].1 = note;
    files
}
