//! Whole records as folders of static files: true ones, and lies told by who holds the board's key and every other.

use std::collections::BTreeMap;
use std::path::Path;

use plebiscite_board::merkle::{Tree, leaf_hash};
use plebiscite_crypto::group::{Point, RISTRETTO_BASEPOINT_POINT, Scalar, encode_point, scalar_from_wide};
use plebiscite_crypto::proof::knowledge;
use plebiscite_crypto::transcript::TranscriptExt;
use plebiscite_election::ballot::Tracker;
use plebiscite_election::contest::Choice;
use plebiscite_election::entry::{
    Cancel, Certification, Extension, Kind, Open, ResultEntry, ScheduledClose, Seal,
};
use plebiscite_support::{Election, Shape, checkpoint_of, files_of, key_of};
use plebiscite_verifier::report::{Outcome, Status};
use plebiscite_verifier::source::Source;
use plebiscite_verifier::{Options, Report, replay};
use serde_json::{Value, json};
use sha2::{Digest, Sha512};

use crate::json::{Fields, bad, file, good, hex, unhex};
use crate::numbers::{NO_POINT, flip, plus_order, with};

const YES: Choice = Choice::Option(0);
const NO: Choice = Choice::Option(1);

/// Files by path, and a case that speaks of them.
type Made = (Vec<(String, Vec<u8>)>, Value);

fn shape() -> Shape {
    Shape {
        trustees: (2, 3),
        voters: vec![4, 3],
        title: "A vote of test vectors".to_owned(),
        ..Shape::default()
    }
}

fn opened() -> Election {
    Election::opened(shape())
}

/// Open, with six voters' ballots, one of whom voted twice.
fn voted() -> Election {
    let mut election = opened();
    for (voter, choice) in [(0, YES), (1, YES), (2, NO), (4, YES), (5, NO), (6, Choice::Blank), (2, YES)] {
        election.cast(voter, &[choice]);
    }
    election
}

fn sealed() -> Election {
    let mut election = voted();
    election.close();
    election.seal();
    election
}

fn decrypted() -> Election {
    let mut election = sealed();
    election.confirm(&[1, 2, 3]);
    election.decrypt(&[1, 2]);
    election
}

/// A record under this name: the entries, with the tree rebuilt and signed again by the board's key.
fn record(name: &str, election: &Election, entries: &[Vec<u8>]) -> Vec<(String, Vec<u8>)> {
    let tree = Tree::of(entries.iter().map(|entry| leaf_hash(entry)));
    let checkpoint = checkpoint_of(election.id(), &tree, &election.board);
    let files = files_of(entries, checkpoint.note());
    files.into_iter().map(|(path, bytes)| (format!("records/{name}/{path}"), bytes)).collect()
}

fn truth(name: &str, outcome: &str, election: &Election) -> Made {
    let case = json!({"folder": format!("records/{name}"), "outcome": outcome, "entries": election.entries.len(),
        "election": hex(election.id().0)});
    (record(name, election, &election.entries), good(name, "record", case))
}

/// After what stands, entries of which the last is refused by this check.
fn lie(name: &str, check: &str, election: &Election, more: &[Vec<u8>]) -> Made {
    let entries = [election.entries.as_slice(), more].concat();
    told(name, check, Some(entries.len() - 1), election, &entries)
}

fn told(name: &str, check: &str, at: Option<usize>, election: &Election, entries: &[Vec<u8>]) -> Made {
    let case = json!({"folder": format!("records/{name}"), "outcome": "failed", "entry": at,
        "election": hex(election.id().0)});
    (record(name, election, entries), bad(name, "record", check, case))
}

/// A voter's secret from her codes (§14.3).
fn secret_of(election: &Election, voter: u32) -> Scalar {
    let codes = election.codes[voter as usize].iter();
    (0u8..)
        .zip(codes)
        .map(|(registrar, code)| {
            let symbols: String = code.printed().chars().filter(|c| *c != '-').take(26).collect();
            let hash = Sha512::new().chain_update("plebiscite/v1/code-secret").chain_update(election.id().0);
            scalar_from_wide(&hash.chain_update([registrar]).chain_update(symbols).finalize().into())
        })
        .sum()
}

