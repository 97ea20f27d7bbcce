//! plebiscite-mirror: copies an election's public book, and serves the copy.

use std::io::{IsTerminal as _, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clap::{Parser, Subcommand};
use plebiscite_election::credential::Fingerprint;
use plebiscite_election::entry::ElectionId;
use plebiscite_mirror::app::{BOUNDS, Copies, Following, folder_and_source, follow, router};
use plebiscite_mirror::copied::{Copied, CopyError};
use plebiscite_mirror::pull::{Hints, Pulled, head_of};
use plebiscite_public::assets::Assets;
use plebiscite_serving::connections;
use plebiscite_serving::durable::write_durably;
use plebiscite_verifier::source::Source;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Exit codes: a failed check, bad settings or files, a source that is not reached.
const FAILED: u8 = 1;
const INPUT: u8 = 3;
const NETWORK: u8 = 4;

/// A sentence and its exit code.
struct Stop(u8, String);

/// Copies elections' public books, checks everything as it comes, and serves the copies read-only.
#[derive(Debug, Parser)]
#[command(name = "plebiscite-mirror", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Copy what a source has beyond the folder, once. Everything is checked; what contradicts the copy is not taken.
    Pull {
        /// A log's address (http://…/e/<16 digits>/), or a folder.
        source: String,
        /// The copy's folder: any file server can serve it.
        folder: PathBuf,
        /// Accept this election only: the whole id.
        #[arg(long)]
        election: Option<String>,
        /// Accept this election only: the fingerprint on the letter.
        #[arg(long, conflicts_with = "election")]
        fingerprint: Option<String>,
        /// No progress on standard error.
        #[arg(long)]
        quiet: bool,
    },
    /// Serve copies until stopped, and keep those growing that name a source.
    Serve {
        /// FOLDER, or FOLDER=SOURCE for a copy that follows a source.
        #[arg(required = true)]
        copies: Vec<String>,
        /// Serve these elections only: a whole id, given as often as there are copies. A source that holds another election
        /// than was asked for is not copied.
        #[arg(long = "election")]
        elections: Vec<String>,
        /// Address to listen on; port 0 takes a free one.
        #[arg(long, default_value = "127.0.0.1:8082")]
        listen: SocketAddr,
        /// Seconds between two pulls.
        #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=86_400))]
        every: u64,
        /// Folder of the pages that run in the browser.
        #[arg(long)]
        web_dir: Option<PathBuf>,
        /// Contact for /.well-known/security.txt.
        #[arg(long)]
        security_contact: Option<String>,
        /// Where to write the address that was taken.
        #[arg(long)]
        address_file: Option<PathBuf>,
        /// Stop when standard input ends: for whoever starts a mirror and must not leave it behind.
        #[arg(long)]
        while_stdin: bool,
    },
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stop(code, sentence)) => {
            eprintln!("plebiscite-mirror: {sentence}");
            ExitCode::from(code)
        }
    }
}

fn run(command: Command) -> Result<(), Stop> {
    match command {
        Command::Pull { source, folder, election, fingerprint, quiet } => {
            let wanted = Wanted::parse(election.as_deref(), fingerprint.as_deref())?;
            let following = following(source, &folder, &wanted)?;
            let mut progress = Progress::new(quiet);
            let pulled = following.once(Hints::Always, &mut |done, all| progress.show(done, all));
            progress.end();
            let pulled =
                pulled.map_err(|failed| Stop(if failed.is_false { FAILED } else { NETWORK }, failed.why))?;
            println!("{}", sentence(pulled, &folder));
            Ok(())
        }
        Command::Serve {
            copies,
            elections,
            listen,
            every,
            web_dir,
            security_contact,
            address_file,
            while_stdin,
        } => {
            let colours = std::io::stderr().is_terminal();
            tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(colours).init();
            let wanted = Wanted::one_of(&elections)?;
            let mut all = Copies::default();
            let mut sources = Vec::new();
            for argument in &copies {
                let (copied, source) = open(argument, &wanted)?;
                sources.extend(source.map(|source| Following { copied: Arc::clone(&copied), source }));
                all.add(copied).map_err(|twice| {
                    Stop(
                        INPUT,
                        format!("{}: this election is served from another folder", twice.folder().display()),
                    )
                })?;
            }
            let app = router(Arc::new(all), Assets::of(web_dir.as_deref()), security_contact);
            let runtime = tokio::runtime::Runtime::new().map_err(|error| Stop(INPUT, error.to_string()))?;
            let served = runtime.block_on(serve(
                app,
                sources,
                listen,
                Duration::from_secs(every),
                address_file,
                while_stdin,
            ));
            // A pull that is under way is not waited for: what it has not published it has not changed.
            runtime.shutdown_background();
            served
        }
    }
}

/// Which election is asked for.
enum Wanted {
    Any,
    Among(Vec<ElectionId>),
    Fingerprint(Fingerprint),
}

impl Wanted {
    fn parse(election: Option<&str>, fingerprint: Option<&str>) -> Result<Self, Stop> {
        if let Some(text) = fingerprint {
            let parsed = Fingerprint::parse(text);
            return parsed
                .map(Self::Fingerprint)
                .map_err(|error| Stop(INPUT, format!("the fingerprint: {error}")));
        }
        Self::one_of(election)
    }

