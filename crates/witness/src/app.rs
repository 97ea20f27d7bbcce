//! The witness over HTTP: `POST …/add-checkpoint`, as C2SP's tlog-witness writes it.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use plebiscite_board::witness::{REQUEST_LIMIT, WitnessError};
use plebiscite_serving::connections::{self, Bounds};
use plebiscite_serving::durable::write_durably;
use plebiscite_serving::problem::Problem;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

use crate::watch::{WatchError, Witness};

/// How long a request may take, its body included.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why a witness does not serve.
#[derive(Debug, Error)]
pub enum ServeError {
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
    File(#[from] plebiscite_serving::durable::FileError),
}

/// All routes.
pub fn router(witness: Arc<Witness>) -> Router {
    Router::new()
        .route("/add-checkpoint", post(add_checkpoint))
        .route("/livez", get(|| async { "alive\n" }))
        .fallback(|| async { Problem::not_found() })
        .method_not_allowed_fallback(|| async { Problem::of_status(StatusCode::METHOD_NOT_ALLOWED) })
        .layer(DefaultBodyLimit::max(REQUEST_LIMIT))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, PATIENCE))
        .layer(CatchPanicLayer::custom(|_| {
            Problem::of_status(StatusCode::INTERNAL_SERVER_ERROR).into_response()
        }))
        .with_state(witness)
}

/// Serves until told to stop.
///
/// # Errors
/// [`ServeError`].
pub async fn serve(
    witness: Witness,
    listen: SocketAddr,
    address_file: Option<&Path>,
    stop: watch::Receiver<bool>,
) -> Result<(), ServeError> {
    let failed = |error| ServeError::Listen { address: listen, error };
    let listener = TcpListener::bind(listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    if let Some(file) = address_file {
        write_durably(file, address.to_string().as_bytes())?;
    }
    let header = Duration::from_secs(5);
    let bounds = Bounds { connections: 1_024, per_address: 64, header, patience: PATIENCE };
    connections::serve(listener, router(Arc::new(witness)), bounds, stop).await;
    Ok(())
}

async fn add_checkpoint(State(witness): State<Arc<Witness>>, body: Bytes) -> Response {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    // The state is a file, which blocks.
    let judged = tokio::task::spawn_blocking(move || witness.add_checkpoint(&body, now)).await;
    match judged {
        Ok(Ok(line)) => text(StatusCode::OK, line, "text/plain; charset=utf-8"),
        Ok(Err(error)) => refused(&error),
        Err(_) => Problem::of_status(StatusCode::INTERNAL_SERVER_ERROR).into_response(),
    }
}

fn refused(error: &WatchError) -> Response {
    let (status, code) = match error {
        WatchError::Refused(WitnessError::Conflict { size }) => {
            return text(StatusCode::CONFLICT, format!("{size}\n"), "text/x.tlog.size");
        }
        WatchError::Refused(WitnessError::Malformed) => (StatusCode::BAD_REQUEST, "malformed"),
        WatchError::Refused(WitnessError::Unknown) => (StatusCode::NOT_FOUND, "unknown-log"),
        WatchError::Refused(WitnessError::Unsigned(_)) => (StatusCode::FORBIDDEN, "unsigned"),
        WatchError::Refused(WitnessError::Fork) => (StatusCode::UNPROCESSABLE_ENTITY, "fork"),
        WatchError::Refused(WitnessError::Proof(_)) => (StatusCode::UNPROCESSABLE_ENTITY, "not-extending"),
        _ => return Problem::of_status(StatusCode::INTERNAL_SERVER_ERROR).into_response(),
    };
    Problem::new(status, code, error.to_string()).into_response()
}

fn text(status: StatusCode, body: String, kind: &'static str) -> Response {
    let mut response = (status, body).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
