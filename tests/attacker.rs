//! The attacker has the operator's whole disk, and so the board's key and every entry. It signs whatever log it likes, and no
//! verifier takes from it an opening, an extension, a close by the officials, a roll, a seal, a confirmation or a decryption that
//! those did not sign who must. Each forgery stands beside its accepted twin. What it can do, close before the time, is valid,
//! and stands in the report once more than the faulty witnesses have seen it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail where it stands"
)]

mod stage;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::Instant;

use ed25519_dalek::SigningKey;
use plebiscite_board::cosignature::cosign;
use plebiscite_board::entry_bundle;
use plebiscite_board::merkle::{Tree, leaf_hash};
use plebiscite_board::note::Note;
use plebiscite_election::contest::Choice;
use plebiscite_election::entry::{
    ElectionId, Entry, Kind, MessageKind, OfficialClose, Role, ScheduledClose, Slot, sign,
};
use plebiscite_election::manifest::time::Time;
use plebiscite_roles::proposal::Proposal;
use plebiscite_roles::remote::Remote;
use plebiscite_support::{Election, Shape, checkpoint_of, key_of, with_chunks, write_folder};
use plebiscite_verifier::source::{Client, Limits, Source};
use plebiscite_verifier::{Options, Report, replay, report};
use stage::Stage;
use tempfile::TempDir;

/// The closing time of these elections after their extension, and the early one that the officials name.
const EXTENDED: &str = "2027-06-06T19:00:00Z";

/// What the attacker has: all of it from the disk.
struct Attacker {
    id: ElectionId,
    board: SigningKey,
    log: Vec<Vec<u8>>,
}

/// A whole election by its true roles over HTTP, certified; then the machine is taken away.
fn robbed(stage: &mut Stage) -> (Attacker, Election) {
    let shape = Shape { witnesses: (4, 3, 1), ..Shape::default() };
    let mut election = Election::opened(shape);
    for (voter, option) in [(0, 0), (1, 0), (2, 1), (5, 0), (6, 1), (7, 0)] {
        election.cast(voter, &[Choice::Option(option)]);
    }
    let replacement = election.replacement(1, 4);
    election.append(&replacement).unwrap();
    election.cast(3, &[Choice::Option(0)]);
    let extension = election.extension(EXTENDED);
    election.append(&extension).unwrap();
    election.finish();

    let data = stage.path("board");
    fs::create_dir(&data).unwrap();
    fs::write(data.join("board.key"), hex::encode(election.board.to_bytes())).unwrap();
    fs::set_permissions(data.join("board.key"), fs::Permissions::from_mode(0o600)).unwrap();
    stage.start_server();
    let manifest = election.manifest_entries();
    let bundle = stage.path("manifest.bundle");
    fs::write(&bundle, entry_bundle::encode(&manifest).unwrap()).unwrap();
    stage.operator(&["add-election", bundle.to_str().unwrap()]);
    let remote = Remote::new(&stage.site, election.id(), Client::new(Limits::for_acts())).unwrap();
    let ballots = |entry: &Vec<u8>| entry[0] == Kind::Ballot.byte();
    for run in election.entries[manifest.len()..].chunk_by(|one, other| ballots(one) == ballots(other)) {
        if ballots(&run[0]) {
            run.iter().for_each(|ballot| drop(remote.post_ballot(ballot).unwrap()));
        } else {
            remote.post_entries(run).unwrap();
        }
    }
    stage.kill_server();

    // From here on, nothing but the disk.
    let key = fs::read_to_string(data.join("board.key")).unwrap();
    let mut seed = [0; 32];
    hex::decode_to_slice(key.trim(), &mut seed).unwrap();
    let id = election.id().to_string();
    stage.operator(&["export", &id[..16], &stage.text("stolen")]);
    let stolen =
        fs::read(stage.path("stolen").join(format!("tile/entries/000.p/{}", election.entries.len())));
    let stolen = stolen.unwrap();
    let log: Vec<Vec<u8>> = entry_bundle::decode(&stolen).unwrap().into_iter().map(<[u8]>::to_vec).collect();
    assert_eq!(log, election.entries);
    (Attacker { id: election.id(), board: SigningKey::from_bytes(&seed), log }, election)
}