    fn one_of<'a>(
        elections: impl IntoIterator<Item = &'a (impl AsRef<str> + 'a + ?Sized)>,
    ) -> Result<Self, Stop> {
        let read = |text: &str| {
            let mut id = [0; 32];
            hex::decode_to_slice(text, &mut id)
                .map_err(|_| Stop(INPUT, "an election's id is 64 hexadecimal digits".to_owned()))?;
            Ok(ElectionId(id))
        };
        let ids: Vec<ElectionId> =
            elections.into_iter().map(|text| read(text.as_ref())).collect::<Result<_, _>>()?;
        Ok(if ids.is_empty() { Self::Any } else { Self::Among(ids) })
    }

    fn is(&self, id: &ElectionId) -> bool {
        match self {
            Self::Any => true,
            Self::Among(wanted) => wanted.contains(id),
            Self::Fingerprint(wanted) => *wanted == Fingerprint::of(id),
        }
    }
}

/// The copy in a folder, or a new one of the election that the source has.
fn following(source: String, folder: &Path, wanted: &Wanted) -> Result<Following, Stop> {
    let held = Copied::election_in(folder).map_err(|error| of_copy(&error))?;
    let id = match held {
        Some(id) => id,
        None => {
            let opened = Source::open(&source).map_err(|error| Stop(INPUT, error.to_string()))?;
            let head = head_of(&opened);
            head.map_err(|error| Stop(if error.is_false() { FAILED } else { NETWORK }, error.to_string()))?.2
        }
    };
    if !wanted.is(&id) {
        return Err(Stop(FAILED, format!("{source} holds election {id}, which was not asked for")));
    }
    let copied = Copied::open(folder, id).map_err(|error| of_copy(&error))?;
    Ok(Following { copied: Arc::new(copied), source })
}

/// A copy to be served. One that follows a source is pulled once now, as it may be new.
fn open(argument: &str, wanted: &Wanted) -> Result<(Arc<Copied>, Option<String>), Stop> {
    let (folder, source) = folder_and_source(argument);
    let Some(source) = source else {
        let id = Copied::election_in(&folder).map_err(|error| of_copy(&error))?;
        let id = id.ok_or_else(|| Stop(INPUT, format!("{} holds no election", folder.display())))?;
        if !wanted.is(&id) {
            let folder = folder.display();
            return Err(Stop(FAILED, format!("{folder} holds election {id}, which was not asked for")));
        }
        return Ok((Arc::new(Copied::open(&folder, id).map_err(|error| of_copy(&error))?), None));
    };
    let held = Copied::election_in(&folder).map_err(|error| of_copy(&error))?.is_some();
    let following = following(source, &folder, wanted)?;
    // What is here already is served at once: the source may be slow, or what is blocked.
    if held {
        return Ok((following.copied, Some(following.source)));
    }
    match following.once(Hints::NotWhileOpen, &mut |_, _| {}) {
        Ok(pulled) => tracing::info!("{}", sentence(pulled, &folder)),
        Err(failed) => return Err(Stop(if failed.is_false { FAILED } else { NETWORK }, failed.why)),
    }
    Ok((following.copied, Some(following.source)))
}

fn of_copy(error: &CopyError) -> Stop {
    let code = match error {
        CopyError::Read { .. } | CopyError::Board { .. } | CopyError::Signature { .. } => FAILED,
        _ => INPUT,
    };
    Stop(code, error.to_string())
}

fn sentence(pulled: Pulled, folder: &Path) -> String {
    let folder = folder.display();
    match pulled {
        Pulled::Grown { from: 0, to } => format!("{to} entries checked and copied to {folder}"),
        Pulled::Grown { from, to } => format!("{} new entries checked, {to} now in {folder}", to - from),
        Pulled::Same { size } => format!("nothing new: {size} entries in {folder}"),
        Pulled::Behind { source, size } => {
            format!("the source has only {source} of the {size} entries in {folder}; nothing was changed")
        }
    }
}

async fn serve(
    app: axum::Router,
    sources: Vec<Following>,
    listen: SocketAddr,
    every: Duration,
    address_file: Option<PathBuf>,
    while_stdin: bool,
) -> Result<(), Stop> {
    let failed = |error: std::io::Error| Stop(INPUT, format!("cannot listen on {listen}: {error}"));
    let listener = TcpListener::bind(listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    if let Some(file) = &address_file {
        write_durably(file, address.to_string().as_bytes())
            .map_err(|error| Stop(INPUT, error.to_string()))?;
    }
    tracing::info!(%address, "serving");
    let stopping = Arc::new(AtomicBool::new(false));
    for source in sources {
        let stopping = Arc::clone(&stopping);
        std::thread::spawn(move || follow(&source, every, &stopping));
    }
    let (stop, stopped) = watch::channel(false);
    let connections = tokio::spawn(connections::serve(listener, app, BOUNDS, stopped));
    plebiscite_serving::ending::ended(while_stdin).await;
    stopping.store(true, Ordering::Relaxed);
    let _ = stop.send(true);
    let _ = connections.await;
    Ok(())
}

/// How far a pull is, on a terminal's one line.
struct Progress {
    shown: bool,
    percent: u64,
}

impl Progress {
    fn new(quiet: bool) -> Self {
        Self { shown: !quiet && std::io::stderr().is_terminal(), percent: u64::MAX }
    }

    fn show(&mut self, done: u64, all: u64) {
        let percent = done.saturating_mul(100).checked_div(all).unwrap_or(100);
        if self.shown && percent != self.percent {
            self.percent = percent;
            eprint!("\r{done} of {all} entries checked ({percent} %)");
            let _ = std::io::stderr().flush();
        }
    }

    fn end(&self) {
        if self.shown && self.percent != u64::MAX {
            eprintln!();
        }
    }
}
