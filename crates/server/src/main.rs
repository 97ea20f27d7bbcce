//! plebiscite-server: runs elections and publishes their boards.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use plebiscite_board::second::SecondSigner;
use plebiscite_election::entry::ElectionId;
use plebiscite_server::config::Config;
use plebiscite_server::keys::BoardKeys;
use plebiscite_server::{export, import, inbox, serve};
use plebiscite_serving::key::{self, KeyError};
use tokio::sync::watch;

/// Exit code of bad settings or files.
const INPUT: u8 = 3;
/// Exit code of a failed check: a store that is not what was promised.
const FAILED: u8 = 1;

/// Runs elections and publishes each as an append-only log.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Args)]
struct Common {
    /// Settings (TOML); what is not in it has its default.
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    /// Folder of everything that the server keeps.
    #[arg(long, global = true)]
    data: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve until stopped.
    Serve {
        /// Address to listen on; port 0 takes a free one.
        #[arg(long)]
        listen: Option<SocketAddr>,
        /// Where to write the address that was taken.
        #[arg(long)]
        address_file: Option<PathBuf>,
        /// Stop when standard input ends: for whoever starts a server and must not leave it behind.
        #[arg(long)]
        while_stdin: bool,
        /// Folder of the pages that run in the browser.
        #[arg(long)]
        web_dir: Option<PathBuf>,
    },
    /// Make the board's key and print its public part.
    NewBoardKey {
        /// Make a key that may succeed the one that there is; officials and trustees name it in a successor act.
        #[arg(long)]
        successor: bool,
    },
    /// Print the verifier key of the board's second signatures (ML-DSA-44) for an election; makes their secret where the
    /// settings name a file (`board_second_key`) that is not there.
    SecondKey {
        /// The election's id.
        election: String,
    },
    /// Hand the running server a new election: the bundle that the officials' program wrote.
    AddElection {
        /// The bundle of the signed manifest.
        bundle: PathBuf,
    },
    /// Write an election as a plain folder that any file server can serve. The server must be stopped.
    Export {
        /// The first 16 hexadecimal digits of the election's id.
        election: String,
        /// The folder to write.
        folder: PathBuf,
    },
    /// Restore an election from a mirror's folder. The server must be stopped.
    Import {
        /// The folder with checkpoint and entry bundles.
        folder: PathBuf,
        /// Set the election's own folder aside, if it is there.
        #[arg(long)]
        replace: bool,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err((code, sentence)) => {
            eprintln!("plebiscite-server: {sentence}");
            ExitCode::from(code)
        }
    }
}

fn run(cli: Cli) -> Result<(), (u8, String)> {
    let input = |error: &dyn std::fmt::Display| (INPUT, error.to_string());
    let mut config = Config::load(cli.common.config.as_deref()).map_err(|error| input(&error))?;
    if let Some(data) = cli.common.data {
        config.data = data;
    }
    match cli.command {
        Command::Serve { listen, address_file, while_stdin, web_dir } => {
            config.web_dir = web_dir.or(config.web_dir);
            config.listen = listen.unwrap_or(config.listen);
            config.address_file = address_file.or(config.address_file);
            start(config, while_stdin)
        }
        Command::NewBoardKey { successor } => {
            let made = if successor {
                BoardKeys::new_successor(&config).map_err(|error| input(&error))?
            } else {
                board_key(&config.board_key_file()).map_err(|sentence| (INPUT, sentence))?
            };
            println!("{}", hex::encode(made.as_bytes()));
            Ok(())
        }
        Command::SecondKey { election } => {
            println!("{}", second_key(&config, &election).map_err(|sentence| (INPUT, sentence))?);
            Ok(())
        }
        Command::AddElection { bundle } => {
            let bytes =
                std::fs::read(&bundle).map_err(|error| (INPUT, format!("{}: {error}", bundle.display())))?;
            inbox::ensure_running(&config).map_err(|error| input(&error))?;
            let added = inbox::drop_and_wait(&config.data, &bytes, Duration::from_secs(30))
                .map_err(|error| input(&error))?;
            added.warnings.iter().for_each(|warning| eprintln!("plebiscite-server: {warning}"));
            println!("{}", added.id);
            let prefix = added.id.get(..16).unwrap_or_default();
            eprintln!(
                "added: the log is at http://HOST/e/{prefix}/, HOST being this server's address; next, each trustee types: \
                 plebiscite-trustee ceremony --watch --record http://HOST/e/{prefix}/ --election {} --folder FOLDER",
                added.id
            );
            Ok(())
        }
        Command::Export { election, folder } => {
            let entries =
                export::export(&config, &election, &folder).map_err(|error| (FAILED, error.to_string()))?;
            println!("{entries} entries written to {}", folder.display());
            Ok(())
        }
        Command::Import { folder, replace } => {
            let imported =
                import::import(&config, &folder, replace).map_err(|error| (FAILED, error.to_string()))?;
            if let Some(key) = imported.lacks {
                eprintln!(
                    "plebiscite-server: the board's key in force, {key}, is not held here: the server shows this election, and \
                     takes nothing in it but a successor of that key that is held"
                );
            }
            println!("{} entries restored from {}", imported.entries, folder.display());
            Ok(())
        }
    }
}

/// A new key of the board; where there is one, what it is called in public is said, for whoever has mislaid that.
fn board_key(path: &std::path::Path) -> Result<ed25519_dalek::VerifyingKey, String> {
    key::create(path).map(|key| key.verifying_key()).map_err(|error| match (&error, key::load(path)) {
        (KeyError::Exists { .. }, Ok(there)) => {
            format!("{error}; its public half is {}", hex::encode(there.verifying_key().as_bytes()))
        }
        _ => error.to_string(),
    })
}

fn second_key(config: &Config, election: &str) -> Result<String, String> {
    let mut id = [0; 32];
    hex::decode_to_slice(election, &mut id).map_err(|_| format!("{election} is no election's id"))?;
    let path = config.board_second_key.as_deref().ok_or("the settings name no file as board_second_key")?;
    let made = if path.exists() { key::load_secret(path) } else { key::create_secret(path) };
    let seed = made.map_err(|error| error.to_string())?;
    let origin = plebiscite_public::election::origin(ElectionId(id));
    SecondSigner::new(&origin, &seed).map(|own| own.own().vkey()).map_err(|error| error.to_string())
}

fn start(config: Config, while_stdin: bool) -> Result<(), (u8, String)> {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if config.log_json {
        logs.json().init()
    } else {
        logs.init()
    }
    let runtime = tokio::runtime::Runtime::new().map_err(|error| (INPUT, error.to_string()))?;
    runtime.block_on(async {
        let (stop, stopped) = watch::channel(false);
        tokio::spawn(async move {
            plebiscite_serving::ending::ended(while_stdin).await;
            let _ = stop.send(true);
        });
        serve::serve(config, stopped).await.map_err(|error| (FAILED, error.to_string()))
    })
}
