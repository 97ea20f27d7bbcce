//! One file a group of addresses.

pub mod ballots;
pub mod elections;
pub mod entries;
pub mod proposals;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::StatusCode;

use crate::app::App;
use crate::election::Running;
use plebiscite_serving::problem::Problem;

/// The election with this prefix.
fn running(app: &App, prefix: &str) -> Result<Arc<Running>, Problem> {
    app.elections.get(prefix).ok_or_else(|| {
        Problem::new(StatusCode::NOT_FOUND, "unknown-election", "there is no such election here")
    })
}

/// A body of at most `limit` bytes, which must be here within the time of a request.
async fn body(app: &App, body: Body, limit: usize) -> Result<Vec<u8>, Problem> {
    let time = Duration::from_millis(app.config.limits.request_timeout_ms);
    match tokio::time::timeout(time, axum::body::to_bytes(body, limit)).await {
        Ok(Ok(bytes)) => Ok(bytes.to_vec()),
        Ok(Err(error)) if is_too_long(&error) => Err(Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE)),
        Ok(Err(_)) => Err(Problem::new(StatusCode::BAD_REQUEST, "body-cut-off", "the body ended too early")),
        Err(_) => Err(Problem::of_status(StatusCode::REQUEST_TIMEOUT)),
    }
}

/// Whether a body broke off because it is longer than it may be.
fn is_too_long(error: &axum::Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        if error.is::<http_body_util::LengthLimitError>() {
            return true;
        }
        cause = error.source();
    }
    false
}
