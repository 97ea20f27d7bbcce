//! `plebiscite-verify`: checks a record, or one receipt, from public bytes.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use plebiscite_board::evidence::{EVIDENCE_LIMIT, Evidence};
use plebiscite_board::note::NoteKey;
use plebiscite_board::tlog_proof::TlogProof;
use plebiscite_election::credential::Fingerprint;
use plebiscite_election::manifest::ElectionId;
use plebiscite_verifier::check::{Demand, names};
use plebiscite_verifier::printable::Printable;
use plebiscite_verifier::report::Report;
use plebiscite_verifier::source::{CHECKPOINT_LIMIT, Source};
use plebiscite_verifier::{Options, VerifyError, forks, replay};

const PASS: u8 = 0;
const CHECK_FAILED: u8 = 1;
const INPUT: u8 = 3;
const NETWORK: u8 = 4;

/// Checks a whole election again from public bytes.
#[derive(Parser)]
#[command(name = "plebiscite-verify", version, arg_required_else_help = true)]
struct Arguments {
    /// List every named check and what it says.
    #[arg(long)]
    list_checks: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Check a whole record: a folder, or the address of a log (http://…/e/<16>/).
    Record(RecordArguments),
    /// Check that a receipt shows an entry in a log.
    Receipt(ReceiptArguments),
    /// Check that a file of evidence shows two logs of one election, signed by one key. Needs nothing else.
    Evidence(EvidenceArguments),
}

#[derive(clap::Args)]
struct EvidenceArguments {
    /// The file.
    file: PathBuf,
    /// The board's key, where the file does not hold the manifest that names it.
    #[arg(long, value_name = "VKEY")]
    board_key: Option<String>,
}

#[derive(clap::Args)]
struct RecordArguments {
    /// A folder, or an address. Several are judged together: which of them is the record, and whether any contradicts it.
    #[arg(required = true, num_args = 1..)]
    sources: Vec<String>,
    /// The election asked for: its id (64 hexadecimal digits) or the fingerprint on the letter.
    #[arg(long)]
    election: Option<String>,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
    /// A checkpoint kept from before, which the log must extend.
    #[arg(long, value_name = "FILE")]
    since: Option<PathBuf>,
    /// Another checkpoint of this election, from a witness, a mirror or a receipt, which the log must not contradict. May be
    /// given several times.
    #[arg(long, value_name = "FILE")]
    checkpoint: Vec<PathBuf>,
    /// Where to keep the checkpoint, once every check has passed.
    #[arg(long, value_name = "FILE")]
    save_checkpoint: Option<PathBuf>,
}

#[derive(clap::Args)]
struct ReceiptArguments {
    /// The receipt, a .tlog-proof file.
    receipt: PathBuf,
    /// The entry that it is for, byte for byte.
    #[arg(long, value_name = "FILE")]
    ballot: PathBuf,
    /// The board's key, in the form <origin>+<8 hexadecimal digits>+<base64>.
    #[arg(long, value_name = "VKEY", conflicts_with = "record", required_unless_present = "record")]
    board_key: Option<String>,
    /// A record (folder or address), which is checked whole: it gives the key, and must hold the entry.
    #[arg(long, value_name = "SOURCE")]
    record: Option<String>,
    /// The election asked for, where a record is given.
    #[arg(long, requires = "record")]
    election: Option<String>,
}

/// One sentence, and the exit code that goes with it.
struct Stop(u8, String);

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.list_checks {
        return print_checks();
    }
    let done = match arguments.command {
        Some(Command::Record(arguments)) => record(&arguments),
        Some(Command::Receipt(arguments)) => receipt(&arguments),
        Some(Command::Evidence(arguments)) => evidence(&arguments),
        None => Err(Stop(2, "say what to check: record, receipt or evidence".to_owned())),
    };
    match done {
        Ok(code) => code.into(),
        Err(Stop(code, sentence)) => {
            eprintln!("plebiscite-verify: {}", Printable(&sentence));
            code.into()
        }
    }
}

fn print_checks() -> ExitCode {
    let lines: String = names::all().map(|(_, name, sentence)| format!("{name:<20} {sentence}\n")).collect();
    match out(&lines) {
        Ok(()) => PASS.into(),
        Err(Stop(code, _)) => code.into(),
    }
}

fn record(arguments: &RecordArguments) -> Result<u8, Stop> {
    let since = arguments.since.as_deref().map(|path| read(path, CHECKPOINT_LIMIT)).transpose()?;
    let election = arguments.election.as_deref().map(demand).transpose()?;
    let checkpoints = arguments.checkpoint.iter().map(|path| read(path, CHECKPOINT_LIMIT));
    let checkpoints = checkpoints.collect::<Result<Vec<_>, _>>()?;
    let mut logs = Vec::new();
    for source in &arguments.sources {
        logs.push((source.clone(), run(source, election.clone(), since.clone())?));
    }
    let chosen = forks::choose(logs).ok_or_else(|| Stop(2, "no log was given".to_owned()))?;
    let (mut replay, others) = chosen;
    checkpoints.iter().for_each(|note| drop(replay.hear(note)));
    let report = Report::of(&replay).beside(others);
    if arguments.json {
        let json = serde_json::to_string_pretty(&report).map_err(|error| Stop(70, error.to_string()))?;
        out(&format!("{json}\n"))?;
    } else {
        out(&report.to_string())?;
    }
    if let Some(path) = &arguments.save_checkpoint
        && let Ok(verified) = replay.into_verified()
    {
        std::fs::write(path, verified.checkpoint.note()).map_err(|error| input(path, &error))?;
    }
    Ok(report.outcome.exit_code())
}