impl Attacker {
    /// Where the first entry of a kind stands in the stolen log.
    fn first(&self, kind: Kind) -> usize {
        self.log.iter().position(|entry| entry[0] == kind.byte()).unwrap()
    }

    fn last(&self, kind: Kind) -> usize {
        self.log.iter().rposition(|entry| entry[0] == kind.byte()).unwrap()
    }

    /// A log of its own making, under the board's true signature.
    fn publish(&self, entries: &[Vec<u8>]) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        let tree = Tree::of(entries.iter().map(|entry| leaf_hash(entry)));
        write_folder(folder.path(), entries, checkpoint_of(self.id, &tree, &self.board).note());
        folder
    }

    /// An act with the same body, "signed" by the board's key in the name of all who must sign it.
    fn signed_by_board(&self, act: &[u8]) -> Vec<u8> {
        self.signed_by(act, &self.board)
    }

    fn signed_by(&self, act: &[u8], key: &SigningKey) -> Vec<u8> {
        let mut proposal = Proposal::of(Entry::decode(act).unwrap()).unwrap();
        for number in [0, 1] {
            proposal.sign((Role::Official, number), key, 2).unwrap();
        }
        match proposal.cosigners() {
            Some(Role::Registrar) => {
                (0..2).for_each(|n| proposal.sign((Role::Registrar, n), key, 2).unwrap())
            }
            Some(role) => (1..=4).for_each(|n| proposal.sign((role, n), key, 4).unwrap()),
            None => {}
        }
        proposal.entries().remove(0)
    }
}

/// A forgery: what it is, the log's entries before it, and the forged entries, of which the last is refused.
struct Forgery {
    what: String,
    before: Vec<Vec<u8>>,
    forged: Vec<Vec<u8>>,
    check: &'static str,
}

/// How many bytes of an act stand before its signatures.
fn unsigned_length(act: &[u8]) -> usize {
    match Entry::decode(act).unwrap() {
        Entry::RollSeal(act) => act.unsigned_bytes().len(),
        Entry::Replacement(act) => act.unsigned_bytes().len(),
        Entry::Open(act) => act.unsigned_bytes().len(),
        Entry::Extension(act) => act.unsigned_bytes().len(),
        Entry::OfficialClose(act) => act.unsigned_bytes().len(),
        Entry::Seal(act) => act.unsigned_bytes().len(),
        Entry::Certification(act) => act.unsigned_bytes().len(),
        other => panic!("{:?} is not among the acts that are forged here", other.kind()),
    }
}

/// Every way to forge one act that stands in the stolen log.
fn forgeries_of(attacker: &Attacker, kind: Kind) -> Vec<Forgery> {
    let at = attacker.first(kind);
    let act = &attacker.log[at];
    let forgery = |how: &str, entry: Vec<u8>| Forgery {
        what: format!("{}, {how}", kind.name()),
        before: attacker.log[..at].to_vec(),
        forged: vec![entry],
        check: "entry-signatures",
    };
    let mut all = vec![
        forgery("signed by the board's key in everyone's name", attacker.signed_by_board(act)),
        forgery("signed by a key of its own", attacker.signed_by(act, &SigningKey::from_bytes(&[7; 32]))),
    ];
    // The true signatures of another act that the same people signed, moved to this one.
    let (unsigned, other) = (unsigned_length(act), &attacker.log[attacker.first(donor(kind))]);
    let moved = [&act[..unsigned], &other[unsigned_length(other)..]].concat();
    if Entry::decode(&moved).is_ok() {
        all.push(forgery("with the signatures of another act", moved));
    }
    all
}

/// An act with signatures by the same roles.
fn donor(kind: Kind) -> Kind {
    match kind {
        Kind::Open => Kind::Certification,
        _ => Kind::Open,
    }
}

