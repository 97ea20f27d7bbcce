//! `template`: a description to edit, from the parties' keys.

use std::path::PathBuf;

use plebiscite_admin::draft::{Keys, template};
use plebiscite_election::manifest::key::PublicKey;
use plebiscite_election::manifest::time::Time;
use plebiscite_roles::cli::{Exit, Stop};

#[derive(clap::Args)]
pub struct Arguments {
    /// The file; it must not be there yet.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// What is voted on.
    #[arg(long)]
    title: String,
    /// An official's public key; repeated.
    #[arg(long, value_name = "KEY", required = true, value_parser = key)]
    official: Vec<PublicKey>,
    /// A trustee's public key; repeated.
    #[arg(long, value_name = "KEY", required = true, value_parser = key)]
    trustee: Vec<PublicKey>,
    /// A registrar's public key; once or twice.
    #[arg(long, value_name = "KEY", required = true, value_parser = key)]
    registrar: Vec<PublicKey>,
    /// The board's public key.
    #[arg(long, value_name = "KEY", value_parser = key)]
    board: PublicKey,
    /// When voting opens, like 2027-05-30T08:00:00Z.
    #[arg(long, value_name = "TIME", value_parser = time)]
    opens: Time,
    /// When voting closes.
    #[arg(long, value_name = "TIME", value_parser = time)]
    closes: Time,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let keys = Keys {
        officials: arguments.official.clone(),
        trustees: arguments.trustee.clone(),
        registrars: arguments.registrar.clone(),
    };
    let made = template(&arguments.title, &keys, arguments.board, arguments.opens, arguments.closes);
    super::draft::write(&arguments.out, &made.map_err(|error| Stop::new(Exit::CheckFailed, error))?)
}

/// A key as the manifest writes it.
pub fn key(text: &str) -> Result<PublicKey, String> {
    let mut bytes = [0; 32];
    let plain = !text.bytes().any(|byte| byte.is_ascii_uppercase());
    let decoded = plain && hex::decode_to_slice(text, &mut bytes).is_ok();
    let key = decoded.then_some(PublicKey(bytes)).ok_or("a key is 64 lower-case hexadecimal digits")?;
    key.decode().map(|_| key).map_err(|fault| fault.to_string())
}

/// A time as the manifest writes it.
pub fn time(text: &str) -> Result<Time, String> {
    Time::parse(text).map_err(|fault| fault.to_string())
}
