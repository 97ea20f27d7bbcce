//! The witness over HTTP: `POST …/add-checkpoint`, as C2SP's tlog-witness writes it.

use std::net::SocketAddr;
use std::path::Path;
use std::str::FromStr;
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

/// A path under which a witness answers as well, such as `/w1`; empty for none. C2SP's *submission prefix*.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prefix(String);

/// Not a prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a prefix is one or more times a slash and letters, digits, `-`, `_`, `.` or `~`, such as /w1")]
pub struct PrefixError;

impl FromStr for Prefix {
    type Err = PrefixError;

    fn from_str(text: &str) -> Result<Self, PrefixError> {
        // Nothing that a route would read as a pattern, or a client would resolve away.
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.~".contains(c);
        let segment = |part: &str| !matches!(part, "" | "." | "..") && part.chars().all(plain);
        let rest = text.strip_prefix('/').ok_or(PrefixError)?;
        if rest.split('/').all(segment) { Ok(Self(text.to_owned())) } else { Err(PrefixError) }
    }
}

/// All routes.
pub fn router(witness: Arc<Witness>, Prefix(prefix): &Prefix) -> Router {
    let mut routes = Router::new().route("/add-checkpoint", post(add_checkpoint));
    if !prefix.is_empty() {
        routes = routes.route(&format!("{prefix}/add-checkpoint"), post(add_checkpoint));
    }
    routes
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
    prefix: &Prefix,
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
    connections::serve(listener, router(Arc::new(witness), prefix), bounds, stop).await;
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
        broken => {
            // The operator is told what to mend, and whoever asked is told nothing of the folder.
            tracing::error!("{broken}");
            return Problem::of_status(StatusCode::INTERNAL_SERVER_ERROR).into_response();
        }
    };
    Problem::new(status, code, error.to_string()).into_response()
}

fn text(status: StatusCode, body: String, kind: &'static str) -> Response {
    let mut response = (status, body).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_plain_segments_and_nothing_that_a_route_or_a_client_reads_otherwise() {
        for good in ["/w", "/w1/logs.example", "/a-b_c~"] {
            assert_eq!(good.parse(), Ok(Prefix(good.to_owned())));
        }
        for bad in ["", "w", "/", "/w/", "//w", "/{x}", "/*x", "/..", "/./w", "/a b", "/a%2f", "/\u{e9}"] {
            assert_eq!(bad.parse::<Prefix>(), Err(PrefixError), "{bad}");
        }
    }
}
