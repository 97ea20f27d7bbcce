//! The server as a client of witnesses: cosignatures beside the log, no vote that waits for them, and no start behind them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop where it fails"
)]

mod common;

use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};

use common::{Server, config, data_folder};
use plebiscite_board::cosignature::WitnessKey;
use plebiscite_board::note::{Note, NoteKey};
use plebiscite_board::second::SecondSigner;
use plebiscite_election::contest::Choice;
use plebiscite_server::config::{Config, Witness as Named};
use plebiscite_support::{Election, Shape, key_of};
use plebiscite_witness::app::{self, Prefix};
use plebiscite_witness::watch::Witness;
use tokio::sync::watch;

const YES: Choice = Choice::Option(0);

/// A witness of the elections of `plebiscite-support`, in this process.
struct Watching {
    stop: watch::Sender<bool>,
    thread: std::thread::JoinHandle<()>,
    url: String,
}

fn witness_key(number: usize) -> WitnessKey {
    WitnessKey::new(&format!("witness{}", number + 1), key_of("witness", number).verifying_key()).unwrap()
}

/// The folder of a witness with a key that the manifests name.
fn watching(folder: &Path, number: usize, election: &Election) -> Watching {
    if !folder.join("key").exists() {
        Witness::create(folder, witness_key(number).name()).unwrap();
        std::fs::write(folder.join("key"), hex::encode(key_of("witness", number).to_bytes())).unwrap();
    }
    let witness = Witness::open(folder).unwrap();
    let board = NoteKey::new(&format!("plebiscite/v1/{}", election.id()), election.board.verifying_key());
    witness.add_log(&board.unwrap().vkey(), false).unwrap();
    let file = folder.join("address");
    let _ = std::fs::remove_file(&file);
    let (stop, stopped) = watch::channel(false);
    let path = file.clone();
    let thread = std::thread::spawn(move || {
        let listen = "127.0.0.1:0".parse().unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(app::serve(witness, listen, Some(&path), &Prefix::default(), stopped)).unwrap();
    });
    let url = wait(|| std::fs::read_to_string(&file).ok().filter(|text| !text.is_empty()));
    Watching { stop, thread, url: format!("http://{url}/") }
}

impl Watching {
    fn stop(self) {
        self.stop.send(true).unwrap();
        self.thread.join().unwrap();
    }
}

fn wait<T>(mut found: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "it does not come");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn with_witnesses(data: &Path, urls: &[(usize, String)]) -> Config {
    let named =
        |(number, url): &(usize, String)| Named { key: witness_key(*number).vkey(), url: url.clone() };
    let witnesses = urls.iter().map(named).collect();
    Config { witnesses, witness_interval_seconds: 1, ..config(data) }
}

fn shape() -> Shape {
    Shape { witnesses: (3, 2, 1), ..Shape::default() }
}

/// Size and witnesses of a cosigned checkpoint that the server kept.
fn kept(data: &Path, prefix: &str, name: &str) -> Option<(u64, usize)> {
    let path = data.join("elections").join(prefix).join("cosigned").join(name);
    let note = Note::parse(&std::fs::read(path).ok()?).ok()?;
    let size = note.text.lines().nth(1)?.parse().ok()?;
    let cosigned = (0..3).filter(|number| witness_key(*number).time_of(&note).unwrap().is_some()).count();
    Some((size, cosigned))
}

