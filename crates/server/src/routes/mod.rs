//! One file a group of addresses.

pub mod ballots;
pub mod board;
pub mod credential;
pub mod elections;
pub mod entries;
pub mod health;
pub mod setup;
pub mod status;

use std::sync::{Arc, RwLockReadGuard};

use axum::body::Body;
use axum::http::StatusCode;

use crate::app::App;
use crate::board::Board;
use crate::election::Running;
use crate::error::Problem;

/// The election with this prefix.
fn running(app: &App, prefix: &str) -> Result<Arc<Running>, Problem> {
    app.elections.get(prefix).ok_or_else(|| {
        Problem::new(StatusCode::NOT_FOUND, "unknown-election", "there is no such election here")
    })
}

/// The board, to read.
fn read(running: &Running) -> Result<RwLockReadGuard<'_, Board>, Problem> {
    running.board.read().map_err(|_| Problem::stopping())
}

/// A body of at most `limit` bytes.
async fn body(body: Body, limit: usize) -> Result<Vec<u8>, Problem> {
    let read = axum::body::to_bytes(body, limit).await;
    read.map(|bytes| bytes.to_vec()).map_err(|_| Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE))
}

/// Work that may block on a lock or the store, off the threads that serve connections.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Problem::stopping())?
}
