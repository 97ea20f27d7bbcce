//! Lies in acts: too few officials, the wrong ones, other times, other logs, acts told twice.

use ed25519_dalek::SigningKey;
use plebiscite_election::credential::{
    CredentialPart, Registrar, Replacement, ReplacementReason, ReplacementRequest, prove_replacement_part,
};
use plebiscite_election::entry::{
    Act, AttemptBegins, Cancel, Extension, NumberedSignature, OfficialClose, OfficialStatement, Role,
    ScheduledClose, Signatures, StatementKind, Succeeded, Successor, sign,
};
use plebiscite_election::manifest::time::Time;
use plebiscite_support::{Election, Shape, key_of, signatures};

use crate::{Lie, Told, YES, next, opened};

/// The lies of this file.
pub(crate) const LIES: &[Lie] = &[
    ("an extension to an earlier time", "extension", backwards),
    ("an extension beyond the manifest's limit", "extension", beyond),
    ("an extension from another time", "extension", wrong_old),
    ("a close before the earliest time", "close", too_early),
    ("a scheduled close at another time", "close", other_time),
    ("a scheduled close signed by an official", "entry-signatures", closed_by_official),
    ("an act by too few officials", "entry-signatures", too_few),
    ("an act by too many officials", "entry-signatures", too_many),
    ("an act signed twice by one official", "entry-signatures", twice_one),
    ("an act whose signers descend", "entry-signatures", descending),
    ("an act by a stranger", "entry-signatures", stranger),
    ("an act by trustees in the officials' place", "entry-signatures", other_role),
    ("an act on another log", "entry-seen", other_root),
    ("an act on a log to come", "entry-seen", future),
    ("an act entered twice", "entry-once", entered_twice),
    ("an act that a later one withdrew", "entry-once", withdrawn),
    ("an act of another election", "entry-election", other_election),
    ("a statement before the opening", "entry-order", early_statement),
    ("a cancelled election continued", "entry-order", continued),
    ("a ceremony begun again during the vote", "entry-order", ceremony_again),
    ("a replacement with another number", "replacement", replacement_number),
    ("a replacement of someone who has voted", "replacement", replacement_voted),
    ("a replacement by a used code", "replacement", replacement_used),
    ("a replacement without a registrar", "entry-signatures", replacement_unsigned),
    ("a successor with another number", "successor", successor_number),
    ("a successor that is a key already named", "successor", successor_used),
    ("a successor of the board entered later than it says", "successor", successor_late),
    ("an official's successor that a later act withdrew", "entry-once", successor_withdrawn),
    ("the second of two successors of one official that raced", "entry-once", successor_raced),
    ("an official's successor entered again", "entry-once", successor_again),
    ("an official's old key after its succession", "entry-signatures", old_key),
];

fn at(words: &str) -> u64 {
    Time::parse(words).unwrap().unix()
}

fn extend(election: &Election, old: u64, new: u64) -> Vec<u8> {
    election.act(Extension { old, new, reason: String::new() })
}

fn good_extension(election: &Election) -> Vec<u8> {
    extend(election, election.record.closing_time().unwrap(), at("2027-06-06T20:00:00Z"))
}

fn instead_of_extension(lie: impl Fn(&Election) -> Vec<u8>) -> Told {
    let election = opened();
    let (good, bad) = (good_extension(&election), lie(&election));
    next(election, &[good], &[bad])
}

fn backwards() -> Told {
    instead_of_extension(|e| extend(e, e.record.closing_time().unwrap(), at("2027-06-06T17:00:00Z")))
}

fn beyond() -> Told {
    instead_of_extension(|e| extend(e, e.record.closing_time().unwrap(), at("2027-06-09T17:00:00Z")))
}

fn wrong_old() -> Told {
    instead_of_extension(|e| extend(e, e.record.closing_time().unwrap() + 1, at("2027-06-06T20:00:00Z")))
}

fn too_early() -> Told {
    let election = opened();
    let close = |time| election.act(OfficialClose { time, reason: String::new() });
    let (good, bad) = (close(at("2027-06-06T12:00:00Z")), close(at("2027-06-06T11:59:59Z")));
    next(election, &[good], &[bad])
}

fn scheduled(election: &Election, time: u64, key: &SigningKey) -> Vec<u8> {
    ScheduledClose { election: election.id(), time, signature: [0; 64] }.signed(key).encode()
}

