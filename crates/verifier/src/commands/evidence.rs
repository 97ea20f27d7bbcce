//! `evidence`: whether a file shows two logs of one election, signed by one key.

use std::path::PathBuf;

use plebiscite_board::evidence::{EVIDENCE_LIMIT, Evidence};
use plebiscite_board::note::NoteKey;
use plebiscite_verifier::forks;
use plebiscite_verifier::printable::Printable;

use super::{CHECK_FAILED, INPUT, PASS, Stop, out, read};

#[derive(clap::Args)]
pub struct Arguments {
    /// The file.
    file: PathBuf,
    /// The board's key, where the file does not hold the manifest that names it.
    #[arg(long, value_name = "VKEY")]
    board_key: Option<String>,
}

pub fn run(arguments: &Arguments) -> Result<u8, Stop> {
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
