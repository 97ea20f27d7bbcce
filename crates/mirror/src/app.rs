//! What a mirror serves: the read-only routes, and the same log under C2SP's tlog-mirror prefix, `/<hex sha256(origin)>/`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use plebiscite_public::assets::Assets;
use plebiscite_public::election::{Elections, Published, origin, prefix_of};
use plebiscite_public::router::{Public, finished, routes};
use plebiscite_public::routes::board;
use plebiscite_serving::connections::Bounds;
use plebiscite_serving::problem::Problem;
use plebiscite_verifier::source::Source;
use sha2::{Digest, Sha256};
use tower_http::timeout::TimeoutLayer;

use crate::copied::Copied;
use crate::pull::{Hints, PullError, Pulled, pull};

/// Longest time of a request.
const REQUEST: Duration = Duration::from_secs(30);
/// How often to look whether to stop.
const LOOK: Duration = Duration::from_millis(100);

/// Bounds on a mirror's connections.
pub const BOUNDS: Bounds =
    Bounds { connections: 8_192, per_address: 256, header: Duration::from_secs(10), patience: REQUEST };

/// The copies that are served, by the first 16 hex of their elections' ids.
#[derive(Debug, Default)]
pub struct Copies(BTreeMap<String, Arc<Copied>>);

impl Copies {
    /// Adds a copy. Gives it back where another election with the same 16 hex is there.
    ///
    /// # Errors
    /// The copy that was not added.
    pub fn add(&mut self, copied: Arc<Copied>) -> Result<(), Arc<Copied>> {
        let prefix = prefix_of(copied.id());
        if self.0.contains_key(&prefix) {
            return Err(copied);
        }
        self.0.insert(prefix, copied);
        Ok(())
    }
}

impl Elections for Copies {
    fn get(&self, prefix: &str) -> Option<Arc<dyn Published>> {
        self.0.get(prefix).map(|copied| -> Arc<dyn Published> { Arc::<Copied>::clone(copied) })
    }

    fn all(&self) -> Vec<Arc<dyn Published>> {
        self.0.values().map(|copied| -> Arc<dyn Published> { Arc::<Copied>::clone(copied) }).collect()
    }
}

/// All routes of a mirror.
pub fn router(copies: Arc<Copies>, assets: Assets, security_contact: Option<String>) -> Router {
    let by_origin: BTreeMap<String, String> = copies
        .0
        .iter()
        .map(|(prefix, copied)| (hex::encode(Sha256::digest(origin(copied.id()))), prefix.clone()))
        .collect();
    let public = Arc::new(Public { elections: copies, assets, takes_ballots: false, security_contact });
    let mirror = Arc::new(ByOrigin { public: Arc::clone(&public), prefixes: by_origin });
    let named = Router::new()
        .route("/{origin}/checkpoint", get(checkpoint))
        .route("/{origin}/tile/{*path}", get(tile))
        .with_state(mirror);
    let casts = Router::new()
        .route("/api/v1/e/{prefix}/ballots", post(takes_nothing))
        .route("/api/v1/e/{prefix}/entries", post(takes_nothing));
    let time = TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, REQUEST);
    finished(routes(public).merge(named).merge(casts).layer(time))
}

async fn takes_nothing() -> Problem {
    let detail = "this is a mirror, which takes no votes and no entries: send them to the organisers' server";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "mirror-takes-nothing", detail)
}

/// The same logs under the hashes of their origins.
struct ByOrigin {
    public: Arc<Public>,
    prefixes: BTreeMap<String, String>,
}

impl ByOrigin {
    fn prefix(&self, origin: &str) -> Result<Path<String>, Problem> {
        self.prefixes.get(origin).cloned().map(Path).ok_or_else(Problem::not_found)
    }
}

async fn checkpoint(
    State(mirror): State<Arc<ByOrigin>>,
    Path(origin): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let prefix = mirror.prefix(&origin)?;
    board::checkpoint(State(Arc::clone(&mirror.public)), prefix, headers).await
}

async fn tile(
    State(mirror): State<Arc<ByOrigin>>,
    Path((origin, path)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let Path(prefix) = mirror.prefix(&origin)?;
    board::tile(State(Arc::clone(&mirror.public)), Path((prefix, path))).await
}

/// Seconds since 1970.
#[must_use]
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// A copy that follows a source.
#[derive(Debug)]
pub struct Following {
    /// The copy.
    pub copied: Arc<Copied>,
    /// Where it pulls from: a folder or an address of the web.
    pub source: String,
}

impl Following {
    /// Opens the source anew and pulls once.
    ///
    /// # Errors
    /// One sentence, and whether what the source gave is false.
    pub fn once(&self, hints: Hints, progress: &mut dyn FnMut(u64, u64)) -> Result<Pulled, PullFailed> {
        let unreached = |why: String| PullFailed { why, is_false: false };
        let source = Source::open(&self.source).map_err(|error| unreached(error.to_string()))?;
        pull(&self.copied, source, now(), hints, progress).map_err(|error| PullFailed::of(&error))
    }
}

/// A pull that took nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PullFailed {
    /// Why, as one sentence.
    pub why: String,
    /// Whether what the source gave is false, rather than not to be had.
    pub is_false: bool,
}

impl PullFailed {
    fn of(error: &PullError) -> Self {
        Self { why: error.to_string(), is_false: error.is_false() }
    }
}

/// Pulls one copy at each interval until told to stop; each has a thread of its own, so that a slow source delays no other.
/// A failure is said in the log and changes nothing.
pub fn follow(one: &Following, interval: Duration, stop: &AtomicBool) {
    let election = prefix_of(one.copied.id());
    let mut next = Instant::now();
    while !stop.load(Ordering::Relaxed) {
        if Instant::now() >= next {
            match one.once(Hints::NotWhileOpen, &mut |_, _| {}) {
                Ok(Pulled::Grown { from, to }) => tracing::info!(%election, from, to, "grown"),
                Ok(Pulled::Behind { source, size }) => {
                    tracing::warn!(%election, source, size, "the source is behind this copy");
                }
                Ok(Pulled::Same { .. }) => {}
                Err(failed) if failed.is_false => tracing::error!(%election, "{}", failed.why),
                Err(failed) => tracing::warn!(%election, "{}", failed.why),
            }
            next = Instant::now() + interval;
        }
        std::thread::sleep(LOOK);
    }
}

/// The folders that a command names: `FOLDER`, or `FOLDER=SOURCE` for one that follows a source. A folder that is there is
/// never taken apart; before an address, an `=` in the folder's own name is part of it.
#[must_use]
pub fn folder_and_source(argument: &str) -> (PathBuf, Option<String>) {
    let whole = PathBuf::from(argument);
    if whole.is_dir() {
        return (whole, None);
    }
    let before_address = ["=http://", "=https://"].iter().filter_map(|mark| argument.find(mark)).min();
    match before_address.or_else(|| argument.find('=')).and_then(|at| argument.split_at_checked(at)) {
        Some((folder, source)) => (PathBuf::from(folder), source.get(1..).map(str::to_owned)),
        None => (whole, None),
    }
}