/// A body signed by a voter whose program signs whatever it is given.
fn signed(election: &Election, voter: u32, body: &[u8]) -> Vec<u8> {
    let context = election.ballot_context(voter);
    let base = election.record.parameters().unwrap().context().ballot(&context);
    let mut transcript = base.fork(b"ballot-signature", 1);
    let (g, secret) = (RISTRETTO_BASEPOINT_POINT, secret_of(election, voter));
    let public: Point = g * secret;
    let signature =
        knowledge::sign(&mut transcript, &g, &secret, &public, &Tracker::of(body).0, &[5; 32]).encode();
    [&[Kind::Ballot.byte()][..], body, &signature].concat()
}

fn entry(election: &mut Election, voter: u32, choice: Choice) -> Vec<u8> {
    Election::ballot_entry(&election.ballot(voter, &[choice]))
}

/// All files of records, and the cases that name them.
#[must_use]
pub fn make() -> BTreeMap<String, Vec<u8>> {
    let mut made = truths();
    made.extend(ballots());
    made.extend(acts());
    made.extend(counts());
    made.extend(logs());
    let mut files = BTreeMap::new();
    let mut cases = Vec::new();
    for (own, case) in made {
        files.extend(own);
        cases.push(case);
    }
    files.insert("records.json".to_owned(), file("records", &["11.8", "20", "23"], &[], cases));
    files
}

fn truths() -> Vec<Made> {
    let mut whole = voted();
    whole.finish();
    let mut cancelled = voted();
    let act = cancelled.act(Cancel { reason: "the letters were wrong".to_owned() });
    cancelled.append(&act).unwrap();
    let mut faulty = sealed();
    faulty.confirm(&[1, 2, 3]);
    let mut partials = faulty.partials(3);
    partials.factors[0][0] = encode_point(&RISTRETTO_BASEPOINT_POINT);
    let entries = faulty.partials_entries(3, &partials.encode());
    faulty.append_all(&entries);
    faulty.decrypt(&[1, 2]);
    faulty.enter_result();
    vec![
        truth("finished", "passed", &whole),
        truth("open", "not-yet", &voted()),
        truth("cancelled", "cancelled", &cancelled),
        truth("a-false-share-is-a-fault", "passed", &faulty),
    ]
}

fn ballots() -> Vec<Made> {
    let mut election = opened();
    let good = entry(&mut election, 0, YES);
    let body = good[1..good.len() - 64].to_vec();
    let copied = {
        let mut other = opened();
        let mut theirs = entry(&mut other, 1, YES)[1..].to_vec();
        theirs.truncate(theirs.len() - 64);
        with(&theirs, 0, &0u32.to_be_bytes())
    };
    let end = body.len() - 32;
    let own = |body: &[u8]| signed(&election, 0, body);
    let row = |name, check, bad: Vec<u8>| lie(name, check, &election, &[bad]);
    let mut made = vec![
        row("ballot-altered", "ballot-signature", flip(&good, 300)),
        row("ballot-of-another-voter", "ballot-signature", with(&good, 1, &1u32.to_be_bytes())),
        row("ballot-copied-and-signed", "ballot-proof", own(&copied)),
        row("ballot-unproven", "ballot-proof", own(&flip(&body, end))),
        row("ballot-with-no-point", "ballot-proof", own(&with(&body, 40, &NO_POINT))),
        row("ballot-with-the-identity", "ballot-encoding", own(&with(&body, 40, &[0; 32]))),
        row(
            "ballot-with-a-scalar-not-canonical",
            "ballot-encoding",
            own(&with(&body, end, &plus_order(&body[end..]))),
        ),
        row("ballot-with-a-trailing-byte", "ballot-encoding", [&good[..], &[0]].concat()),
        row("ballot-of-nobody", "ballot-credential", with(&good, 1, &99u32.to_be_bytes())),
        row("ballot-out-of-its-chain", "ballot-chain", with(&good, 5, &1u32.to_be_bytes())),
        row("entry-of-no-kind", "entry-encoding", with(&good, 0, &[0x7f])),
        lie("ballot-doubled", "ballot-chain", &election, &[good.clone(), good.clone()]),
    ];
    let mut revote = opened();
    revote.cast(0, &[YES]);
    let second = entry(&mut revote, 0, NO);
    made.push(lie("first-of-two-ballots-dropped", "ballot-chain", &election, &[second]));
    let time = election.record.closing_time().unwrap();
    let close =
        ScheduledClose { election: election.id(), time, signature: [0; 64] }.signed(&election.board).encode();
    made.push(lie("ballot-after-the-close", "entry-order", &election, &[close, good]));
    made
}