fn other_time() -> Told {
    let election = opened();
    let time = election.record.closing_time().unwrap();
    let (good, bad) =
        (scheduled(&election, time, &election.board), scheduled(&election, time + 1, &election.board));
    next(election, &[good], &[bad])
}

fn closed_by_official() -> Told {
    let election = opened();
    let time = election.record.closing_time().unwrap();
    let (good, bad) =
        (scheduled(&election, time, &election.board), scheduled(&election, time, &election.officials[0]));
    next(election, &[good], &[bad])
}

/// The good extension under other signatures.
fn signed_by(make: impl Fn(&Election, &[u8]) -> Signatures) -> Told {
    instead_of_extension(|election| {
        let old = election.record.closing_time().unwrap();
        let body = Extension { old, new: at("2027-06-06T20:00:00Z"), reason: String::new() };
        let mut act = Act::unsigned(election.id(), election.seen(), body);
        act.officials = make(election, &act.unsigned_bytes());
        act.encode()
    })
}

fn too_few() -> Told {
    signed_by(|election, bytes| signatures(Role::Official, &election.officials[..1], 0, bytes))
}

fn too_many() -> Told {
    signed_by(|election, bytes| signatures(Role::Official, &election.officials, 0, bytes))
}

fn numbered(signer: u16, role: Role, key: &SigningKey, bytes: &[u8]) -> NumberedSignature {
    NumberedSignature { signer, signature: sign(role, key, bytes) }
}

fn twice_one() -> Told {
    signed_by(|election, bytes| {
        let one = numbered(0, Role::Official, &election.officials[0], bytes);
        Signatures(vec![one.clone(), one])
    })
}

fn descending() -> Told {
    signed_by(|election, bytes| {
        let both = [1, 0].map(|n| numbered(n, Role::Official, &election.officials[usize::from(n)], bytes));
        Signatures(both.to_vec())
    })
}

fn stranger() -> Told {
    signed_by(|election, bytes| {
        let own = numbered(0, Role::Official, &election.officials[0], bytes);
        Signatures(vec![own, numbered(1, Role::Official, &key_of("stranger", 0), bytes)])
    })
}

fn other_role() -> Told {
    signed_by(|election, bytes| signatures(Role::Trustee, &election.trustees[..2], 0, bytes))
}

fn on_another(change: impl Fn(&mut plebiscite_election::entry::Seen)) -> Told {
    instead_of_extension(|election| {
        let old = election.record.closing_time().unwrap();
        let mut seen = election.seen();
        change(&mut seen);
        election.act_on(seen, Extension { old, new: at("2027-06-06T20:00:00Z"), reason: String::new() })
    })
}

fn other_root() -> Told {
    on_another(|seen| seen.root[0] ^= 1)
}

fn future() -> Told {
    on_another(|seen| seen.size += 1)
}

fn entered_twice() -> Told {
    let election = opened();
    let good = good_extension(&election);
    next(election, std::slice::from_ref(&good), &[good.clone(), good.clone()])
}

fn withdrawn() -> Told {
    let election = opened();
    let first = good_extension(&election);
    let statement =
        |text: &str| election.act(OfficialStatement { kind: StatementKind::Mirrors, text: text.to_owned() });
    let second = statement("one mirror");
    let honest = [second.clone()];
    next(election, &honest, &[second, first])
}

fn other_election() -> Told {
    let other = Election::opened(Shape { title: "Another vote".to_owned(), ..Shape::default() });
    let election = opened();
    let old = election.record.closing_time().unwrap();
    let body = Extension { old, new: at("2027-06-06T20:00:00Z"), reason: String::new() };
    let bad = other.act_on(election.seen(), body);
    let good = good_extension(&election);
    next(election, &[good], &[bad])
}

fn early_statement() -> Told {
    let mut election = Election::new(Shape::default());
    election.set_up();
    election.hold_ceremony();
    election.publish_roll();
    election.seal_roll();
    let open = election.act(election.record.open_body(String::new()).unwrap());
    let bad = election.act(OfficialStatement { kind: StatementKind::Pages, text: "hashes".to_owned() });
    next(election, &[open], &[bad])
}

fn continued() -> Told {
    let mut election = opened();
    let ballot = Election::ballot_entry(&election.ballot(0, &[YES]));
    let cancel = election.act(Cancel { reason: "the question was misprinted".to_owned() });
    next(election, std::slice::from_ref(&cancel), &[cancel.clone(), ballot])
}

