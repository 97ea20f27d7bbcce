//! What every answer is made of: work off the serving threads, bytes with what caches may do, headers of every answer.

use std::sync::{Arc, RwLockReadGuard};

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use plebiscite_serving::problem::Problem;

use crate::board::Board;
use crate::election::{Elections, Published};

/// The election with this prefix.
///
/// # Errors
/// The problem that says there is none.
pub fn published(elections: &dyn Elections, prefix: &str) -> Result<Arc<dyn Published>, Problem> {
    elections.get(prefix).ok_or_else(|| {
        Problem::new(StatusCode::NOT_FOUND, "unknown-election", "there is no such election here")
    })
}

/// The board, to read.
///
/// # Errors
/// The problem of a program that stops.
pub fn read(published: &dyn Published) -> Result<RwLockReadGuard<'_, Board>, Problem> {
    published.board().read().map_err(|_| Problem::stopping())
}

/// Work that may block on a lock or the store, off the threads that serve connections.
///
/// # Errors
/// Those of the work.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Problem::stopping())?
}

/// Bytes of a kind, with what caches may do with them.
#[must_use]
pub fn bytes(body: Vec<u8>, kind: &'static str, cache: &'static str) -> Response {
    let mut response = Response::new(Body::from(body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    response
}

/// Turns bare errors of axum's own into problem documents, and adds what every answer carries.
pub async fn finish(response: Response) -> Response {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let said = kind.is_some_and(|kind| kind == "application/problem+json" || kind.starts_with("text/html"));
    let mut response = if (status.is_client_error() || status.is_server_error()) && !said {
        Problem::of_status(status).into_response()
    } else {
        response
    };
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}