fn acts() -> Vec<Made> {
    let election = opened();
    let old = election.record.closing_time().unwrap();
    let extend = |election: &Election, old: u64, new: u64| {
        election.act(Extension { old, new, reason: "the post was late".to_owned() })
    };
    let later = extend(&election, old, old + 3_600);
    let mut impostor = opened();
    impostor.officials[1] = key_of("stranger", 0);
    let mut fewer = opened();
    fewer.shape.officials.0 = 1;
    let mut seen = election.seen();
    seen.root[0] ^= 1;
    let another_log = election.act_on(seen, Extension { old, new: old + 3_600, reason: String::new() });
    let other = Election::opened(Shape { title: "Another vote".to_owned(), ..shape() });
    let foreign = other.act_on(election.seen(), Extension { old, new: old + 3_600, reason: String::new() });
    let mut before = Election::new(shape());
    before.set_up();
    before.hold_ceremony();
    before.publish_roll();
    before.seal_roll();
    let mut open: Open = before.record.open_body("as scheduled".to_owned()).unwrap();
    open.key_digest[0] ^= 1;
    vec![
        lie("extension-backwards", "extension", &election, &[extend(&election, old, old - 3_600)]),
        lie("extension-entered-twice", "entry-once", &election, &[later.clone(), later]),
        lie(
            "extension-signed-by-a-stranger",
            "entry-signatures",
            &election,
            &[extend(&impostor, old, old + 3_600)],
        ),
        lie(
            "extension-with-too-few-signatures",
            "entry-signatures",
            &election,
            &[extend(&fewer, old, old + 3_600)],
        ),
        lie("extension-on-another-log", "entry-seen", &election, &[another_log]),
        lie("extension-of-another-election", "entry-election", &election, &[foreign]),
        lie("opening-with-other-keys", "open", &before, &[before.act(open)]),
    ]
}

fn counts() -> Vec<Made> {
    let mut closed = voted();
    closed.close();
    let seal = |change: &dyn Fn(&mut Seal)| {
        let (size, mut seal) = closed.record.seal_body().unwrap();
        change(&mut seal);
        closed.act_on(closed.seen_at(size), seal)
    };
    let first = closed.entries.iter().position(|entry| entry[0] == Kind::Ballot.byte()).unwrap();
    let mut left_out = closed.entries.clone();
    left_out.remove(first);
    let at = left_out.len() - 1;
    let decrypted = decrypted();
    let result = |change: &dyn Fn(&mut ResultEntry)| {
        let mut result = decrypted.record.expected_result().unwrap();
        change(&mut result);
        result.encode()
    };
    let sealed = sealed();
    let mut finished = self::decrypted();
    finished.enter_result();
    let confirmation = sealed.confirmation(1);
    vec![
        told("ballot-left-out-after-the-close-was-signed", "entry-seen", Some(at), &closed, &left_out),
        lie("seal-over-other-heads", "seal-heads", &closed, &[seal(&|seal| seal.heads_digest[0] ^= 1)]),
        lie(
            "seal-over-another-partition",
            "seal-partition",
            &closed,
            &[seal(&|seal| seal.partition_digest[0] ^= 1)],
        ),
        lie("seal-naming-another-close", "seal-log", &closed, &[seal(&|seal| seal.close -= 1)]),
        lie(
            "confirmation-of-another-seal",
            "seal-confirmation",
            &sealed,
            &[sealed.confirmation_of(1, [7; 32])],
        ),
        lie("confirmation-twice", "seal-confirmation", &sealed, &[confirmation.clone(), confirmation]),
        lie(
            "result-with-one-vote-more",
            "result-counts",
            &decrypted,
            &[result(&|result| result.content[10] += 1)],
        ),
        lie(
            "result-with-another-verdict",
            "result-verdict",
            &decrypted,
            &[result(&|result| *result.content.last_mut().unwrap() ^= 1)],
        ),
        lie(
            "certification-of-another-result",
            "certification",
            &finished,
            &[finished.act(Certification { result_digest: [7; 32] })],
        ),
    ]
}

