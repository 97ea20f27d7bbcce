//! Starting and stopping.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use plebiscite_public::assets::Assets;
use plebiscite_public::router::Public;
use plebiscite_serving::connections::{self, Bounds};
use plebiscite_serving::durable::{FileError, write_durably};
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};

use crate::app::{App, router};
use crate::config::{Config, ConfigError, Limits};
use crate::cosigned::{self, Asking};
use crate::election::{ElectionError, Elections};
use crate::inbox;
use crate::keys::{BoardKeyError, BoardKeys};
use crate::limits::Rates;
use plebiscite_serving::key::{self, KeyError};

/// How often the inbox is looked at and old addresses are forgotten.
const HOUSEKEEPING: Duration = Duration::from_millis(250);

/// Why a server does not start, or has stopped by itself.
#[derive(Debug, Error)]
pub enum ServeError {
    /// No board key.
    #[error("{0}")]
    BoardKey(#[from] BoardKeyError),
    /// No second key.
    #[error("{0}")]
    Key(#[from] KeyError),
    /// A witness is not one.
    #[error("{0}")]
    Config(#[from] ConfigError),
    /// An election cannot be run.
    #[error("{0}")]
    Election(#[from] ElectionError),
    /// The address is not to be had.
    #[error("cannot listen on {address}: {error}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        error: std::io::Error,
    },
    /// The address file cannot be written.
    #[error("{0}")]
    AddressFile(#[from] FileError),
    /// A writer has stopped: nothing was acknowledged after that.
    #[error("{0}")]
    Writer(String),
    /// Nothing may be read or written in the data folder.
    #[error("{path}: {error}")]
    Data {
        /// The folder.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
}

/// Tells the thread that asks the witnesses to end, however serving ends: the process waits for it.
struct Ending(Arc<AtomicBool>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Serves until `stop` turns true, or a writer fails.
///
/// # Errors
/// [`ServeError`].
pub async fn serve(config: Config, mut stop: watch::Receiver<bool>) -> Result<(), ServeError> {
    // Whatever is wrong with the settings is said before any store is opened.
    if let Some(path) = config.web_dir.clone().filter(|path| !path.is_dir()) {
        return Err(ConfigError::NoPages { path }.into());
    }
    let places = config.witness_places()?;
    let (seconds, own) = (config.seconds()?, config.board_second_key.as_deref());
    let own = own.map(key::load_secret).transpose()?;
    let keys = BoardKeys::load(&config)?;
    let known = places.iter().map(|place| place.key.clone()).collect();
    let (failed, mut failures) = mpsc::unbounded_channel();
    let (data, signed, limits) = (config.data.clone(), config.signed_folder(), config.limits.clone());
    let opened =
        tokio::task::spawn_blocking(move || Elections::open(&data, &signed, keys, known, limits, failed))
            .await;
    let elections = Arc::new(opened.map_err(|error| ServeError::Writer(error.to_string()))??);
    let stopping = Arc::new(AtomicBool::new(false));
    let _ending = Ending(Arc::clone(&stopping));
    let witnesses = {
        let (elections, stopping) = (Arc::clone(&elections), Arc::clone(&stopping));
        let starting = Arc::clone(&stopping);
        let interval = Duration::from_secs(config.witness_interval_seconds.max(1));
        let mut asking = Asking::new(places).with_seconds(seconds, own);
        let mut asked = tokio::task::spawn_blocking(move || {
            let asked = elections.ask_witnesses(&mut asking, &starting);
            if asked.is_err() || starting.load(Ordering::Relaxed) {
                // Nothing was signed. The writers hold the stores, which whoever restores them needs.
                elections.stop();
                return asked.map(|()| None);
            }
            elections.begin()?;
            Ok::<_, ElectionError>(Some((asking, elections)))
        });
        let asked = tokio::select! {
            asked = &mut asked => asked,
            _ = stop.changed() => {
                stopping.store(true, Ordering::Relaxed);
                asked.await
            }
        };
        let asked = asked.map_err(|error| ServeError::Writer(error.to_string()))??;
        let Some((asking, elections)) = asked else { return Ok(()) };
        tokio::task::spawn_blocking(move || cosigned::run(asking, interval, || elections.all(), &stopping))
    };
    let listen = config.listen;
    let listener =
        TcpListener::bind(listen).await.map_err(|error| ServeError::Listen { address: listen, error })?;
    let address = listener.local_addr().map_err(|error| ServeError::Listen { address: listen, error })?;
    if let Some(file) = &config.address_file {
        write_durably(file, address.to_string().as_bytes())?;
    }
    tracing::info!(%address, elections = elections.all().len(), "serving");
    let app = Arc::new(App {
        elections: Arc::clone(&elections),
        rates: Rates::new(&config.limits),
        config: config.clone(),
    });
    let public = Arc::new(Public {
        elections: elections.clone(),
        assets: Assets::of(config.web_dir.as_deref()),
        takes_ballots: true,
        security_contact: config.security_contact.clone(),
    });
    let (end, ended) = watch::channel(false);
    let connections = tokio::spawn(connections::serve(
        listener,
        router(Arc::clone(&app), public),
        bounds(&config.limits),
        ended,
    ));
    let mut housekeeping = tokio::time::interval(HOUSEKEEPING);
    let outcome = loop {
        tokio::select! {
            failure = failures.recv() => break Err(ServeError::Writer(failure.unwrap_or_default())),
            _ = stop.changed() => break Ok(()),
            _ = housekeeping.tick() => {
                app.rates.forget();
                let (data, elections) = (config.data.clone(), Arc::clone(&elections));
                // The inbox opens stores, which block.
                let _ = tokio::task::spawn_blocking(move || inbox::take(&data, &elections)).await;
            }
        }
    };
    stopping.store(true, Ordering::Relaxed);
    let _ = end.send(true);
    let _ = connections.await;
    // A witness that is being asked has its own time limit, and is not waited for longer.
    let _ = tokio::time::timeout(Duration::from_secs(2), witnesses).await;
    // Requests are over, or have had their time; the writers finish what they took and close their stores.
    let stopped = tokio::task::spawn_blocking(move || elections.stop());
    let _ = tokio::time::timeout(Duration::from_secs(10), stopped).await;
    outcome
}

fn bounds(limits: &Limits) -> Bounds {
    Bounds {
        connections: limits.connections,
        per_address: limits.connections_per_address,
        header: Duration::from_millis(limits.header_timeout_ms),
        patience: Duration::from_millis(limits.request_timeout_ms),
    }
}