#[test]
fn checkpoints_are_cosigned_at_intervals_and_a_dead_witness_delays_no_vote() {
    let (data, folders) = (data_folder(), [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()]);
    let mut election = Election::opened(shape());
    let running: Vec<_> = (0..2).map(|n| watching(folders[n].path(), n, &election)).collect();
    // The third accepts connections and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut urls: Vec<_> = running.iter().map(|one| one.url.clone()).enumerate().collect();
    urls.push((2, format!("http://{}", silent.local_addr().unwrap())));
    let server = Server::start_with(with_witnesses(data.path(), &urls)).unwrap();
    let prefix = server.hold(&election);
    let ballot = Election::ballot_entry(&election.cast(0, &[YES]));
    let begun = Instant::now();
    assert_eq!(server.cast(&prefix, &ballot).status, 200);
    assert!(begun.elapsed() < Duration::from_secs(2));
    let size = election.entries.len() as u64;
    let (found, by) = wait(|| kept(data.path(), &prefix, "latest").filter(|(found, _)| *found == size));
    assert_eq!((found, by), (size, 2));
    // Before the close it is the last one without it as well, and there is none with it.
    assert_eq!(wait(|| kept(data.path(), &prefix, "open")), (size, 2));
    assert_eq!(kept(data.path(), &prefix, "close"), None);
    let before = election.entries.len();
    election.close();
    server.enter(&prefix, &election.entries[before..]);
    let closed = wait(|| kept(data.path(), &prefix, "close"));
    assert_eq!(closed, (size + 1, 2));
    assert_eq!(kept(data.path(), &prefix, "open"), Some((size, 2)));
    // Everyone can have them, beside the log and in an export of it.
    let file = data.path().join("elections").join(&prefix).join("cosigned/close");
    // It is kept before it is shown.
    let served = wait(|| {
        let served = server.get(&format!("/e/{prefix}/cosigned/close"));
        (served.status == 200).then_some(served.body)
    });
    assert_eq!(served, std::fs::read(&file).unwrap());
    assert_eq!(server.get(&format!("/e/{prefix}/cosigned/other")).status, 404);
    drop(silent);
    server.stop();
    let exported = tempfile::tempdir().unwrap();
    plebiscite_server::export::export(&config(data.path()), &prefix, exported.path()).unwrap();
    let copied = std::fs::read(exported.path().join("cosigned/close")).unwrap();
    assert_eq!(copied, std::fs::read(file).unwrap());
    running.into_iter().for_each(Watching::stop);
}

#[test]
fn second_signatures_of_a_witness_and_of_the_board_stand_in_cosigned_checkpoints_and_count_for_no_one() {
    let (data, folders) = (data_folder(), [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()]);
    let election = Election::opened(shape());
    let secret = |folder: &Path, byte: u8| {
        let path = folder.join("second-key");
        std::fs::write(&path, hex::encode([byte; 32])).unwrap();
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        path
    };
    secret(folders[0].path(), 5);
    let running: Vec<_> = (0..2).map(|n| watching(folders[n].path(), n, &election)).collect();
    let urls: Vec<_> = running.iter().map(|one| one.url.clone()).enumerate().collect();
    let signer = SecondSigner::new(witness_key(0).name(), &[5; 32]).unwrap();
    let settings = Config {
        second_keys: vec![signer.own().vkey()],
        board_second_key: Some(secret(data.path(), 6)),
        ..with_witnesses(data.path(), &urls)
    };
    // A second key of no witness of the settings is a mistake in them.
    let stranger = SecondSigner::new("stranger", &[5; 32]).unwrap().own().vkey();
    assert!(Server::start_with(Config { second_keys: vec![stranger], ..settings.clone() }).is_err());
    let server = Server::start_with(settings).unwrap();
    let prefix = server.hold(&election);
    let size = election.entries.len() as u64;
    assert_eq!(wait(|| kept(data.path(), &prefix, "latest").filter(|found| found.0 == size)), (size, 2));
    let file = data.path().join("elections").join(&prefix).join("cosigned/latest");
    let note = Note::parse(&std::fs::read(file).unwrap()).unwrap();
    assert!(signer.own().time_of(&note).unwrap().is_some_and(|time| time > 1_700_000_000));
    let own = SecondSigner::new(&format!("plebiscite/v1/{}", election.id()), &[6; 32]).unwrap();
    assert_eq!(own.own().time_of(&note), Ok(Some(0)));
    // The board's Ed25519 line, two witnesses' and the two second ones.
    assert_eq!(note.signatures.len(), 5);
    server.stop();
    running.into_iter().for_each(Watching::stop);
}