/// Lies in the files themselves.
fn logs() -> Vec<Made> {
    let election = voted();
    let changed =
        |name: &str, check: &str, entry: Option<usize>, path: &str, change: &dyn Fn(&[u8]) -> Vec<u8>| {
            let (mut files, case) = told(name, check, entry, &election, &election.entries);
            let own = files.iter_mut().find(|(own, _)| own.ends_with(path)).unwrap();
            own.1 = change(&own.1);
            (files, case)
        };
    let entries = election.entries.len();
    let tile = format!("tile/0/000.p/{entries}");
    let bundle = format!("tile/entries/000.p/{entries}");
    let mut stranger = voted();
    stranger.board = key_of("stranger", 0);
    let (files, mut other) =
        told("another-election-than-the-one-asked-for", "log-election", None, &election, &election.entries);
    other["election"] = hex([7; 32]);
    let (forked, mut since) =
        told("fork-of-an-earlier-checkpoint", "log-extends", None, &election, &election.entries);
    let mut before = opened();
    before.cast(1, &[NO]);
    since["since"] = hex(before.checkpoint().note());
    let (extended, mut honest) = truth("extends-an-earlier-checkpoint", "not-yet", &election);
    let before = Tree::of(election.entries[..20].iter().map(|entry| leaf_hash(entry)));
    honest["since"] = hex(checkpoint_of(election.id(), &before, &election.board).note());
    vec![
        told("checkpoint-signed-by-a-stranger", "log-checkpoint", None, &stranger, &stranger.entries),
        changed("tile-altered", "log-tree", Some(0), &tile, &|bytes| flip(bytes, 40)),
        changed("bundle-altered", "log-entries", Some(0), &bundle, &|bytes| flip(bytes, 100)),
        (files, other),
        (forked, since),
        (extended, honest),
    ]
}

/// Judges a case: the whole record, from its folder.
///
/// # Errors
/// The name of the check that fails, where outcome and entry are those of the case; else what was found.
pub fn judge(case: &Value) -> Result<(), String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../proofs/vectors").join(case.text("folder"));
    let source = Source::open(folder.to_str().unwrap()).unwrap();
    let id = plebiscite_election::manifest::ElectionId(case.array("election"));
    let options = Options {
        election: Some(plebiscite_verifier::check::Demand::Id(id)),
        since: case.get("since").map(unhex),
        up_to: None,
        fresh: [9; 32],
        progress: &mut |_, _| (),
    };
    let report = Report::of(&replay(source, options).unwrap());
    let outcome = match report.outcome {
        Outcome::Passed => "passed",
        Outcome::Cancelled => "cancelled",
        Outcome::NotYet => "not-yet",
        Outcome::Failed => "failed",
    };
    let failed: Vec<_> = report.checks.iter().filter(|check| check.status == Status::Fail).collect();
    match failed.as_slice() {
        [] if outcome == case.text("outcome") && report.valid_up_to == case.number("entries") => Ok(()),
        [] => Err(format!("{outcome} after {} entries", report.valid_up_to)),
        [check] if json!(check.entry) == *case.field("entry") && outcome == case.text("outcome") => {
            Err(check.name.to_owned())
        }
        [check] => Err(format!("{} at entry {:?}: {:?}", check.name, check.entry, check.reason)),
        more => Err(more.iter().map(|check| check.name).collect::<Vec<_>>().join(" and ")),
    }
}