fn ceremony_again() -> Told {
    instead_of_extension(|election| election.act(AttemptBegins { number: 2 }))
}

/// A replacement of a voter's letter by both registrars' new parts.
fn replacement(election: &mut Election, voter: u32, number: u32, used: bool) -> Replacement {
    let setup = election.record.setup_context().unwrap();
    let old = election.record.credential(voter).unwrap().credential;
    let request = ReplacementRequest { index: voter, number, old, reason: ReplacementReason::Lost };
    let mut parts = Vec::new();
    for (place, registrar) in Registrar::ALL.into_iter().enumerate() {
        let code = if used { election.codes[8][place].clone() } else { election.code(registrar) };
        let part = CredentialPart::derive(&code, &election.id());
        let fresh = election.fresh();
        parts.push(prove_replacement_part(&setup, &request, &part, &fresh));
    }
    Replacement { request, parts }
}

fn replaced(lie: impl Fn(&mut Election) -> Vec<u8>) -> Told {
    let mut election = opened();
    election.cast(1, &[YES]);
    let body = replacement(&mut election, 0, 1, false);
    let good = election.act(body);
    let bad = lie(&mut election);
    next(election, &[good], &[bad])
}

fn replacement_number() -> Told {
    replaced(|election| {
        let body = replacement(election, 0, 2, false);
        election.act(body)
    })
}

fn replacement_voted() -> Told {
    replaced(|election| {
        let body = replacement(election, 1, 1, false);
        election.act(body)
    })
}

fn replacement_used() -> Told {
    replaced(|election| {
        let body = replacement(election, 0, 1, true);
        election.act(body)
    })
}

fn replacement_unsigned() -> Told {
    replaced(|election| {
        let body = replacement(election, 0, 1, false);
        let mut act = Act::unsigned(election.id(), election.seen(), body);
        let bytes = act.unsigned_bytes();
        act.officials = signatures(Role::Official, &election.officials[..2], 0, &bytes);
        act.cosigners = signatures(Role::Registrar, &election.registrars[..1], 0, &bytes);
        act.encode()
    })
}

fn new_key(number: usize) -> [u8; 32] {
    key_of("successor", number).verifying_key().to_bytes()
}

fn successor(election: &Election, number: u32, key: [u8; 32]) -> Vec<u8> {
    election.act(Successor { number, of: Succeeded::Official(2), key })
}

fn succeeded(lie: impl Fn(&Election) -> Vec<u8>) -> Told {
    let election = opened();
    let (good, bad) = (successor(&election, 1, new_key(0)), lie(&election));
    next(election, &[good], &[bad])
}

fn successor_number() -> Told {
    succeeded(|election| successor(election, 2, new_key(0)))
}

fn successor_used() -> Told {
    succeeded(|election| successor(election, 1, key_of("trustee", 3).verifying_key().to_bytes()))
}

fn successor_late() -> Told {
    let mut election = opened();
    // An official's may wait for its signatures while ballots come; the board's names the log that it goes on from.
    let good = successor(&election, 1, new_key(0));
    let late = election.act(Successor { number: 1, of: Succeeded::Board, key: new_key(0) });
    election.cast(0, &[YES]);
    next(election, &[good], &[late])
}

fn successor_withdrawn() -> Told {
    let mut election = opened();
    let old = successor(&election, 1, new_key(0));
    election.cast(0, &[YES]);
    let extension = good_extension(&election);
    election.append(&extension).unwrap();
    let good = successor(&election, 1, new_key(0));
    next(election, &[good], &[old])
}

fn successor_raced() -> Told {
    let mut election = opened();
    let [first, second] = [0, 1].map(|key| successor(&election, 1, new_key(key)));
    election.cast(0, &[YES]);
    election.append(&first).unwrap();
    let good = successor(&election, 2, new_key(1));
    next(election, &[good], &[second])
}

fn successor_again() -> Told {
    let mut election = opened();
    let first = successor(&election, 1, new_key(0));
    election.append(&first).unwrap();
    election.cast(0, &[YES]);
    let good = successor(&election, 2, new_key(1));
    next(election, &[good], &[first])
}

fn old_key() -> Told {
    let mut election = opened();
    let change = election.act(Successor { number: 1, of: Succeeded::Official(0), key: new_key(1) });
    election.append(&change).unwrap();
    let bad = good_extension(&election);
    election.officials[0] = key_of("successor", 1);
    let good = good_extension(&election);
    next(election, &[good], &[bad])
}