#[test]
fn a_store_behind_more_witnesses_than_may_be_faulty_does_not_start_and_behind_fewer_it_does() {
    let (data, folders) = (data_folder(), [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()]);
    let mut election = Election::opened(shape());
    let running: Vec<_> = (0..2).map(|n| watching(folders[n].path(), n, &election)).collect();
    let urls: Vec<_> = running.iter().map(|one| one.url.clone()).enumerate().collect();
    let server = Server::start_with(with_witnesses(data.path(), &urls)).unwrap();
    let prefix = server.hold(&election);
    server.stop();
    // The whole data folder, with the checkpoint that was signed last: nothing on this machine tells that it is old.
    let older = tempfile::tempdir().unwrap();
    copy(data.path(), older.path());
    let server = Server::start_with(with_witnesses(data.path(), &urls)).unwrap();
    let ballot = Election::ballot_entry(&election.cast(0, &[YES]));
    assert_eq!(server.cast(&prefix, &ballot).status, 200);
    let size = election.entries.len() as u64;
    wait(|| kept(data.path(), &prefix, "latest").filter(|found| *found == (size, 2)));
    server.stop();
    let refused = Server::start_with(with_witnesses(older.path(), &urls)).err().unwrap().to_string();
    assert!(refused.contains("more than the") && refused.contains("plebiscite-server import"), "{refused}");
    // One witness could be lying, and may not keep a board from starting; nor do dead ones.
    Server::start_with(with_witnesses(older.path(), &urls[..1])).unwrap().stop();
    // A copy of the whole log heals it, the checkpoint that was signed last here included, which is an older one too.
    let (exported, restored) = (tempfile::tempdir().unwrap(), with_witnesses(older.path(), &urls));
    plebiscite_server::export::export(&config(data.path()), &prefix, exported.path()).unwrap();
    assert_eq!(plebiscite_server::import::import(&restored, exported.path(), true).unwrap().entries, size);
    Server::start_with(restored).unwrap().stop();
    running.into_iter().for_each(Watching::stop);
    Server::start_with(with_witnesses(data.path(), &urls)).unwrap().stop();
}

#[test]
fn what_a_quorum_has_confirmed_is_not_unsaid_when_a_witness_is_out_of_reach() {
    let (data, folders) = (data_folder(), [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()]);
    let mut election = Election::opened(shape());
    let mut running: Vec<_> = (0..2).map(|n| watching(folders[n].path(), n, &election)).collect();
    let urls: Vec<_> = running.iter().map(|one| one.url.clone()).enumerate().collect();
    let server = Server::start_with(with_witnesses(data.path(), &urls)).unwrap();
    let prefix = server.hold(&election);
    let size = election.entries.len() as u64;
    wait(|| kept(data.path(), &prefix, "latest").filter(|found| *found == (size, 2)));
    running.pop().unwrap().stop();
    // The other one goes on: its newer line for the same checkpoint stands beside the one of the witness that is away.
    let file = data.path().join("elections").join(&prefix).join("cosigned/latest");
    let before = std::fs::read(&file).unwrap();
    wait(|| std::fs::read(&file).ok().filter(|now| *now != before));
    assert_eq!(kept(data.path(), &prefix, "latest"), Some((size, 2)));
    // And one line alone under a longer log does not take the place of two under this one.
    let ballot = Election::ballot_entry(&election.cast(0, &[YES]));
    assert_eq!(server.cast(&prefix, &ballot).status, 200);
    wait(|| kept(data.path(), &prefix, "open").filter(|found| *found == (size + 1, 1)));
    assert_eq!(kept(data.path(), &prefix, "latest"), Some((size, 2)));
    running.push(watching(folders[1].path(), 1, &election));
    server.stop();
    let urls: Vec<_> = running.iter().map(|one| one.url.clone()).enumerate().collect();
    let server = Server::start_with(with_witnesses(data.path(), &urls)).unwrap();
    wait(|| kept(data.path(), &prefix, "latest").filter(|found| *found == (size + 1, 2)));
    server.stop();
    running.into_iter().for_each(Watching::stop);
}