/// Acts whose body is the attacker's own, where its wish differs from what stands.
fn wishes(attacker: &Attacker, election: &Election) -> Vec<Forgery> {
    let log = &attacker.log;
    let mut all = Vec::new();
    let mut wish = |what: &str, at: usize, forged: Vec<Vec<u8>>, check: &'static str| {
        all.push(Forgery { what: what.to_owned(), before: log[..at].to_vec(), forged, check });
    };
    // A later close than the officials' extension, by changing the time under their signatures.
    let at = attacker.first(Kind::Extension);
    let (unsigned, mut later) = (unsigned_length(&log[at]), log[at].clone());
    let new = Time::parse(EXTENDED).unwrap().unix().to_be_bytes();
    let place = later[..unsigned].windows(8).position(|window| window == new).unwrap();
    later[place + 7] ^= 1;
    wish("an extension by another second", at, vec![later], "entry-signatures");
    // A close at once, by an act of its own.
    let at = attacker.first(Kind::OfficialClose);
    let time = Time::parse("2027-06-06T12:00:00Z").unwrap().unix();
    let before = Election::replay(&log[..at]).unwrap();
    let tree = Tree::of(log[..at].iter().map(|entry| leaf_hash(entry)));
    let body = OfficialClose { time, reason: "the machine is ours".to_owned() };
    let seen = plebiscite_election::entry::Seen {
        size: before.size(),
        root: plebiscite_board::merkle::Roots::root_at(&tree, before.size()).unwrap().0,
    };
    let close = plebiscite_election::entry::Act::unsigned(attacker.id, seen, body).encode();
    wish("a close of its own", at, vec![attacker.signed_by_board(&close)], "entry-signatures");
    // A roll with one credential exchanged: a byte of a registrar's list, and so another than it committed to.
    let at = chunk_of(log, MessageKind::RollList);
    let mut list = log[at].clone();
    *list.last_mut().unwrap() ^= 1;
    wish("a changed row in a registrar's list", at, vec![list], "chunks");
    // The last ballot left out: the true seal does not fit, and a fitting one has no signatures.
    let (ballot, close, seal) =
        (attacker.last(Kind::Ballot), attacker.first(Kind::OfficialClose), attacker.first(Kind::Seal));
    let without: Vec<Vec<u8>> = log[..close]
        .iter()
        .enumerate()
        .filter(|(index, _)| *index != ballot)
        .map(|(_, e)| e.clone())
        .collect();
    let extension = without.iter().position(|entry| entry[0] == Kind::Extension.byte()).unwrap();
    // The officials' extension names the log with the ballot in it, and so refuses the cut by itself.
    all.push(Forgery {
        what: "the last ballot left out under the officials' later acts".to_owned(),
        before: without[..extension].to_vec(),
        forged: vec![without[extension].clone()],
        check: "entry-seen",
    });
    let cut = &log[..ballot];
    let mut fork = Election::of_manifest(election.shape.clone(), election.manifest.clone());
    fork.append_all(cut);
    let scheduled = scheduled_close(attacker, fork.record.closing_time().unwrap());
    fork.append(&scheduled).unwrap();
    let fitting = fork.seal_entry();
    let forked = [cut, &[scheduled]].concat();
    all.push(Forgery {
        what: "a seal without the last ballot, signed by the board's key".to_owned(),
        before: forked.clone(),
        forged: vec![attacker.signed_by_board(&fitting)],
        check: "entry-signatures",
    });
    all.push(Forgery {
        what: "the officials' seal over a log without the last ballot".to_owned(),
        before: forked,
        forged: vec![log[seal].clone()],
        check: "entry-seen",
    });
    all
}

