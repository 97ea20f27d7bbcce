//! GET /api/v1/e/{prefix}/credential/{K} and /api/v1/e/{prefix}/roll/{index}: row, replacement and chain head of one
//! credential or of one roll number, with their proofs.
//!
//! A credential that no roll holds gets an answer of the same status and length.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use plebiscite_crypto::group::PointBytes;

use super::{blocking, read, running};
use crate::app::{App, bytes};
use crate::board::{Board, View};
use crate::election::Running;
use crate::store::{Entries, StoreError};
use plebiscite_serving::problem::Problem;

/// How soon to ask again for what the writer is about to sign.
const AGAIN: Duration = Duration::from_millis(5);

/// The answer about one credential.
pub async fn view(
    State(app): State<Arc<App>>,
    Path((prefix, key)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let running = running(&app, &prefix)?;
    let mut credential = [0; 32];
    let decoded = hex::decode_to_slice(&key, &mut credential);
    decoded.map_err(|_| {
        Problem::new(StatusCode::BAD_REQUEST, "credential-encoding", "a credential is 64 hexadecimal digits")
    })?;
    answer(running, move |board, entries| board.view(&PointBytes(credential), entries)).await
}

/// The answer about one row, by the roll number on the letter: what a second device asks, which has no code.
pub async fn view_of_row(
    State(app): State<Arc<App>>,
    Path((prefix, index)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let running = running(&app, &prefix)?;
    let index: u32 = index.parse().map_err(|_| {
        Problem::new(StatusCode::BAD_REQUEST, "roll-number", "a roll number is a whole number from 0 on")
    })?;
    answer(running, move |board, entries| board.view_of_row(index, entries)).await
}

async fn answer(
    running: Arc<Running>,
    view: impl Fn(&Board, &Entries) -> Result<View, StoreError> + Clone + Send + 'static,
) -> Result<Response, Problem> {
    // The request's own time limit bounds the wait for the writer.
    loop {
        let (running, view) = (Arc::clone(&running), view.clone());
        let found = blocking(move || {
            let board = read(&running)?;
            view(&board, &running.entries).map_err(|_| Problem::stopping())
        });
        match found.await? {
            View::Ready(view) => return Ok(bytes(view, "application/octet-stream", "no-store")),
            View::Early => {
                let early = "the roll is not sealed yet";
                return Err(Problem::new(StatusCode::CONFLICT, "roll-not-sealed", early));
            }
            View::Pending => tokio::time::sleep(AGAIN).await,
        }
    }
}