#[test]
fn nothing_is_signed_before_the_witnesses_were_asked() {
    let (data, folders) = (data_folder(), [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()]);
    let mut election = Election::opened(shape());
    let running: Vec<_> = (0..2).map(|n| watching(folders[n].path(), n, &election)).collect();
    let urls: Vec<_> = running.iter().map(|one| one.url.clone()).enumerate().collect();
    let server = Server::start_with(with_witnesses(data.path(), &urls)).unwrap();
    let prefix = server.hold(&election);
    server.stop();
    let older = tempfile::tempdir().unwrap();
    copy(data.path(), older.path());
    let server = Server::start_with(with_witnesses(data.path(), &urls)).unwrap();
    let ballot = Election::ballot_entry(&election.cast(0, &[YES]));
    assert_eq!(server.cast(&prefix, &ballot).status, 200);
    let size = election.entries.len() as u64;
    wait(|| kept(data.path(), &prefix, "latest").filter(|found| *found == (size, 2)));
    server.stop();
    // The older copy holds an entry that a crash left unsigned: another ballot than the one that was cosigned.
    let mut other = Election::opened(shape());
    let left = Election::ballot_entry(&other.cast(1, &[YES]));
    let signed = older.path().join("signed").join(format!("{prefix}.checkpoint"));
    {
        use plebiscite_server::store::{Storage, Store};
        let folder = older.path().join("elections").join(&prefix);
        Store::open(&folder, &signed).unwrap().append(size - 1, &[left.as_slice()]).unwrap();
    }
    let before = std::fs::read(&signed).unwrap();
    assert!(Server::start_with(with_witnesses(older.path(), &urls)).is_err());
    assert_eq!(std::fs::read(&signed).unwrap(), before, "a refused start signs nothing");
    // The twin: with too few witnesses to refuse, the same store is signed and served.
    Server::start_with(with_witnesses(older.path(), &urls[..1])).unwrap().stop();
    assert_ne!(std::fs::read(&signed).unwrap(), before);
    running.into_iter().for_each(Watching::stop);
}

/// Witnesses that take a connection and say nothing; where they are, and what they have taken.
fn silent(numbers: std::ops::Range<usize>) -> (Vec<TcpListener>, Vec<(usize, String)>) {
    let listeners: Vec<TcpListener> =
        numbers.clone().map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
    listeners.iter().for_each(|listener| listener.set_nonblocking(true).unwrap());
    let url = |listener: &TcpListener| format!("http://{}/", listener.local_addr().unwrap());
    let urls = numbers.zip(listeners.iter().map(url)).collect();
    (listeners, urls)
}

#[test]
fn a_server_whose_address_is_taken_ends_and_says_so_and_on_a_free_one_it_serves() {
    let data = data_folder();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let settings = Config { listen: taken.local_addr().unwrap(), ..config(data.path()) };
    let said = Server::start_with(settings.clone()).err().unwrap().to_string();
    assert!(said.contains("cannot listen on"), "{said}");
    drop(taken);
    Server::start_with(settings).unwrap().stop();
}

#[test]
fn a_server_that_is_told_to_stop_asks_no_further_witness() {
    let data = data_folder();
    let (listeners, urls) = silent(0..3);
    let server = Server::start_with(with_witnesses(data.path(), &urls)).unwrap();
    let prefix = server.hold(&Election::opened(shape()));
    let asked = wait(|| listeners[0].accept().ok());
    // One witness is being asked, and is not waited for once it hangs up: the others are not even called.
    let stopping = std::thread::spawn(move || server.stop());
    std::thread::sleep(Duration::from_millis(300));
    drop(asked);
    stopping.join().unwrap();
    assert!(listeners[1].accept().is_err() && listeners[2].accept().is_err());
    // The same at a start, which asks before it signs or serves anything.
    let settings = with_witnesses(data.path(), &urls);
    let (stop, stopped) = watch::channel(false);
    let starting = std::thread::spawn(move || {
        tokio::runtime::Runtime::new().unwrap().block_on(plebiscite_server::serve::serve(settings, stopped))
    });
    let asked = wait(|| listeners[0].accept().ok());
    stop.send(true).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    drop(asked);
    starting.join().unwrap().unwrap();
    assert!(listeners[1].accept().is_err() && listeners[2].accept().is_err());
    // The twin: one that is not told to stop goes on to the next.
    let server = std::thread::spawn({
        let settings = with_witnesses(data.path(), &urls);
        move || Server::start_with(settings).unwrap()
    });
    for listener in &listeners {
        drop(wait(|| listener.accept().ok()));
    }
    let server = server.join().unwrap();
    assert_eq!(server.get(&format!("/e/{prefix}/checkpoint")).status, 200);
    server.stop();
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for item in std::fs::read_dir(from).unwrap().flatten() {
        let target = to.join(item.file_name());
        if item.path().is_dir() {
            copy(&item.path(), &target);
        } else {
            std::fs::copy(item.path(), target).unwrap();
        }
    }
}