/// Forged confirmations and decryptions, and a result of its own.
fn trustees_forged(attacker: &Attacker, election: &Election) -> Vec<Forgery> {
    let log = &attacker.log;
    let at = attacker.first(Kind::SealConfirmation);
    let Entry::SealConfirmation(confirmation) = Entry::decode(&log[at]).unwrap() else { unreachable!() };
    let by_board = confirmation.clone().signed(&attacker.board).encode();
    let mut other_name = confirmation;
    other_name.trustee = 5;
    let head_at = head_of(log, MessageKind::PartialDecryptions);
    let Entry::Head(head) = Entry::decode(&log[head_at]).unwrap() else { unreachable!() };
    let slot = Slot { signer: 5, ..head.slot };
    // Trustee 1's true decryptions in the name of trustee 5, and under the board's key.
    let Entry::Chunk(chunk) = Entry::decode(&log[head_at + 1]).unwrap() else { unreachable!() };
    let mut stolen = plebiscite_election::entry::Head::of(attacker.id, slot, &chunk.bytes, head.seen);
    stolen.signatures.insert(5, sign(Role::Trustee, &attacker.board, &stolen.unsigned_bytes()));
    let stolen = with_chunks(&stolen, &chunk.bytes);
    let mut changed = log[head_at + 1].clone();
    *changed.last_mut().unwrap() ^= 1;
    let result = attacker.first(Kind::Result);
    let mut false_result = log[result].clone();
    // One vote more for yes: the first count's last byte, behind kind, election, cells u16 and one flag.
    false_result[1 + 32 + 2 + 1 + 7] += 1;
    let _ = election;
    let forged = |what: &str, at: usize, forged: Vec<Vec<u8>>, check| Forgery {
        what: what.to_owned(),
        before: log[..at].to_vec(),
        forged,
        check,
    };
    vec![
        forged("a confirmation under the board's key", at, vec![by_board], "entry-signatures"),
        forged("a confirmation in another trustee's name", at, vec![other_name.encode()], "entry-signatures"),
        forged(
            "another's decryptions under the board's key",
            head_at,
            stolen[..1].to_vec(),
            "entry-signatures",
        ),
        forged("a changed byte of a trustee's decryptions", head_at + 1, vec![changed], "chunks"),
        forged("a result with one vote more", result, vec![false_result], "result-counts"),
    ]
}

fn head_of(log: &[Vec<u8>], message: MessageKind) -> usize {
    let is = |entry: &Vec<u8>| matches!(Entry::decode(entry), Ok(Entry::Head(head)) if head.slot.message == message);
    log.iter().position(is).unwrap()
}

fn chunk_of(log: &[Vec<u8>], message: MessageKind) -> usize {
    let is = |entry: &Vec<u8>| matches!(Entry::decode(entry), Ok(Entry::Chunk(chunk)) if chunk.slot.message == message);
    log.iter().position(is).unwrap()
}

fn scheduled_close(attacker: &Attacker, time: u64) -> Vec<u8> {
    let close = ScheduledClose { election: attacker.id, time, signature: [0; 64] };
    close.signed(&attacker.board).encode()
}

fn judge(folder: &Path) -> Report {
    let source = Source::open(folder.to_str().unwrap()).unwrap();
    let options =
        Options { election: None, since: None, up_to: None, fresh: [9; 32], progress: &mut |_, _| () };
    Report::of(&replay(source, options).unwrap())
}

/// The exit code of the second verifier, in Python.
fn second(folder: &Path, id: &str) -> Option<i32> {
    let reference = Path::new(env!("CARGO_MANIFEST_DIR")).join("proofs/reference");
    let output = Command::new("python3").arg(reference).arg("verify").arg(folder).arg(id).output().unwrap();
    output.status.code()
}

/// The same of many folders, on all cores.
fn seconds(folders: &[PathBuf], id: &str) -> Vec<Option<i32>> {
    let (next, codes) = (std::sync::atomic::AtomicUsize::new(0), Mutex::new(vec![None; folders.len()]));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                loop {
                    let place = next.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                    let Some(folder) = folders.get(place) else { return };
                    let code = second(folder, id);
                    codes.lock().unwrap()[place] = code;
                }
            });
        }
    });
    codes.into_inner().unwrap()
}

