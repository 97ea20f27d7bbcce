//! plebiscite-witness: cosigns checkpoints of logs that only grow.

use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use plebiscite_witness::app::{self, Prefix};
use plebiscite_witness::evidence::Kind;
use plebiscite_witness::state::Last;
use plebiscite_witness::watch::Witness;
use tokio::sync::watch;

/// Exit code of bad settings or files.
const INPUT: u8 = 3;

/// Watches election logs and cosigns what only grows.
#[derive(Debug, Parser)]
#[command(name = "plebiscite-witness", version)]
struct Cli {
    /// Folder of this witness: its key, what it watches, what it cosigned last.
    #[arg(long, global = true, env = "PLEBISCITE_FOLDER", default_value = "plebiscite-witness")]
    folder: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make this witness's key, and print its verifier key: what a server's operator needs, and the officials' template and
    /// questions take. What the manifest itself writes goes to standard error.
    NewKey {
        /// Its name, such as witness.example.org: printable, without spaces and plus signs.
        #[arg(long)]
        name: String,
    },
    /// Print the verifier key.
    Key {
        /// The ML-DSA-44 key instead.
        #[arg(long)]
        second: bool,
        /// The key as the manifest's `witnesses` write it: one JSON object of name and key.
        #[arg(long, conflicts_with = "second")]
        manifest: bool,
    },
    /// Make an ML-DSA-44 key as well, and print its verifier key: each cosignature then has a second line, which only
    /// those who name that key look at, and which replaces none.
    NewSecondKey,
    /// Watch a log.
    AddLog {
        /// The log's verifier key: plebiscite/v1/<election id>+<8 hexadecimal digits>+<base64>.
        vkey: String,
        /// The key of this log was succeeded: take this one too.
        #[arg(long)]
        successor: bool,
    },
    /// Print which logs are watched, and up to where each was cosigned.
    Logs {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Serve until stopped.
    Serve {
        /// Address to listen on; port 0 takes a free one.
        #[arg(long, default_value = "127.0.0.1:8081")]
        listen: SocketAddr,
        /// Answer under this path as well, such as /w1.
        #[arg(long)]
        prefix: Option<Prefix>,
        /// Where to write the address that was taken.
        #[arg(long)]
        address_file: Option<PathBuf>,
        /// Stop when standard input ends: for whoever starts a witness and must not leave it behind.
        #[arg(long)]
        while_stdin: bool,
    },
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("plebiscite-witness: {sentence}");
            ExitCode::from(INPUT)
        }
    }
}

fn run(cli: Cli) -> Result<(), String> {
    let open = || Witness::open(&cli.folder).map_err(|error| error.to_string());
    match cli.command {
        Command::NewKey { name } => {
            println!("{}", Witness::create(&cli.folder, &name).map_err(|error| error.to_string())?);
            eprintln!("in the manifest: {}", in_manifest(&open()?));
            Ok(())
        }
        Command::Key { manifest: true, .. } => {
            println!("{}", in_manifest(&open()?));
            Ok(())
        }
        Command::Key { second, .. } => {
            let witness = open()?;
            let second =
                second.then(|| witness.second().ok_or("this witness has no second key")).transpose()?;
            println!("{}", second.map_or_else(|| witness.own().vkey(), |second| second.own().vkey()));
            Ok(())
        }
        Command::NewSecondKey => {
            println!("{}", Witness::create_second(&cli.folder).map_err(|error| error.to_string())?);
            Ok(())
        }
        Command::AddLog { vkey, successor } => {
            open()?.add_log(&vkey, successor).map_err(|error| error.to_string())
        }
        Command::Logs { json } => logs(&open()?, json),
        Command::Serve { listen, prefix, address_file, while_stdin } => {
            let colours = std::io::stderr().is_terminal();
            tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(colours).init();
            let prefix = prefix.unwrap_or_default();
            let witness = open()?;
            let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
            runtime.block_on(async {
                let (stop, stopped) = watch::channel(false);
                tokio::spawn(async move {
                    plebiscite_serving::ending::ended(while_stdin).await;
                    let _ = stop.send(true);
                });
                let served = app::serve(witness, listen, address_file.as_deref(), &prefix, stopped).await;
                served.map_err(|error| error.to_string())
            })
        }
    }
}

/// The witness as a manifest names it (§12.10).
fn in_manifest(witness: &Witness) -> serde_json::Value {
    let own = witness.own();
    serde_json::json!({"name": own.name(), "key": hex::encode(own.key().as_bytes())})
}

/// One log of the list.
struct Watched {
    vkey: String,
    last: Option<Last>,
    forks: usize,
    unproven: usize,
}

fn logs(witness: &Witness, json: bool) -> Result<(), String> {
    let mut listed = Vec::new();
    for log in witness.logs().map_err(|error| error.to_string())? {
        let kept = |kind| witness.kept(log.name(), kind);
        let (forks, unproven) = (kept(Kind::Fork), kept(Kind::Unproven));
        let last = witness.last(log.name()).map_err(|error| error.to_string())?;
        listed.push(Watched { vkey: log.vkey(), last, forks, unproven });
    }
    if json {
        println!("{}", serde_json::Value::Array(listed.iter().map(as_json).collect()));
    } else {
        listed.iter().for_each(|log| println!("{}", as_line(log)));
    }
    Ok(())
}

fn as_json(log: &Watched) -> serde_json::Value {
    serde_json::json!({
        "key": log.vkey,
        "size": log.last.as_ref().map(|last| last.checkpoint.size),
        "time": log.last.as_ref().map(|last| last.time),
        "forks": log.forks,
        "unproven": log.unproven,
    })
}

fn as_line(log: &Watched) -> String {
    let size = log.last.as_ref().map(|last| format!("{} entries cosigned", last.checkpoint.size));
    let mut line = format!("{}  {}", log.vkey, size.as_deref().unwrap_or("nothing cosigned yet"));
    for (count, what) in [(log.forks, "forks"), (log.unproven, "heads without proof")] {
        if count > 0 {
            line += &format!(", {count} {what} in evidence");
        }
    }
    line
}