fn run(
    address: &str,
    election: Option<Demand>,
    since: Option<Vec<u8>>,
) -> Result<plebiscite_verifier::Replay, Stop> {
    let source = Source::open(address).map_err(|error| Stop(INPUT, error.to_string()))?;
    let unavailable = if source.is_remote() { NETWORK } else { INPUT };
    let terminal = std::io::stderr().is_terminal();
    let mut progress = |done: u64, all: u64| {
        if terminal {
            eprint!("\r{done} of {all} entries{}", if done == all { "\n" } else { "" });
        }
    };
    let options = Options { election, since, up_to: None, fresh: rand::random(), progress: &mut progress };
    replay(source, options).map_err(|error| match error {
        VerifyError::Fetch(error) => Stop(unavailable, error.to_string()),
        other @ (VerifyError::Short { .. } | VerifyError::Since { .. }) => Stop(INPUT, other.to_string()),
    })
}

fn receipt(arguments: &ReceiptArguments) -> Result<u8, Stop> {
    let receipt = TlogProof::parse(&read(&arguments.receipt, 1 << 20)?)
        .map_err(|error| Stop(INPUT, format!("{}: {error}", arguments.receipt.display())))?;
    let entry = read(&arguments.ballot, 65_535)?;
    if let Some(vkey) = &arguments.board_key {
        let key = NoteKey::parse(vkey).map_err(|error| Stop(INPUT, format!("the board's key: {error}")))?;
        let checkpoint = receipt
            .verify(&entry, &key)
            .map_err(|error| Stop(CHECK_FAILED, format!("the receipt fails: {error}")))?;
        let checkpoint = checkpoint.checkpoint();
        out(&format!(
            "The entry stands at index {} of a log of {} entries.\n",
            receipt.index, checkpoint.size
        ))?;
        return Ok(PASS);
    }
    receipt_in_record(arguments, &receipt, &entry)
}

/// The record is checked whole; the receipt's checkpoint must be one of this log, and the entry stand at its index.
fn receipt_in_record(arguments: &ReceiptArguments, receipt: &TlogProof, entry: &[u8]) -> Result<u8, Stop> {
    let election = arguments.election.as_deref().map(demand).transpose()?;
    let address = arguments.record.as_deref().unwrap_or_default();
    let verified = run(address, election, Some(receipt.checkpoint.clone()))?
        .into_verified()
        .map_err(|failure| Stop(CHECK_FAILED, failure.to_string()))?;
    let origin = verified.checkpoint.checkpoint().origin.clone();
    let size = plebiscite_board::note::Note::parse(&receipt.checkpoint)
        .ok()
        .and_then(|note| plebiscite_board::checkpoint::Checkpoint::parse(&note.text).ok())
        .map_or(0, |checkpoint| checkpoint.size);
    let key = verified.record.board_key_at(size).and_then(|key| NoteKey::new(&origin, *key).ok());
    let key = key.ok_or_else(|| {
        Stop(CHECK_FAILED, "the board's key for the receipt's size is not known".to_owned())
    })?;
    receipt.verify(entry, &key).map_err(|error| Stop(CHECK_FAILED, format!("the receipt fails: {error}")))?;
    out(&format!("The entry stands at index {} of the record, which passed every check.\n", receipt.index))?;
    Ok(PASS)
}

fn evidence(arguments: &EvidenceArguments) -> Result<u8, Stop> {
    let evidence = Evidence::parse(&read(&arguments.file, EVIDENCE_LIMIT as u64)?)
        .map_err(|error| Stop(INPUT, format!("{}: {error}", arguments.file.display())))?;
    let key = match (&arguments.board_key, &evidence.authority) {
        (Some(vkey), _) => NoteKey::parse(vkey).map_err(|error| format!("the board's key: {error}")),
        (None, Some(manifest)) => forks::board_key_of(manifest),
        (None, None) => {
            Err("the file does not hold the manifest: give the board's key (--board-key)".to_owned())
        }
    };
    let key = key.map_err(|reason| Stop(INPUT, reason))?;
    let fork =
        evidence.judge(&key).map_err(|error| Stop(CHECK_FAILED, format!("no fork is shown: {error}")))?;
    let [one, other] = fork.roots.map(|root| hex::encode(root.0));
    out(&format!(
        "The holder of the board's key signed two logs.\nLog   {}\nKey   {}\nSize  {}\nRoot  {one}\nRoot  {other}\n",
        Printable(&fork.origin),
        Printable(&key.vkey()),
        fork.size
    ))?;
    Ok(PASS)
}

fn demand(text: &str) -> Result<Demand, Stop> {
    let mut id = [0; 32];
    if hex::decode_to_slice(text, &mut id).is_ok() {
        return Ok(Demand::Id(ElectionId(id)));
    }
    let refused = |error| Stop(2, format!("neither an election id nor a fingerprint: {error}"));
    Fingerprint::parse(text).map(Demand::Fingerprint).map_err(refused)
}

fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Stop> {
    use std::io::Read;
    let file = std::fs::File::open(path).map_err(|error| input(path, &error))?;
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|error| input(path, &error))?;
    if bytes.len() as u64 > limit {
        return Err(Stop(INPUT, format!("{} is longer than {limit} bytes", path.display())));
    }
    Ok(bytes)
}

fn input(path: &Path, error: &std::io::Error) -> Stop {
    Stop(INPUT, format!("{}: {error}", path.display()))
}

/// A reader that has gone away (`| head`) is no failure of the record.
fn out(text: &str) -> Result<(), Stop> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Stop(INPUT, format!("standard output: {error}")))
        }
        _ => Ok(()),
    }
}