#[test]
fn the_operators_disk_and_the_boards_key_forge_no_act_of_anyone_else() {
    let begun = Instant::now();
    let mut stage = Stage::new();
    let (attacker, election) = robbed(&mut stage);
    let id = attacker.id.to_string();
    let mut all: Vec<Forgery> = [
        Kind::RollSeal,
        Kind::Open,
        Kind::Replacement,
        Kind::Extension,
        Kind::OfficialClose,
        Kind::Seal,
        Kind::Certification,
    ]
    .into_iter()
    .flat_map(|kind| forgeries_of(&attacker, kind))
    .collect();
    all.extend(wishes(&attacker, &election));
    all.extend(trustees_forged(&attacker, &election));
    let mut folders = Vec::new();
    for Forgery { what, before, forged, check } in &all {
        // The twin: the very log without the forgery is accepted, and so is the true entry, which the next twin holds.
        let twin = attacker.publish(before);
        let found = judge(twin.path());
        assert_ne!(found.outcome, report::Outcome::Failed, "before {what}: {found}");
        let entries = [before.as_slice(), forged].concat();
        let folder = attacker.publish(&entries);
        let found = judge(folder.path());
        assert_eq!(found.outcome, report::Outcome::Failed, "{what}");
        let failed = found.failed().unwrap();
        assert_eq!((failed.name, failed.entry), (*check, Some(entries.len() as u64 - 1)), "{what}: {found}");
        folders.push((what, twin, folder));
    }
    // The whole stolen log, every true entry in it, is what it was: passed.
    let whole = attacker.publish(&attacker.log);
    assert_eq!(judge(whole.path()).outcome, report::Outcome::Passed);
    // The program that people run says the same of one of them, by its exit code.
    let (code, _) = stage.verify(folders[0].2.path().to_str().unwrap(), &id);
    let (whole_code, _) = stage.verify(whole.path().to_str().unwrap(), &id);
    assert_eq!((code, whole_code), (Some(1), Some(0)));
    let first = begun.elapsed().as_secs();
    let forged: Vec<PathBuf> = folders.iter().map(|(_, _, folder)| folder.path().to_owned()).collect();
    for ((what, _, _), code) in folders.iter().zip(seconds(&forged, &id)) {
        assert_eq!(code, Some(1), "the second verifier takes {what}");
    }
    assert_eq!(second(whole.path(), &id), Some(0));
    println!(
        "{} forgeries: {first} s by the first verifier, {} s in all by both",
        all.len(),
        begun.elapsed().as_secs()
    );
}

/// The checkpoint over these entries with cosignatures of these witnesses at these times, as a file beside the log.
fn cosigned(attacker: &Attacker, folder: &TempDir, entries: &[Vec<u8>], by: &[(usize, u64)]) {
    let tree = Tree::of(entries.iter().map(|entry| leaf_hash(entry)));
    let note = checkpoint_of(attacker.id, &tree, &attacker.board).note().to_vec();
    let text = Note::parse(&note).unwrap().text;
    let line = |(witness, time): &(usize, u64)| {
        cosign(&text, &format!("witness{}", witness + 1), *time, &key_of("witness", *witness)).unwrap()
    };
    let lines: String = by.iter().map(line).collect();
    fs::create_dir_all(folder.path().join("cosigned")).unwrap();
    fs::write(folder.path().join("cosigned/latest"), [note, lines.into_bytes()].concat()).unwrap();
}

#[test]
fn a_close_before_its_time_is_valid_and_stands_in_the_report_once_more_than_the_faulty_witnesses_saw_it() {
    let mut stage = Stage::new();
    let (attacker, _) = robbed(&mut stage);
    let at = attacker.first(Kind::OfficialClose);
    let before = Election::replay(&attacker.log[..at]).unwrap();
    let time = before.closing_time().unwrap();
    let closed = [&attacker.log[..at], &[scheduled_close(&attacker, time)]].concat();
    let too_early = |by: &[(usize, u64)]| {
        let folder = attacker.publish(&closed);
        if !by.is_empty() {
            cosigned(&attacker, &folder, &closed, by);
        }
        let found = judge(folder.path());
        assert_eq!(found.outcome, report::Outcome::NotYet, "{found}");
        let text = found.to_string();
        let named = found.findings.iter().any(|finding| finding.name == "closed-too-early");
        assert_eq!(named, text.contains("closed-too-early"), "{text}");
        named
    };
    // Nobody saw it, or so few that they may all be faulty.
    assert!(!too_early(&[]));
    assert!(!too_early(&[(0, time - 3_600)]));
    // Two of four, of whom one may be faulty: at least one honest witness saw the close an hour before its time.
    assert!(too_early(&[(0, time - 3_600), (2, time - 3_590)]));
    // The twin: seen at its time.
    assert!(!too_early(&[(0, time), (2, time + 5)]));
    // The attacker's own time is nobody's: a close that names another than the one in force is refused.
    let other = [&attacker.log[..at], &[scheduled_close(&attacker, time - 3_600)]].concat();
    let found = judge(attacker.publish(&other).path());
    let failed = found.failed().unwrap();
    assert_eq!((failed.name, failed.entry), ("close", Some(at as u64)));
}
